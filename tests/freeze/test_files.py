"""The file system behind a firmware is the one that MicroPython mounts."""

import json

import pytest
from littlefs import LittleFS
from stock_firmware import Stock

from freeze import Refused
from freeze.filesystem import with_files

VFS = 0x200000  # where the last partition ends
BLOCK = 4096


def mounted(data):
    """Return the file system of a firmware for a flash of 4 MB."""
    contents = data[VFS - 0x1000 :]
    blocks = (0x400000 - VFS) // BLOCK
    system = LittleFS(block_size=BLOCK, block_count=blocks, mount=False)
    system.context.buffer = bytearray(contents.ljust(blocks * BLOCK, b"\xff"))
    system.mount()
    return system


def test_files_read_back_from_where_the_partitions_end():
    stock = Stock().build()
    files = {"main.py": b"import hub", "config.json": json.dumps({"plugs": []}).encode()}
    data = with_files(stock, files | {"lib/deep/x.py": bytes(9000)})
    assert data[: len(stock)] == stock
    assert (len(data) + 0x1000) % BLOCK == 0
    assert set(data[len(stock) : VFS - 0x1000]) == {0xFF}
    system = mounted(data)
    for name, contents in files.items():
        with system.open(name, "rb") as file:
            assert file.read() == contents
    assert system.stat("lib/deep/x.py").size == 9000


def test_files_that_do_not_fit():
    with pytest.raises(Refused, match=r"big\.bin \(3000000 bytes\) cannot be put"):
        with_files(Stock().build(), {"big.bin": bytes(3000000)})
    with pytest.raises(Refused, match="no place is left for files"):
        with_files(Stock(partition=0x3F0000).build(), {"main.py": b""})

"""A stock firmware .bin: the bootloader, the table of partitions, and the application."""

import hashlib
import struct
from dataclasses import dataclass

from .chips import chip_of
from .image import Image
from .refused import Refused, require

_TABLE = 0x8000  # on flash, by default of ESP-IDF and in all of MicroPython's boards
_TABLE_SIZE = 0xC00
_ENTRY = 32
_ENTRY_MAGIC = b"\xaa\x50"
_MD5_MAGIC = b"\xeb\xeb"
_APPLICATION = 0
_MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Partition:
    """A part of the flash; `offset` and `size` in bytes."""

    name: str
    kind: int
    offset: int
    size: int

    @property
    def end(self):
        return self.offset + self.size


class FirmwareFile:
    """What stands in the file, by its place on flash."""

    def __init__(self, data):
        self.chip = chip_of(data)
        self.offset = self.chip.offset
        self.partitions = _read_table(data[_TABLE - self.offset :][:_TABLE_SIZE])
        self.partition = next((p for p in self.partitions if p.kind == _APPLICATION), None)
        require(self.partition, "the table of partitions has none for an application")
        start = self.partition.offset - self.offset
        require(
            len(data) > start,
            f"the file ends at {len(data):#x}, before the application at {start:#x}:"
            " it is truncated",
        )
        self._before = bytes(data[:start])
        self.image = Image(data[start:])
        require(
            self.image.chip is self.chip,
            f"the bootloader is for an {self.chip.name}, the application for an"
            f" {self.image.chip.name}",
        )
        #: What stands at the end of its partition, which nobody maps: see freeze().
        self.behind = bytes(data[start + self.image.size :])
        require(
            not self.behind or len(data) == start + self.partition.size,
            f"{len(self.behind)} bytes follow the application:"
            " this is no stock firmware, or one that holds files already",
        )

    @property
    def flash_size(self):
        """The size of the flash in bytes, as the bootloader tells it to ESP-IDF."""
        return _MEGABYTE << (self._before[3] >> 4)

    @property
    def left(self):
        """How many bytes of its partition the application leaves."""
        return self.partition.size - len(self.image.to_bytes())

    def to_bytes(self):
        """Return the file up to the end of the application.

        Raises Refused where that outgrows its partition.
        """
        image = self.image.to_bytes()
        require(
            len(image) <= self.partition.size,
            f"the application would have {len(image)} bytes, its partition"
            f" {self.partition.name!r} takes {self.partition.size}:"
            f" {len(image) - self.partition.size} too many",
        )
        return self._before + image


def _read_table(table):
    if table[:2] != _ENTRY_MAGIC:
        raise Refused(
            "there is no table of partitions at 0x8000 of the flash: take the whole firmware"
            " .bin, not the application alone (.app-bin)"
        )
    partitions = []
    for place in range(0, len(table) - _ENTRY + 1, _ENTRY):
        entry = table[place : place + _ENTRY]
        if entry[:2] == _MD5_MAGIC:
            require(
                entry[16:] == hashlib.md5(table[:place]).digest(),
                "the checksum of the table of partitions is wrong: the file is damaged",
            )
            return partitions
        require(entry[:2] == _ENTRY_MAGIC, "the table of partitions does not end with a checksum")
        kind, _, offset, size, name = struct.unpack_from("<BBII16s", entry, 2)
        partitions.append(Partition(name.rstrip(b"\0").decode(), kind, offset, size))
    raise Refused("the table of partitions does not end: the file is truncated or damaged")

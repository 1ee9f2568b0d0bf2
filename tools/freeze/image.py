"""An application image of ESP-IDF: a header, segments, a checksum, a SHA-256."""

import hashlib
import struct
from dataclasses import dataclass

from .chips import MAGIC, chip_of
from .refused import Refused, require

# What the chip maps of its flash into its address space, and so the grain of what can be mapped.
PAGE = 0x10000

_HEADER = 24
_HASH_APPENDED = 23
_SEGMENT_HEADER = 8
_SHA256 = 32
_APP_DESCRIPTION = b"\x32\x54\xcd\xab"


@dataclass
class Segment:
    """Bytes that lie at an address while the firmware runs."""

    address: int
    data: bytearray

    @property
    def end(self):
        return self.address + len(self.data)

    def words(self):
        """Return [(address, word)] of all aligned words."""
        words = memoryview(self.data)[: len(self.data) & ~3].cast("I")
        return list(zip(range(self.address, self.end, 4), words, strict=False))


class Image:
    """An image that can be read by address and changed. Its constants and its code are mapped.

    `constants` is the segment the processor reads bytes of (DROM), `code` the one that it runs
    (IROM); the others are copied to RAM at the start.
    """

    def __init__(self, data):
        require(data[:1] == bytes([MAGIC]), "the application does not begin with E9")
        self.chip = chip_of(data)
        self._header = bytes(data[:_HEADER])
        self.segments, end = _read_segments(data)
        # The checksum is the last byte of a block of 16, whatever is left before it is padding.
        end = (end + 16) & ~15
        hashed = bool(data[_HASH_APPENDED])
        self.size = end + _SHA256 * hashed
        require(
            len(data) >= self.size,
            f"the application ends at {len(data):#x}, it should have {self.size:#x} bytes:"
            " the file is truncated",
        )
        require(
            data[end - 1] == self._checksum(),
            "the checksum of the application is wrong: the file is damaged",
        )
        require(
            not hashed or data[end : self.size] == hashlib.sha256(data[:end]).digest(),
            "the SHA-256 of the application is wrong: the file is damaged",
        )
        self.constants, self.code = self._mapped_segments()

    def _mapped_segments(self):
        """Return the segments of constants and of code; each keeps its place within a page."""
        offset = _HEADER
        mapped = []
        for segment in self.segments:
            offset += _SEGMENT_HEADER
            # A flash page begins with the headers of the file, so its segment lies behind them.
            if segment.address % PAGE == offset % PAGE == _HEADER + _SEGMENT_HEADER:
                mapped.append(segment)
            offset += len(segment.data)
        constants = [s for s in mapped if s.data[:4] == _APP_DESCRIPTION]
        code = [s for s in mapped if s.data[:4] != _APP_DESCRIPTION]
        require(
            len(constants) == len(code) == 1,
            f"{len(constants)} mapped segments of constants and {len(code)} of code were found,"
            " one of each is wanted: this is no application of ESP-IDF as MicroPython has it",
        )
        return constants[0], code[0]

    def holds(self, address, size=1):
        """Tell whether `size` bytes at an address are in one segment."""
        return any(s.address <= address and address + size <= s.end for s in self.segments)

    def read(self, address, size):
        """Return `size` bytes at an address."""
        segment = self._segment(address, size)
        start = address - segment.address
        return bytes(segment.data[start : start + size])

    def view(self, address):
        """Return what follows an address in its segment, without a copy."""
        segment = self._segment(address, 1)
        return memoryview(segment.data)[address - segment.address :]

    def word(self, address):
        """Return the word at an address."""
        segment = self._segment(address, 4)
        return struct.unpack_from("<I", segment.data, address - segment.address)[0]

    def words(self, address, count):
        """Return a tuple of words."""
        return struct.unpack(f"<{count}I", self.read(address, 4 * count))

    def put(self, address, word):
        """Change the word at an address."""
        segment = self._segment(address, 4)
        struct.pack_into("<I", segment.data, address - segment.address, word & 0xFFFFFFFF)

    def places(self, word):
        """Return the aligned addresses that hold a word."""
        wanted = struct.pack("<I", word)
        return [
            segment.address + place
            for segment in self.segments
            for place in find_all(segment.data, wanted)
            if (segment.address + place) % 4 == 0
        ]

    def in_constants(self, address):
        return self.constants.address <= address < self.constants.end

    def to_bytes(self):
        """Return the image as a file has it; lengths, checksum and SHA-256 are made again."""
        out = bytearray(self._header)
        for segment in self.segments:
            out += struct.pack("<II", segment.address, len(segment.data)) + segment.data
        out += bytes(15 - len(out) % 16) + bytes([self._checksum()])
        if self._header[_HASH_APPENDED]:
            out += hashlib.sha256(out).digest()
        return bytes(out)

    def _checksum(self):
        checksum = 0xEF
        for segment in self.segments:
            checksum ^= _xor_of_bytes(segment.data)
        return checksum

    def _segment(self, address, size):
        for segment in self.segments:
            if segment.address <= address and address + size <= segment.end:
                return segment
        raise Refused(f"{size} bytes at {address:#x} are wanted, which no segment holds")


def find_all(data, wanted):
    """Yield every place of some bytes, overlapping ones too."""
    place = data.find(wanted)
    while place >= 0:
        yield place
        place = data.find(wanted, place + 1)


def _read_segments(data):
    """Return ([Segment], where they end in the file)."""
    segments = []
    offset = _HEADER
    for number in range(data[1]):
        start = offset + _SEGMENT_HEADER
        require(len(data) >= start, f"segment {number} is missing: the file is truncated")
        address, size = struct.unpack_from("<II", data, offset)
        offset = start + size
        require(
            offset <= len(data),
            f"segment {number} for {address:#x} should have {size} bytes,"
            f" {len(data) - start} are there: the file is truncated",
        )
        segments.append(Segment(address, bytearray(data[start:offset])))
    return segments, offset


def _xor_of_bytes(data):
    number = int.from_bytes(data, "little")
    bits = 8 * len(data)
    while bits > 8:
        half = (bits + 15) // 16 * 8
        number = number >> half ^ number & (1 << half) - 1
        bits = half
    return number

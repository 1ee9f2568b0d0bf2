"""Frames of the prefix 55AA: cut a byte stream into them, check them, build them. No I/O.

    offset  0  prefix 00 00 55 AA
            4  sequence
            8  command
           12  length: bytes after this field, suffix included
           16  body; a device puts a return code (4 bytes) in front of it
           ..  check: CRC32 (3.1 to 3.3) over all before it
           ..  suffix 00 00 AA 55

All integers are big-endian.
"""

import struct
from binascii import crc32

from .errors import BadFrame
from .port import const

HEADER_SIZE = 16
TAIL_SIZE = 8
_PREFIX = b"\x00\x00\x55\xaa"
_SUFFIX = const(0xAA55)
# Devices refuse more, and an altered length must not make us wait for a megabyte.
_LENGTH_MAX = const(4096)
_JUNK_MAX = const(4096)


class Cutter:
    """Cuts a byte stream into frames by their length field; the suffix is never searched.

    Holds only what is left of an unfinished frame. Junk in front of a prefix is skipped.
    """

    def __init__(self):
        self._rest = b""
        self._junk = 0

    def cut(self, data):
        """Yield each whole frame as a memoryview, valid until the next call. Raises BadFrame."""
        if self._rest:
            data = self._rest + bytes(data)
            self._rest = b""
        view = memoryview(data)
        at = 0
        end = len(data)
        try:
            while end - at >= 4:
                if view[at : at + 4] != _PREFIX:
                    at = self._skip(view, at, end)
                    continue
                if end - at < HEADER_SIZE:
                    break
                length = struct.unpack_from(">I", view, at + 12)[0]
                if not TAIL_SIZE <= length <= _LENGTH_MAX:
                    raise BadFrame("a frame that claims %d bytes" % length)
                size = HEADER_SIZE + length
                if end - at < size:
                    break
                self._junk = 0
                at += size
                yield view[at - size : at]
        finally:
            self._rest = bytes(view[at:])

    def _skip(self, view, at, end):
        start = at
        while at < end - 3 and view[at : at + 4] != _PREFIX:
            at += 1
        self._junk += at - start
        if self._junk > _JUNK_MAX:
            raise BadFrame("%d bytes without a frame" % self._junk)
        return at


def check(frame):
    """Check the CRC and suffix of a whole frame. Returns (sequence, command, body)."""
    end = len(frame) - TAIL_SIZE
    crc, suffix = struct.unpack_from(">II", frame, end)
    if suffix != _SUFFIX:
        raise BadFrame("a frame with a wrong end")
    if crc != crc32(frame[:end]) & 0xFFFFFFFF:
        raise BadFrame("a frame with a wrong CRC")
    sequence, command = struct.unpack_from(">II", frame, 4)
    return sequence, command, frame[HEADER_SIZE:end]


def blank(body_size):
    """Return a frame to be sealed, with room for `body_size` bytes from HEADER_SIZE on."""
    return bytearray(HEADER_SIZE + body_size + TAIL_SIZE)


def seal(frame, sequence, command):
    """Write header, CRC and suffix around the body that `frame` holds."""
    length = len(frame) - HEADER_SIZE
    frame[0:4] = _PREFIX
    struct.pack_into(">III", frame, 4, sequence, command, length)
    end = len(frame) - TAIL_SIZE
    crc = crc32(memoryview(frame)[:end]) & 0xFFFFFFFF
    struct.pack_into(">II", frame, end, crc, _SUFFIX)
    return frame

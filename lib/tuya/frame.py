"""Cuts a byte stream into frames of either layout by their length field. No I/O, no ciphers.

    55AA, 3.1 to 3.4                            6699, 3.5
    offset  0  prefix 00 00 55 AA               offset  0  prefix 00 00 66 99
            4  sequence                                 4  two reserved bytes, 0
            8  command                                  6  sequence
           12  length: all that follows it             10  command
           16  body                                    14  length: all that follows but the suffix
           ..  check: CRC32, in 3.4 HMAC-SHA256        18  IV (12 bytes), ciphertext, tag (16)
           ..  suffix 00 00 AA 55                      ..  suffix 00 00 99 66

All integers are big-endian. A device puts a return code (4 bytes) in front of the body.
"""

import struct

from .errors import BadFrame
from .port import const

# Devices refuse more, and an altered length must not make us wait for a megabyte.
_LENGTH_MAX = const(4096)
_JUNK_MAX = const(4096)


class Cutter:
    """Cuts a stream into frames; the suffix is never searched, it may stand inside one.

    Holds only what is left of an unfinished frame. Junk in front of a prefix is skipped. The
    length stands at the end of the header; `uncounted` are the bytes after it that it leaves out,
    `shortest` is the least that it may say.
    """

    def __init__(self, prefix, header_size, uncounted, shortest):
        self._prefix = prefix
        self._header_size = header_size
        self._uncounted = uncounted
        self._shortest = shortest
        self._rest = b""
        self._junk = 0

    def cut(self, data):
        """Yield each whole frame as a memoryview, valid until the next call. Raises BadFrame."""
        if self._rest:
            data = self._rest + bytes(data)
            self._rest = b""
        view = memoryview(data)
        header_size = self._header_size
        at = 0
        end = len(data)
        try:
            while end - at >= 4:
                if view[at : at + 4] != self._prefix:
                    at = self._skip(view, at, end)
                    continue
                if end - at < header_size:
                    break
                length = struct.unpack_from(">I", view, at + header_size - 4)[0]
                if not self._shortest <= length <= _LENGTH_MAX:
                    raise BadFrame("a frame that claims %d bytes" % length)
                size = header_size + length + self._uncounted
                if end - at < size:
                    break
                self._junk = 0
                at += size
                yield view[at - size : at]
        finally:
            self._rest = bytes(view[at:])

    def _skip(self, view, at, end):
        start = at
        while at < end - 3 and view[at : at + 4] != self._prefix:
            at += 1
        self._junk += at - start
        if self._junk > _JUNK_MAX:
            raise BadFrame("%d bytes without a frame" % self._junk)
        return at

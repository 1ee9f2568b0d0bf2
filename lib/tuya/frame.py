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

from tuya.errors import BadFrame
from tuya.port import const

if const(0):  # for an IDE: nothing is loaded here
    from tuya.shapes import Message

# Devices refuse more, and an altered length must not make us wait for a megabyte.
_LENGTH_MAX = const(4096)
_JUNK_MAX = const(4096)


class Framing:
    """Cuts a stream into frames, of which a subclass makes messages in `_message(frame)`.

    Frames are cut by their length; the suffix is never searched, it may stand inside one. Holds
    only what is left of an unfinished frame. Junk in front of a prefix is skipped. The length
    stands at the end of the header; `_uncounted` are the bytes after it that it leaves out,
    `_shortest` is the least that it may say.
    """

    # Of the class: each connection has one of these, and its attributes are heap.
    _prefix = b""
    _header_size = _uncounted = _shortest = 0

    def __init__(self) -> None:
        self._rest = b""
        self._junk = 0

    def feed(self, data: bytes | bytearray | memoryview) -> "list[Message]":
        """Take bytes of the stream, cut anywhere; return the messages they complete.

        Raises BadFrame at the first broken frame (WrongKey when it is whole but the key does not
        open it), with the messages before it. The connection cannot be used after that.
        """
        if self._rest:
            data = self._rest + bytes(data)
            self._rest = b""
        view = memoryview(data)
        messages = []
        at = 0
        end = len(view)
        try:
            while at < end:
                if view[at : at + 4] != self._prefix:
                    at = self._past_junk(view, at)
                if end - at < self._header_size:
                    break
                length = struct.unpack_from(">I", view, at + self._header_size - 4)[0]
                if not self._shortest <= length <= _LENGTH_MAX:
                    raise BadFrame("a frame that claims %d bytes" % length)
                size = self._header_size + length + self._uncounted
                if end - at < size:
                    break
                self._junk = 0
                at += size
                messages.append(self._message(view[at - size : at]))  # pyright: ignore
        except BadFrame as e:
            e.messages = messages
            raise
        if at < end:
            self._rest = bytes(view[at:])
        return messages

    def _past_junk(self, view, at):
        start = at
        end = len(view) - 3
        while at < end and view[at : at + 4] != self._prefix:
            at += 1
        self._junk += at - start
        if self._junk > _JUNK_MAX:
            raise BadFrame("%d bytes without a frame" % self._junk)
        return at

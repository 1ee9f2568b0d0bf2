"""Frames of the two layouts: cut a byte stream into whole frames. No ciphers here.

55AA (3.1-3.4): prefix, sequence, command, length, body, check, suffix; `length` counts all that
follows it. 6699 (3.5): prefix, two reserved bytes, sequence, command, length, IV, ciphertext,
tag, suffix; `length` leaves the suffix out. All integers are big-endian.
"""

import struct
from typing import NamedTuple

#: A frame of this many bytes or more ends the connection (protocol: vendor code resets).
FRAME_LIMIT = 4096
#: Bytes without any prefix that are skipped before the sender is given up.
JUNK_LIMIT = 4096


class BadFrame(Exception):
    """The stream cannot be a frame of this layout: the connection has to end."""


class BadCheck(BadFrame):
    """A whole frame whose CRC, HMAC or GCM tag is wrong."""

    def __init__(self, sequence, command):
        super().__init__(f"command {command:#04x} sequence {sequence}: check is wrong")
        self.sequence = sequence
        self.command = command


class Frame(NamedTuple):
    """A frame as its receiver understands it.

    `payload` is the plain text (JSON, nonce, or nothing): decrypted, without return code,
    version header and padding.
    """

    sequence: int
    command: int
    payload: bytes


class Layout(NamedTuple):
    """What a frame looks like from outside. Sizes are in bytes."""

    prefix: bytes
    suffix: bytes
    head: struct.Struct
    head_size: int
    uncounted: int  # bytes after the head that `length` does not count

    def command(self, raw):
        return self.head.unpack_from(raw)[-2]


LAYOUT_55AA = Layout(b"\0\0\x55\xaa", b"\0\0\xaa\x55", struct.Struct(">4sIII"), 16, 0)
LAYOUT_6699 = Layout(b"\0\0\x66\x99", b"\0\0\x99\x66", struct.Struct(">4sHIII"), 18, 4)


class Splitter:
    """Cuts a stream, arriving in pieces of any size, into whole raw frames.

    `smallest` is the least value `length` may have, which depends on the size of the check.
    """

    def __init__(self, layout, smallest):
        self._layout = layout
        self._smallest = smallest
        self._foreign = (LAYOUT_55AA if layout is LAYOUT_6699 else LAYOUT_6699).prefix
        self._buffer = b""
        self._skipped = 0

    @property
    def empty(self):
        """True between frames: the next byte begins a new one."""
        return not self._buffer

    def feed(self, data):
        """Return the frames that `data` completes, as a list of bytes.

        Raises BadFrame on an impossible length, a wrong suffix, a frame of FRAME_LIMIT bytes or
        more, a stream in the other layout, or too much junk before a prefix.
        """
        buffer = self._buffer + data if self._buffer else data
        self._buffer = b""
        frames = []
        while buffer:
            buffer = self._skip_junk(buffer)
            if len(buffer) < self._layout.head_size:
                break
            size = self._size(buffer)
            if len(buffer) < size:
                break
            frame, buffer = buffer[:size], buffer[size:]
            if not frame.endswith(self._layout.suffix):
                raise BadFrame("wrong suffix")
            self._skipped = 0
            frames.append(frame)
        self._buffer = buffer
        return frames

    def _skip_junk(self, buffer):
        if buffer.startswith(self._layout.prefix):
            return buffer
        if buffer.startswith(self._foreign):
            raise BadFrame("a frame of another protocol version")
        start = buffer.find(self._layout.prefix)
        if start < 0:
            # The last three bytes may be the beginning of a prefix.
            start = max(len(buffer) - 3, 0)
            while not self._layout.prefix.startswith(buffer[start:]):
                start += 1
        self._skipped += start
        if self._skipped > JUNK_LIMIT:
            raise BadFrame("no prefix in sight")
        return buffer[start:]

    def _size(self, buffer):
        length = self._layout.head.unpack_from(buffer)[-1]
        size = self._layout.head_size + length + self._layout.uncounted
        if length < self._smallest or size >= FRAME_LIMIT:
            raise BadFrame(f"impossible length {length:#x}")
        return size

"""Cuts a stream of bytes into frames of both layouts, and never gives up: what is no frame is told
with the reason. The layouts are drawn in lib/tuya/frame.py, which refuses where this goes on.
"""

import struct
from typing import NamedTuple

PREFIX_55AA = b"\x00\x00\x55\xaa"
PREFIX_6699 = b"\x00\x00\x66\x99"
#: Bytes in front of the body.
HEADER_55AA = 16
HEADER_6699 = 18

_SUFFIX_SIZE = 4
# Devices refuse more, and an altered length must not swallow what follows.
_LENGTH_MAX = 4096
_SHORTEST_55AA = 8  # a CRC and the suffix
_SHORTEST_6699 = 28  # an IV and a tag
# Bytes without a prefix wait for one, so that they are told in one piece, but not for ever.
_JUNK_MAX = 4096


class Piece(NamedTuple):
    """Bytes of a stream. `fault`: why they are no whole frame, "" for one that is."""

    raw: bytes
    fault: str = ""


class Header(NamedTuple):
    """What every frame tells in the clear."""

    sequence: int
    command: int


class Cutter:
    """Holds what may become a frame yet: at most a frame, or as many bytes of junk."""

    def __init__(self):
        self._held = b""

    def feed(self, data):
        """Take bytes of the stream, cut anywhere; return the [Piece] that are finished by them."""
        self._held += data
        pieces = []
        while piece := self._next():
            pieces.append(piece)
            self._held = self._held[len(piece.raw) :]
        return pieces

    def end(self):
        """Return the [Piece] that are left when nothing follows any more."""
        pieces = []
        while left := self._held:
            # What waits for the rest of a frame may be hiding others: its length can be wrong.
            end = _find_prefix(left, _SUFFIX_SIZE)
            raw = left if end < 0 else left[:end]
            pieces.append(Piece(raw, "the frame is cut off") if is_prefix(raw) else junk(raw))
            self._held = left[len(raw) :]
            pieces += self.feed(b"")
        return pieces

    def _next(self):
        if not is_prefix(self._held):
            return self._junk()
        size = _size(self._held)
        if size is None:  # the header is not there yet
            return None
        if size and len(self._held) < size:
            return None
        if size and self._held[size - _SUFFIX_SIZE : size] == _suffix(self._held):
            return Piece(self._held[:size])
        # Something is wrong with length or end, so the next prefix is where it ends.
        end = _find_prefix(self._held, _SUFFIX_SIZE)
        raw = self._held[: len(self._held) if end < 0 else end]
        if not size:
            return Piece(raw, "the frame claims an impossible length")
        return Piece(raw[:size], "the frame has a wrong end")

    def _junk(self):
        end = _find_prefix(self._held, 0)
        if end < 0 and len(self._held) >= _JUNK_MAX:
            end = len(self._held) - 3  # which may be the beginning of a prefix
        return junk(self._held[:end]) if end > 0 else None


def junk(raw):
    """Return the Piece of bytes that are in no frame."""
    return Piece(raw, f"{len(raw)} bytes that are no frame")


def is_prefix(raw):
    """Tell whether a frame begins with these bytes."""
    return raw[:4] in (PREFIX_55AA, PREFIX_6699)


def header(raw):
    """Return the Header of bytes that begin with a frame, None where there is not enough of it."""
    if raw[:4] == PREFIX_55AA and len(raw) >= HEADER_55AA:
        return Header(*struct.unpack_from(">II", raw, 4))
    if raw[:4] == PREFIX_6699 and len(raw) >= HEADER_6699:
        return Header(*struct.unpack_from(">II", raw, 6))
    return None


def _size(held):
    """Return the size of the frame in front, 0 for an impossible one, None for not known yet."""
    is_55aa = held[:4] == PREFIX_55AA
    head = HEADER_55AA if is_55aa else HEADER_6699
    if len(held) < head:
        return None
    length = int.from_bytes(held[head - 4 : head], "big")
    shortest = _SHORTEST_55AA if is_55aa else _SHORTEST_6699
    if not shortest <= length <= _LENGTH_MAX:
        return 0
    return head + length + (0 if is_55aa else _SUFFIX_SIZE)


def _suffix(held):
    return b"\x00\x00\xaa\x55" if held[:4] == PREFIX_55AA else b"\x00\x00\x99\x66"


def _find_prefix(held, start):
    found = [held.find(prefix, start) for prefix in (PREFIX_55AA, PREFIX_6699)]
    return min((at for at in found if at >= 0), default=-1)

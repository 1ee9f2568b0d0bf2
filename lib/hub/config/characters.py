"""The characters of a long text, which lies in a file: looked at a piece at a time."""

import os

from tuya.port import const
from tuya.utf8 import joined

_PIECE = const(256)
_LONGEST = const(2048)  # of what has no quotation mark in it


def check(path):
    """Have each character of the text in a file whole (see tuya.utf8). Raises ValueError.

    A piece of it ends behind a quotation mark, and never in the middle of a character.
    """
    with open(path, "rb") as file:
        if all([joined(piece) == piece for piece in _pieces(file)]):
            return
    new = path + ".new"
    with open(path, "rb") as file, open(new, "wb") as better:
        for piece in _pieces(file):
            better.write(joined(piece))
    os.rename(new, path)


def _pieces(file):
    left = b""
    while True:
        read = file.read(_PIECE)
        left += read
        if not read:
            yield left
            return
        end = _end_of_text(left)
        if end:
            yield left[:end]
            left = left[end:]
        elif len(left) > _LONGEST:
            raise ValueError("a text of more than %d bytes" % _LONGEST)


def _end_of_text(data):
    """Return where the last quotation mark ends that is not escaped, 0 without one."""
    at = data.rfind(b'"')
    while at > 0 and data[at - 1] == 0x5C:
        at = data.rfind(b'"', 0, at)
    return at + 1

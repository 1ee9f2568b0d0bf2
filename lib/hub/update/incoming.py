"""An update on its way: written beside what runs, piece by piece, and proved when it is whole."""

import os
from binascii import hexlify
from hashlib import sha256

from hub.update.about import Unfit, check
from tuya.port import const

#: Bytes of a piece, but for the last one.
PIECE = const(16384)
_BLOCK = const(4096)

_current = None  # what is on its way


def current():
    """Return the Incoming that was begun last and is not over, None without."""
    return _current


def begin(about, modulus, make_place):
    """Return the Incoming for what `about` describes (see about.py), the same as far as it came.

    `make_place(kind)` returns where it is written: see firmware.py and code.py. Raises Unfit.
    """
    global _current  # noqa: PLW0603 - there is one flash
    check(about, modulus)
    if _current and _current.about["sha256"] == about["sha256"]:
        return _current
    drop()
    place = make_place(about["kind"])
    place.check(about)
    _current = Incoming(about, place)
    return _current


def drop():
    """Forget what is on its way; what was written of it is worth nothing."""
    global _current
    incoming, _current = _current, None
    if incoming:
        incoming.place.drop()


class Incoming:
    """`at`: how many bytes of it are there."""

    def __init__(self, about, place):
        self.about = about
        self.place = place
        self.at = 0
        self._digest = sha256()

    def take(self, at, file):
        """Take the bytes of a piece, which begins at `at`. Raises Unfit, OSError."""
        if at != self.at:
            raise Unfit("%d bytes of it are there: go on at that place" % self.at)
        block = file.read(_BLOCK)
        while block:
            if self.at + len(block) > self.about["size"]:
                raise Unfit("it is longer than it has said")
            if self.at % _BLOCK:
                raise Unfit("a piece has %d bytes, but for the last one" % PIECE)
            self.place.write(self.at, block)
            self._digest.update(block)
            self.at += len(block)
            block = file.read(_BLOCK)

    def install(self, has_plugs):
        """Have it run from the next start on, on trial. Raises Unfit, OSError.

        `has_plugs`: a plug is online now, so that one has to be then.
        """
        if self.at != self.about["size"]:
            raise Unfit("%d of %d bytes of it are there" % (self.at, self.about["size"]))
        if hexlify(self._digest.digest()).decode() != self.about["sha256"]:
            drop()
            raise Unfit("it is damaged: its checksum is another one")
        self.place.install(self.about, has_plugs)


class CodeFile:
    """The place of a set of code: a file beside the one that runs (see codeset)."""

    def __init__(self):
        from codeset import choice, sets

        choice.sweep()
        self._number = choice.next_number()
        self._path = sets.path_of(self._number)
        self._folder = sets.FOLDER

    def check(self, about):
        """Raise Unfit where this board has not the flash for it."""
        try:
            os.mkdir(self._folder)
        except OSError:
            pass  # it is there
        if hasattr(os, "statvfs"):
            size, _, _, free = os.statvfs("/")[:4]
            if size * free < about["size"] + 4 * _BLOCK + PIECE:
                raise Unfit("the flash has %d bytes free for it" % (size * free))

    def write(self, at, block):
        with open(self._path, "ab" if at else "wb") as file:
            file.write(block)

    def drop(self):
        from hub.system.store import remove

        remove(self._path)

    def install(self, about, has_plugs):
        from codeset import choice, sets

        try:
            choice.begin_trial(self._number, has_plugs)
        except sets.BadSet as e:
            drop()
            raise Unfit(str(e)) from None

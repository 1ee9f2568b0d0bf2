"""Sets of code in the flash: a numbered file each, mounted as a file system to import from.

    {"plughub":"set","version":"1.2.0","mpy":11014,"entries":N,"size":S}, and a line feed
    N records in the order of their first 16 bytes: the start of the SHA-256 of a name, then where
    it begins behind the records and how many bytes it has, 32 bits each, big endian; 2**32 - 1 of
    them for a folder
    S bytes, the files
    32 bytes, the SHA-256 of all that

One file takes a third of the flash that two hundred take, arrives in one stream, and cannot be
mixed with another one.
"""

import hashlib
import json
import os
import sys

FOLDER = "sets"
#: Where the one that runs is mounted.
MOUNTED = "/set"
RECORD = 24
NAME = 16
DIGEST = 32
IS_FOLDER = 0xFFFFFFFF

_SUFFIX = ".set"
_HEAD_MAX = 256
_ENTRIES_MAX = 1000
_PIECE = 512
_ENOENT = 2
_OURS = ("codeset", "startup")
# Of sys.implementation._mpy: the version of .mpy files, and the processor of native code in them.
_MPY_VERSION = 0x3FF
_MPY_ARCHITECTURE = 0x3C00


class BadSet(ValueError):
    """Why a set is not run: one sentence."""


def path_of(number):
    """Return the file of a set."""
    return "%s/%d%s" % (FOLDER, number, _SUFFIX)


def numbers():
    """Return the numbers of the sets that there are, whatever is in them."""
    try:
        names = [name[: -len(_SUFFIX)] for name in os.listdir(FOLDER) if name.endswith(_SUFFIX)]
    except OSError:
        return []
    return sorted([int(name) for name in names if name.isdigit()])


def is_whole(number):
    """Tell whether the file of a set has its length. verify() proves what is in it."""
    try:
        with open(path_of(number), "rb") as file:
            return _length(file, _head(file)) == file.seek(0, 2)
    except (OSError, BadSet):
        return False


def version_of(number):
    """Return the version that a set says it has. Raises BadSet, OSError."""
    with open(path_of(number), "rb") as file:
        return _head(file)["version"]


def verify(number):
    """Prove a set to the last byte, and that it is for this firmware; return its version.

    Takes about a second for each 400 kB. Raises BadSet.
    """
    try:
        with open(path_of(number), "rb") as file:
            return _verify(file)
    except OSError as e:
        raise BadSet("set %d cannot be read: error %d" % (number, e.errno)) from None


def remove(number):
    """Remove a set. Raises OSError."""
    os.remove(path_of(number))


def mount(number):
    """Have the modules of a set found before all others. Raises BadSet, OSError."""
    import vfs

    file = open(path_of(number), "rb")  # noqa: SIM115 - umount() closes it
    vfs.mount(Mounted(file), MOUNTED, readonly=True)
    sys.path.insert(0, MOUNTED)


class Mounted:
    """A set as a file system, of which MicroPython imports: see its vfs.mount().

    Names are looked for in the flash, half of the records at a time: in the heap they would take
    10 kB.
    """

    def __init__(self, file):
        self._file = file
        self._count = _head(file)["entries"]
        self._records = file.tell()
        self._record = bytearray(RECORD)

    def mount(self, readonly, mkfs):
        """Called when it is mounted."""

    def umount(self):
        """Called when it is mounted no more."""
        self._file.close()

    def stat(self, path):
        """Return what os.stat() does of a path inside. Raises OSError."""
        is_folder = self._find(path)[1] == IS_FOLDER
        return (0x4000 if is_folder else 0x8000,) + (0,) * 9

    def open(self, path, mode):
        """Return the file at a path inside, which is read into the heap. Raises OSError."""
        from io import BytesIO

        at, size = self._find(path)
        if size == IS_FOLDER or "w" in mode or "a" in mode:
            raise OSError(_ENOENT, path)
        self._file.seek(self._records + self._count * RECORD + at)
        return BytesIO(self._file.read(size))

    def _find(self, path):
        """Return (where it begins, its size). Raises OSError."""
        path = path.strip("/")
        if path.split("/")[0] in _OURS:
            raise OSError(_ENOENT, path)  # what chooses is not to be replaced
        wanted = hashlib.sha256(path.encode()).digest()[:NAME]
        low, high = 0, self._count
        while low < high:
            middle = (low + high) // 2
            self._file.seek(self._records + middle * RECORD)
            self._file.readinto(self._record)
            name = bytes(self._record[:NAME])
            if name == wanted:
                at = int.from_bytes(self._record[NAME : NAME + 4], "big")
                return at, int.from_bytes(self._record[NAME + 4 :], "big")
            if name < wanted:
                low = middle + 1
            else:
                high = middle
        raise OSError(_ENOENT, path)


def _verify(file):
    head = _head(file)
    length = _length(file, head)
    found = file.seek(0, 2)
    if found != length:
        raise BadSet("it has %d of %d bytes" % (found, length))
    file.seek(0)
    digest = hashlib.sha256()
    left = length - DIGEST
    while left:
        piece = file.read(min(left, _PIECE))
        digest.update(piece)
        left -= len(piece)
    if file.read(DIGEST) != digest.digest():
        raise BadSet("it is damaged: its checksum is another one")
    ours = getattr(sys.implementation, "_mpy", 0)
    mpy = head["mpy"]
    if (mpy ^ ours) & _MPY_VERSION:
        raise BadSet("it was compiled for another MicroPython")
    if mpy & _MPY_ARCHITECTURE and (mpy ^ ours) & _MPY_ARCHITECTURE:
        raise BadSet("it was compiled for another processor")
    return head["version"]


def _head(file):
    """Return the first line of a file, which is read up to its end. Raises BadSet."""
    try:
        head = json.loads(file.readline(_HEAD_MAX))
    except ValueError:
        head = {}
    if not _is_head(head):
        raise BadSet("it does not begin as a set of code does")
    if head["entries"] > _ENTRIES_MAX:
        raise BadSet("it has %d entries" % head["entries"])
    return head


def _is_head(head):
    if not isinstance(head, dict) or head.get("plughub") != "set":
        return False
    counts = [head.get(name) for name in ("mpy", "entries", "size")]
    is_counted = all([type(count) is int and count >= 0 for count in counts])
    return is_counted and type(head.get("version")) is str


def _length(file, head):
    """Return the bytes of a file, behind the first line of which it stands."""
    return file.tell() + head["entries"] * RECORD + head["size"] + DIGEST

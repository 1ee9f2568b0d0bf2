"""The file of a backup: a line of JSON that says what it is, then the files of a hub.

docs/backup.md describes it for who writes a reader of it. The same code reads it on a board and on
a PC; only what encrypts is another one there.
"""

import json
from binascii import unhexlify

from hub import VERSION
from hub.backup.fault import BackupFault
from hub.system.store import CONFIG_FILE, ENERGY_FILE, RULES_FILE, SECRETS_FILE, STATE_FILE
from tuya.port import compact_json, const

#: What a backup may hold, in the order in which it stands there. It knows no folders.
FILES = (CONFIG_FILE, SECRETS_FILE, RULES_FILE, STATE_FILE, ENERGY_FILE)
#: Bytes of all that stands between the first line and the seal.
SIZE_MAX = const(65536)
#: Bytes of the seal: the tag of AES-GCM, or a SHA-256 in hexadecimal and a line feed.
TAG_SIZE = const(16)
CHECKSUM_SIZE = const(65)

_FORMAT = const(1)
_HEADER_MAX = const(1024)
_LINE = const("%s %d\n")
_LINE_MAX = const(32)
_NAME_MAX = const(64)
_CIPHER = "AES-256-GCM"
_KDF = ("name", "n", "r", "p", "salt")
# scrypt takes 128 * n * r bytes of memory, and n * r * p of time.
_MEMORY_MAX = const(67108864)
_PARALLEL_MAX = const(4)
_SALT_MIN = const(16)  # hexadecimal digits
_SALT_MAX = const(64)
_DAMAGED = "The backup is damaged: %s"
#: Of a tag that does not fit: nobody can tell which of the two it is.
WRONG_KEY = "The passphrase is wrong, or the backup is damaged"


class Header:
    """The first line. `line`: its bytes, which the seal proves as well; `size` of what follows
    without the seal; `nonce` and `kdf` (as scrypt takes them) of one that is encrypted, else None.
    """

    def __init__(self, line, about):
        self.line = line
        self.name = about["name"]
        self.created = about.get("created")  # Unix time, None where nobody knew it
        self.size = about["size"]
        self.has_secrets = about["secrets"]
        self.kdf = about.get("kdf")
        self.nonce = unhexlify(about["nonce"]) if self.kdf else None

    @property
    def seal_size(self):
        return TAG_SIZE if self.kdf else CHECKSUM_SIZE

    def check_length(self, length):
        """Raise BackupFault where the whole file has another length than it says."""
        wanted = len(self.line) + self.size + self.seal_size
        if length < wanted:
            raise BackupFault("The backup is cut off: it has %d of %d bytes" % (length, wanted))
        if length > wanted:
            raise BackupFault(_DAMAGED % "there is something behind its end")


def make_header(name, created, size, kdf=None, nonce=""):
    """Return the first line, bytes. `kdf` as check_kdf() takes it, `nonce` in hexadecimal."""
    if size > SIZE_MAX:
        raise BackupFault(
            "The files of this home have %d bytes, and a backup %d" % (size, SIZE_MAX)
        )
    about = {"hub": VERSION, "name": name, "created": created, "size": size}
    about["secrets"] = kdf is not None
    if kdf:
        about.update({"kdf": kdf, "cipher": _CIPHER, "nonce": nonce})
    start = '{"plughub":"backup","format":%d,' % _FORMAT  # people see first what it is
    return (start + compact_json(about)[1:] + "\n").encode()


def read_header(file):
    """Return the Header at the start of a binary file. Raises BackupFault."""
    line = file.readline(_HEADER_MAX)
    try:
        about = json.loads(line)
    except (ValueError, RuntimeError):  # too deep for the parser
        about = None
    if not isinstance(about, dict) or about.get("plughub") != "backup":
        raise BackupFault("This is not a backup of Plughub")
    version = about.get("format")
    is_number = type(version) is int
    if is_number and version > _FORMAT:
        text = "The backup was made by a newer Plughub (format %d): update this one first"
        raise BackupFault(text % version)
    if not is_number or version != _FORMAT or line[-1:] != b"\n" or not _is_header(about):
        raise BackupFault(_DAMAGED % "its first line is not what it was")
    return Header(bytes(line), about)


def _is_header(about):
    created = about.get("created")
    if not _is_name(about.get("name")) or not (created is None or type(created) is int):
        return False
    if type(about.get("size")) is not int or not 0 < about["size"] <= SIZE_MAX:
        return False
    if "kdf" not in about and "cipher" not in about:
        return about.get("secrets") is False
    is_nonce = _is_hex(about.get("nonce"), 24, 24)
    is_ours = about.get("secrets") is True and about.get("cipher") == _CIPHER
    return is_nonce and is_ours and is_kdf(about.get("kdf"))


def _is_name(name):
    """Tell whether this can be the name of a hub: it is shown to people and names files."""
    if not isinstance(name, str) or not 0 < len(name) <= _NAME_MAX:
        return False
    return all([c.isalpha() or c.isdigit() or c in "-_." for c in name])


def is_kdf(kdf):
    """Tell whether this is {"name": "scrypt", "n", "r", "p", "salt"} that nobody is hurt by."""
    if not isinstance(kdf, dict) or len(kdf) != len(_KDF) or kdf.get("name") != "scrypt":
        return False
    if not all([name in kdf for name in _KDF]):
        return False
    n, r, p = kdf["n"], kdf["r"], kdf["p"]
    if not all([type(number) is int and number > 0 for number in (n, r, p)]):
        return False
    if n < 2 or n & (n - 1) or n > _MEMORY_MAX or r > _MEMORY_MAX or p > _PARALLEL_MAX:
        return False
    return 128 * n * r <= _MEMORY_MAX and _is_hex(kdf["salt"], _SALT_MIN, _SALT_MAX)


def _is_hex(text, least, most):
    if not isinstance(text, str) or not least <= len(text) <= most or len(text) % 2:
        return False
    return not text.strip("0123456789abcdef")


def line_of(path, size):
    """Return the line in front of a file. Behind its bytes there is a line feed."""
    return (_LINE % (name_of(path), size)).encode()


def name_of(path):
    """Return what a backup calls a file of the hub."""
    return path.rpartition("/")[2]


def size_of(sizes):
    """Return the bytes that files take: [(path, size)]."""
    return sum([len(line_of(path, size)) + size + 1 for path, size in sizes])


def read_files(source, size):
    """Yield (path, size) of each file; `source.read()` must take just its bytes before the next.

    `size`: bytes of all of them together, which have been proved. Raises BackupFault.
    """
    seen = []
    while size:
        line = _line(source, min(size, _LINE_MAX))
        size -= len(line)
        path, count = _parsed(line)
        if path in seen or (seen and FILES.index(path) < FILES.index(seen[-1])):
            raise BackupFault(_DAMAGED % ("%s is not where it belongs" % name_of(path)))
        seen.append(path)
        if count + 1 > size:
            raise BackupFault(_DAMAGED % ("%s is longer than all of it" % name_of(path)))
        yield path, count
        if source.read(1) != b"\n":
            raise BackupFault(_DAMAGED % ("%s does not end where it says" % name_of(path)))
        size -= count + 1
    if CONFIG_FILE not in seen:
        raise BackupFault(_DAMAGED % ("it has no %s" % CONFIG_FILE))


def _line(source, most):
    line = byte = source.read(1)
    while byte not in (b"\n", b"") and len(line) < most:
        byte = source.read(1)
        line += byte
    return line


def _parsed(line):
    try:
        name, _, digits = line.decode().partition(" ")
        count = int(digits)
        if count < 0 or line != (_LINE % (name, count)).encode():
            raise ValueError
    except ValueError:
        raise BackupFault(_DAMAGED % "it does not say which file comes next") from None
    for path in FILES:
        if name_of(path) == name:
            return path, count
    raise BackupFault("The backup holds a file %r that this Plughub does not know" % name)

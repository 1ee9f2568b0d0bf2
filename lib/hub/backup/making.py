"""Makes the backup of this board, in a file beside the others: it is sent from there.

What is being written to the flash meanwhile cannot spoil it then, nor can a client that is slow.
"""

import json
import os
from binascii import hexlify
from hashlib import sha256

from hub.backup.container import FILES, line_of, make_header, size_of
from hub.backup.fault import BackupFault
from hub.backup.sealing import PIECE, Sealing
from hub.config.entries import Fault, json_text, read
from hub.config.secrets import load_secrets, take
from hub.system.store import CONFIG_FILE, ENERGY_FILE, SECRETS_FILE, STATE_FILE, exists, remove
from tuya.gcm import IV_SIZE
from tuya.port import compact_json, const, sleep_ms

#: The backup that was made last, until it has been sent.
SPOOL = "backup.tmp"

# These may be put in place of by others at any moment: each is read at once.
_LIVELY = (STATE_FILE, ENERGY_FILE)
_BREATH = const(8)  # pieces


async def make(name, created, kdf=None, key=None):
    """Write the backup of this board to SPOOL; return its size. Others run meanwhile.

    `kdf` and `key`: how the 32 bytes that it is encrypted under were derived; None for one without
    secrets. `name` of the hub; `created`: Unix time or None. The configuration must not change
    meanwhile. Raises BackupFault, and OSError where the flash takes no more: no file is left.
    """
    if not exists(CONFIG_FILE):
        raise BackupFault("There is no %s on this board yet" % CONFIG_FILE)
    try:
        with open(SPOOL, "wb") as file:
            sink = _Sealed(file, key) if key else _Plain(file)
            sizes = [(path, sink.size_of(path)) for path in FILES if sink.takes(path)]
            sink.begin(name, created, size_of(sizes), kdf)
            for path, size in sizes:
                sink.write(line_of(path, size))
                await _copy(sink, path, size)
                sink.write(b"\n")
            sink.end()
    except BaseException:
        remove(SPOOL)
        raise
    return os.stat(SPOOL)[6]


async def _copy(sink, path, size):
    count = 0
    for i, piece in enumerate(sink.pieces(path)):
        sink.write(piece)
        count += len(piece)
        if i % _BREATH == _BREATH - 1 and path not in _LIVELY:
            await sleep_ms(0)
    if count != size:
        raise BackupFault("%s has changed meanwhile; try again" % path)
    await sleep_ms(0)


class _Sealed:
    """Encrypts what is written. All of the files are in it."""

    def __init__(self, file, key):
        self._file = file
        self._key = key
        self._sealing = None  # type: Sealing | None
        self._piece = memoryview(bytearray(PIECE))
        self._used = 0

    def takes(self, path):
        return exists(path)

    def size_of(self, path):
        return len(_secrets()) if path == SECRETS_FILE else os.stat(path)[6]

    def pieces(self, path):
        if path == SECRETS_FILE:
            yield _secrets()
            return
        with open(path, "rb") as file:
            piece = file.read(PIECE)
            while piece:
                yield piece
                piece = file.read(PIECE)

    def begin(self, name, created, size, kdf):
        nonce = os.urandom(IV_SIZE)
        line = make_header(name, created, size, kdf, hexlify(nonce).decode())
        self._sealing = Sealing(self._key, nonce, line)
        self._file.write(line)

    def write(self, data):
        at = 0
        while at < len(data):
            part = data[at : at + PIECE - self._used]
            self._piece[self._used : self._used + len(part)] = part
            self._used += len(part)
            at += len(part)
            if self._used == PIECE:
                self._put()

    def end(self):
        self._put()
        self._file.write(self._sealing.tag())

    def _put(self):
        piece = self._piece[: self._used]
        self._sealing.mix(piece)
        self._sealing.hash(piece)
        self._file.write(piece)
        self._used = 0


class _Plain(_Sealed):
    """Has no secrets: the file of them is left out, and the configuration as it is without."""

    def __init__(self, file):
        self._file = file
        self._sum = sha256()

    def takes(self, path):
        return path != SECRETS_FILE and exists(path)

    def size_of(self, path):
        return sum([len(piece) for piece in self.pieces(path)])

    def pieces(self, path):
        if path != CONFIG_FILE:
            return _Sealed.pieces(self, path)
        return without_secrets(lambda: read(path))

    def begin(self, name, created, size, kdf):
        self.write(make_header(name, created, size))

    def write(self, data):
        self._sum.update(data)
        self._file.write(data)

    def end(self):
        self._file.write(hexlify(self._sum.digest()) + b"\n")


def _secrets():
    """Return the file of secrets as bytes; a PC may have encrypted its own for itself."""
    return json.dumps(load_secrets()).encode()


def without_secrets(read_entries):
    """Yield the configuration that `read_entries()` has the entries of, as bytes.

    Neither keys nor the Wi-Fi are in it: the board that it is restored on keeps its own.
    """
    try:
        entries = (
            (key, i, take(key, i, value, {})) for key, i, value in read_entries() if key != "wifi"
        )
        for text in json_text(entries, compact_json, "\n ", "\n  "):
            yield text.encode()
    except Fault as e:
        text = "%s is not valid JSON (%s): mend it first, or keep it with a passphrase"
        raise BackupFault(text % (CONFIG_FILE, e)) from None

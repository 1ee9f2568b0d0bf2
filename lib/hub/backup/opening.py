"""Opens a backup on the board: all of it is proved first, then its files are staged."""

from binascii import hexlify
from hashlib import sha256

from hub.backup.container import (
    CHECKSUM_SIZE,
    TAG_SIZE,
    WRONG_KEY,
    read_files,
    read_header,
)
from hub.backup.fault import BackupFault
from hub.backup.sealing import PIECE, Sealing
from hub.system.staging import staged
from tuya.hmac import is_same
from tuya.port import const, sleep_ms

_BREATH = const(8)  # pieces


async def stage(file, key=None):
    """Stage what is in a backup, a binary file. Return its Header, and the paths of its files.

    `key`: the 32 bytes that it was encrypted under. Others run meanwhile. Raises BackupFault
    before anything is staged where it is not whole, and OSError where the flash takes no more.
    """
    header = read_header(file)
    if header.kdf and not key:
        raise BackupFault("This backup is encrypted: its passphrase is needed")
    header.check_length(file.seek(0, 2))
    await _prove(file, header, key)
    file.seek(len(header.line))
    source = _Source(file, Sealing(key, header.nonce, b"") if header.kdf else None, header.size)
    paths = []
    for path, size in read_files(source, header.size):
        with open(staged(path), "wb") as out:
            for at in range(0, size, PIECE):
                out.write(source.read(min(size - at, PIECE)))
        paths.append(path)
        await sleep_ms(0)
    return header, paths


async def _prove(file, header, key):
    """Raise BackupFault where the seal is not that of these bytes, or of this key."""
    file.seek(len(header.line))
    if header.kdf:
        sealing = Sealing(key, header.nonce, header.line)
        await _read_through(file, header.size, sealing.hash)
        if not is_same(file.read(TAG_SIZE), sealing.tag()):
            raise BackupFault(WRONG_KEY)
    else:
        checksum = sha256(header.line)
        await _read_through(file, header.size, checksum.update)
        if file.read(CHECKSUM_SIZE) != hexlify(checksum.digest()) + b"\n":
            raise BackupFault("The backup is damaged: its checksum is another one")


async def _read_through(file, size, take):
    pieces = 0
    while size:
        piece = file.read(min(size, PIECE))
        take(piece)
        size -= len(piece)
        pieces += 1
        if pieces % _BREATH == 0:
            await sleep_ms(0)


class _Source:
    """What is in the body of a backup, decrypted. All of it has been proved to be there."""

    def __init__(self, file, sealing, size):
        self._file = file
        self._sealing = sealing
        self._left = size  # bytes of the file
        self._piece = b""
        self._at = 0

    def read(self, size):
        """Return so many bytes, fewer at the end."""
        data = bytes(self._piece[self._at : self._at + size])
        self._at += len(data)
        if len(data) == size or not self._left:
            return data
        self._piece = bytearray(self._file.read(min(self._left, PIECE)))
        self._left -= len(self._piece)
        if self._sealing:
            self._sealing.mix(self._piece)
        self._at = size - len(data)
        return data + self._piece[: self._at]

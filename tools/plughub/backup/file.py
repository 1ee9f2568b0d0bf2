"""The file of a backup on a PC: made and opened as a whole."""

import hashlib
import io
import os
import unicodedata
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from hub.backup.container import (
    FILES,
    WRONG_KEY,
    Header,
    line_of,
    make_header,
    read_files,
    read_header,
    size_of,
)
from hub.backup.fault import BackupFault
from hub.backup.making import without_secrets
from hub.config.entries import entries
from hub.system.store import CONFIG_FILE, SECRETS_FILE
from tuya.gcm import IV_SIZE

_SALT_SIZE = 16


@dataclass(frozen=True)
class Opened:
    """What is in a backup. `files`: {path: bytes}; `key`: what it is encrypted under, or None."""

    header: Header
    files: dict[str, bytes] = field(repr=False)
    key: bytes | None = field(repr=False)


def new_kdf():
    """Return how a key is to be derived from a passphrase: scrypt with a salt of its own."""
    return {"name": "scrypt", "n": 32768, "r": 8, "p": 1, "salt": os.urandom(_SALT_SIZE).hex()}


def derive(passphrase, kdf):
    """Return the key of a passphrase, 32 bytes."""
    # Keyboards differ in how they make an accented letter.
    text = unicodedata.normalize("NFC", passphrase).encode()
    salt = bytes.fromhex(kdf["salt"])
    return Scrypt(salt=salt, length=32, n=kdf["n"], r=kdf["r"], p=kdf["p"]).derive(text)


def make(files, name, created, passphrase=None):
    """Return a backup of {path: bytes}; without a passphrase it has no secrets.

    Raises BackupFault where there is no configuration to keep.
    """
    if CONFIG_FILE not in files:
        raise BackupFault(f"There is no {CONFIG_FILE} on this board yet")
    if not passphrase:
        config = files[CONFIG_FILE]
        files = {path: files[path] for path in files if path != SECRETS_FILE}
        files[CONFIG_FILE] = b"".join(without_secrets(lambda: entries(io.BytesIO(config))))
    found = [(path, files[path]) for path in FILES if path in files]
    size = size_of([(path, len(data)) for path, data in found])
    body = b"".join(line_of(path, len(data)) + data + b"\n" for path, data in found)
    if not passphrase:
        proved = make_header(name, created, size) + body
        return proved + hashlib.sha256(proved).hexdigest().encode() + b"\n"
    kdf, nonce = new_kdf(), os.urandom(IV_SIZE)
    line = make_header(name, created, size, kdf, nonce.hex())
    return line + AESGCM(derive(passphrase, kdf)).encrypt(nonce, body, line)


def open_backup(data, passphrase=None):
    """Return the Opened of a file. `passphrase()` returns that of one that is encrypted.

    Raises BackupFault where it is not whole.
    """
    header = read_header(io.BytesIO(data))
    header.check_length(len(data))
    start = len(header.line)
    key = None
    if header.kdf:
        key = derive(passphrase(), header.kdf)
        try:
            body = AESGCM(key).decrypt(header.nonce, data[start:], header.line)
        except InvalidTag:
            raise BackupFault(WRONG_KEY) from None
    else:
        end = start + header.size
        body = data[start:end]
        if data[end:] != hashlib.sha256(data[:end]).hexdigest().encode() + b"\n":
            raise BackupFault("The backup is damaged: its checksum is another one")
    source = io.BytesIO(body)
    files = {path: source.read(size) for path, size in read_files(source, header.size)}
    return Opened(header, files, key)

"""An update as a file: what it says of itself in the first line, then all its bytes.

The line is that of lib/hub/update/about.py.
"""

import json
from dataclasses import dataclass, field, replace
from hashlib import sha256

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from hub.update.about import Unfit, check, signed_text
from plughub.cli import NOT_FOUND, USAGE, Failure

_HEAD_MAX = 4096
_SIZE_MAX = 16_000_000
_FIRMWARE = b"\xe9"  # what an image of esptool begins with
_KEY_MIN = 2048
_KEY_MAX = 4096


@dataclass(frozen=True)
class Update:
    """`about`: what it says of itself; `data`: its bytes."""

    about: dict
    data: bytes = field(repr=False)

    @property
    def is_signed(self):
        return bool(self.about.get("signature"))

    def packed(self):
        """Return it as the bytes of a file."""
        return json.dumps(self.about, separators=(",", ":")).encode() + b"\n" + self.data

    def unsigned(self):
        """Return it as one that somebody takes without a signature, and has said so."""
        return replace(self, about=self.about | {"unsigned": True})


def make(kind, data, version, what_for):
    """Return the unsigned Update of these bytes. `what_for`: the board, or the number of .mpy."""
    about = {"plughub": "update", "kind": kind, "version": version, "for": what_for}
    return Update(about | {"size": len(data), "sha256": sha256(data).hexdigest()}, data)


def signed(update, key):
    """Return an Update with a signature by an RSA key."""
    signature = key.sign(signed_text(update.about), padding.PKCS1v15(), hashes.SHA256())
    return replace(update, about=update.about | {"signature": signature.hex()})


def read(path):
    """Return the Update in a file; of a bare firmware, as esptool has it, one for no board yet.

    Raises Failure for what is neither, or is not whole.
    """
    data = _bytes_of(path)
    if data[:1] == _FIRMWARE:
        return make("firmware", data, "unknown", "?")
    head = data[:_HEAD_MAX].partition(b"\n")[0]
    try:
        about = json.loads(head)
        check(about | {"unsigned": True, "signature": ""}, b"")
    except (ValueError, TypeError, Unfit):
        raise Failure(f"{path} is no update and no firmware", USAGE) from None
    body = data[len(head) + 1 :]
    if len(body) != about["size"] or sha256(body).hexdigest() != about["sha256"]:
        raise Failure(f"{path} is damaged, or was not written to its end", USAGE)
    return Update(about, body)


def read_key(path):
    """Return the RSA key of a PEM file. Raises Failure."""
    what = "private key that can be read without a password"
    return _read(path, lambda data: serialization.load_pem_private_key(data, None), what)


def modulus_of(path):
    """Return the modulus of the public key in a PEM file, that of a private one included."""

    def load(data):
        if b"PRIVATE" in data:
            return serialization.load_pem_private_key(data, None).public_key()
        return serialization.load_pem_public_key(data)

    key = _read(path, load, "key that can be read")
    return key.public_numbers().n.to_bytes(key.key_size // 8, "big")


def _read(path, load, what):
    try:
        key = load(_bytes_of(path))
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise Failure(f"{path} has no {what}") from None
    is_rsa = isinstance(key, rsa.RSAPrivateKey | rsa.RSAPublicKey)
    if not is_rsa or not _KEY_MIN <= key.key_size <= _KEY_MAX or key.key_size % 8:
        raise Failure(f"{path} is no RSA key of {_KEY_MIN} to {_KEY_MAX} bits", USAGE)
    return key


def _bytes_of(path):
    try:
        if path.stat().st_size > _SIZE_MAX:
            raise Failure(f"{path} is too large for an update", USAGE)
        return path.read_bytes()
    except OSError as e:
        raise Failure(f"{path} cannot be read: {e.strerror or e}", NOT_FOUND) from None

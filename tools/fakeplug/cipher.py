"""The ciphers and sums of the protocol, on `cryptography` and the standard library."""

import base64
import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

BLOCK = 16
IV_SIZE = 12
TAG_SIZE = 16


class Undecryptable(Exception):
    """The body does not open with this key."""


class Foreign(Undecryptable):
    """The body is of another protocol version, whatever the key."""


class ECB:
    """AES-128-ECB with PKCS7. ECB keeps no state, so both contexts are made once per key."""

    def __init__(self, key):
        cipher = Cipher(algorithms.AES(key), modes.ECB())
        self.encrypt_blocks = cipher.encryptor().update
        self.decrypt_blocks = cipher.decryptor().update

    def encrypt(self, plain):
        pad = BLOCK - len(plain) % BLOCK
        return self.encrypt_blocks(plain + bytes((pad,)) * pad)

    def decrypt(self, body):
        """Raises Undecryptable on a broken block or padding, the only sign of a wrong key."""
        if not body or len(body) % BLOCK:
            raise Undecryptable(f"{len(body)} bytes are not whole blocks")
        plain = self.decrypt_blocks(body)
        pad = plain[-1]
        if not 1 <= pad <= BLOCK or plain[-pad:] != bytes((pad,)) * pad:
            raise Undecryptable("wrong padding")
        return plain[:-pad]


class GCM:
    """AES-128-GCM; boxes are IV, ciphertext and tag in one piece, as on the wire."""

    def __init__(self, key):
        self._cipher = AESGCM(key)

    def seal(self, iv, plain, associated):
        return iv + self._cipher.encrypt(iv, plain, associated)

    def open(self, box, associated):
        """Raises Undecryptable when the tag does not match."""
        try:
            return self._cipher.decrypt(box[:IV_SIZE], box[IV_SIZE:], associated)
        except InvalidTag:
            raise Undecryptable("wrong tag") from None


def hmac_sha256(key, data):
    return hmac.digest(key, data, "sha256")


def sign_31(key, ecb, plain):
    """The signed form of 3.1: "3.1", 16 characters out of the middle of an MD5, base64."""
    text = base64.b64encode(ecb.encrypt(plain))
    return b"3.1" + _signature_31(key, text) + text


def unsign_31(key, ecb, body):
    """The reverse of sign_31. Raises Undecryptable on a wrong signature or key."""
    signature, text = body[3:19], body[19:]
    if not hmac.compare_digest(signature, _signature_31(key, text)):
        raise Undecryptable("wrong signature")
    try:
        return ecb.decrypt(base64.b64decode(text, validate=True))
    except ValueError:
        raise Undecryptable("not base64") from None


def _signature_31(key, text):
    digest = hashlib.md5(b"data=" + text + b"||lpv=3.1||" + key, usedforsecurity=False)
    return digest.hexdigest()[8:24].encode()

"""Session keys of 3.4 and 3.5, from the device's side. No I/O."""

import hmac
import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fakeplug.cipher import ECB, hmac_sha256

NONCE_SIZE = 16


class Negotiation:
    """One exchange 03, 04, 05 under a local key. A new 03 starts it over."""

    def __init__(self, version, key):
        self._version = version
        self._key = key
        self._client_nonce = None
        self._device_nonce = None

    def answer(self, client_nonce, device_nonce):
        """Return the body of 04: our nonce and the proof that we know the local key."""
        self._client_nonce = client_nonce
        self._device_nonce = device_nonce
        return device_nonce + hmac_sha256(self._key, client_nonce)

    def finish(self, proof):
        """Return the session key when the body of 05 proves the client's key, else None."""
        if self._client_nonce is None:
            return None
        if not hmac.compare_digest(proof, hmac_sha256(self._key, self._device_nonce)):
            return None
        return session_key(self._version, self._key, self._client_nonce, self._device_nonce)


def device_nonce(version, key, client_nonce):
    """16 random characters; real devices use text that looks like hexadecimal.

    They do not make the session key begin with a zero byte, which by chance happens once in 256
    negotiations: tests ask for that.
    """
    while True:
        nonce = _characters()
        if session_key(version, key, client_nonce, nonce)[0]:
            return nonce


def zero_key_nonce(version, key, client_nonce):
    """A device nonce that makes the session key begin with a zero byte."""
    if version == "3.4":
        session = b"\0" + secrets.token_bytes(NONCE_SIZE - 1)
        return _xor(ECB(key).decrypt_blocks(session), client_nonce)
    # In 3.5 the key is a key stream XOR both nonces, so one byte of ours decides its first.
    nonce = bytearray(_characters())
    nonce[0] ^= session_key(version, key, client_nonce, bytes(nonce))[0]
    return bytes(nonce)


def session_key(version, key, client_nonce, nonce):
    mixed = _xor(client_nonce, nonce)
    if version == "3.4":
        return ECB(key).encrypt_blocks(mixed)
    return AESGCM(key).encrypt(client_nonce[:12], mixed, None)[:NONCE_SIZE]


def _characters():
    return secrets.token_hex(NONCE_SIZE // 2).encode()


def _xor(left, right):
    return bytes(a ^ b for a, b in zip(left, right, strict=True))

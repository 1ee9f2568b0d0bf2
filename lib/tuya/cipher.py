"""Keys, and AES-128-ECB with PKCS7 padding, as 3.1 to 3.4 encrypt bodies."""

from tuya.errors import WrongKey
from tuya.port import aes_ecb

BLOCK = 16


def as_key(key):
    """Return a local key as 16 bytes. Raises ValueError, which does not quote the key."""
    if isinstance(key, str):
        key = key.encode()
    if not isinstance(key, (bytes, bytearray)):
        raise ValueError("a local key is a text of 16 characters, or as many bytes")
    if len(key) != 16:
        raise ValueError("a local key has 16 characters, this one has %d" % len(key))
    return key if isinstance(key, bytes) else bytes(key)


class ECB:
    """One key, both directions. A cipher object of the board works in one direction only."""

    def __init__(self, key):
        self.encrypt_blocks = aes_ecb(key).encrypt
        self._decrypt = aes_ecb(key).decrypt

    def encrypt(self, header, data):
        """Return `header` and `data` as one text, padded and encrypted, as a bytearray."""
        text = header + data
        pad = BLOCK - len(text) % BLOCK
        out = bytearray(text + bytes((pad,)) * pad)
        self.encrypt_blocks(out, out)
        return out

    def decrypt_blocks(self, data):
        """Return `data`, whole blocks, decrypted, with whatever padding it has."""
        plain = bytearray(len(data))
        self._decrypt(data, plain)
        return plain

    def decrypt(self, data):
        """Return `data`, whole blocks, decrypted and without its padding. Raises WrongKey."""
        plain = self.decrypt_blocks(data)
        pad = plain[-1]
        size = len(plain) - pad
        if not 1 <= pad <= BLOCK or plain[size:] != bytes((pad,)) * pad:
            raise WrongKey("a body that the local key does not decrypt")
        return bytes(memoryview(plain)[:size])

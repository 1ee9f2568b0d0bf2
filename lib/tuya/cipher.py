"""AES-128-ECB with PKCS7 padding, as 3.2 to 3.4 encrypt bodies."""

from .errors import WrongKey
from .port import aes_ecb

BLOCK = 16


def padded_size(size):
    """Return the size of `size` bytes once padded: always at least one byte more."""
    return size + BLOCK - size % BLOCK


class ECB:
    """One key, both directions. A cipher object of the board works in one direction only."""

    def __init__(self, key):
        self._encrypt = aes_ecb(key).encrypt
        self._decrypt = aes_ecb(key).decrypt

    def encrypt_into(self, out, data):
        """Pad and encrypt `data` into the memoryview `out` of padded_size(len(data)) bytes."""
        size = len(data)
        pad = len(out) - size
        out[:size] = data
        out[size:] = bytes((pad,)) * pad
        self._encrypt(out, out)

    def decrypt(self, data):
        """Return `data`, whole blocks, decrypted and without its padding. Raises WrongKey."""
        plain = bytearray(len(data))
        self._decrypt(data, plain)
        pad = plain[-1]
        size = len(plain) - pad
        if not 1 <= pad <= BLOCK or plain[size:] != bytes((pad,)) * pad:
            raise WrongKey("a body that the local key does not decrypt")
        return bytes(memoryview(plain)[:size])

"""AES-256-GCM a piece at a time: a backup is never in the heap as a whole.

The arithmetic is that of tuya.gcm, which seals a frame at once.
"""

from tuya.gcm import TAG_SIZE, count, make_table, update, xor
from tuya.port import aes_ecb, const

#: Bytes of a piece; the last one may have fewer.
PIECE = const(512)


class Sealing:
    """One key of 32 bytes and one nonce of 12. `associated`: what the tag proves besides."""

    def __init__(self, key, nonce, associated):
        self._encrypt = aes_ecb(key).encrypt
        hash_key = bytearray(16)
        self._encrypt(hash_key, hash_key)
        self._table = make_table(hash_key)
        self._nonce = nonce
        self._stream = memoryview(bytearray(PIECE))
        self._hash = bytearray(TAG_SIZE)
        self._associated_size = len(associated)
        self._hashed = 0  # bytes so far
        self._mixed = 0
        update(self._hash, self._table, associated, len(associated))

    def mix(self, piece):
        """Encrypt the next piece, or decrypt it, in its place: a bytearray or memoryview."""
        size = len(piece)
        # The first counter block masks the tag.
        xor(piece, piece, self._key_stream(size, 2 + self._mixed // 16), size)
        self._mixed += size

    def hash(self, piece):
        """Take the next piece, encrypted, into the tag."""
        update(self._hash, self._table, piece, len(piece))
        self._hashed += len(piece)

    def tag(self):
        """Return the 16 bytes that prove all pieces. To be called once, behind the last one."""
        sizes = bytearray(16)  # in bits
        _put_bits(sizes, 8, self._associated_size)
        _put_bits(sizes, 16, self._hashed)
        update(self._hash, self._table, sizes, 16)
        xor(self._hash, self._hash, self._key_stream(TAG_SIZE, 1), TAG_SIZE)
        return bytes(self._hash)

    def _key_stream(self, size, first):
        stream = self._stream[: (size + 15) & ~15]
        count(stream, self._nonce, len(stream), first)
        self._encrypt(stream, stream)
        return stream


def _put_bits(out, end, size):
    bits = size << 3
    for at in range(end - 1, end - 5, -1):
        out[at] = bits & 0xFF
        bits >>= 8

"""AES-128-GCM out of what the board has: one AES-ECB call over counter blocks, and GHASH."""

from os import urandom

from tuya.errors import WrongKey
from tuya.port import MICROPYTHON, aes_ecb, own

try:
    if not MICROPYTHON:
        raise ImportError
    from tuya.ghash_viper import count, make_table, update, xor
except (ImportError, SyntaxError, ValueError):
    # CPython, a port without native code, or code compiled for another processor.
    from tuya.ghash import count, make_table, update, xor

IV_SIZE = 12
TAG_SIZE = 16

# The key stream, the tag, and the sizes in bits of the associated data and of the text: what
# stands in them is used up before anybody else runs. Frames of plugs fit, the rare longer one gets
# a key stream of its own.
_work = (memoryview(bytearray(384)), bytearray(TAG_SIZE), bytearray(16))


class GCM:
    """One key. A sealed box is IV, ciphertext and tag in one piece, as on the wire."""

    def __init__(self, key):
        self._encrypt = aes_ecb(key).encrypt
        hash_key = bytearray(16)
        self._encrypt(hash_key, hash_key)
        self._table = make_table(hash_key)
        # Random where it begins and counted from there: an IV never comes twice under one key.
        self._iv = bytearray(urandom(IV_SIZE))
        self._work = own(_work)

    def seal(self, associated, out, text, iv=None):
        """Write the box of `text` to the memoryview `out`, 28 bytes longer than it."""
        size = len(text)
        out[:IV_SIZE] = iv or self._next_iv()
        stream = self._key_stream(out[:IV_SIZE], size)
        data = out[IV_SIZE : IV_SIZE + size]
        xor(data, text, stream[TAG_SIZE:], size)
        out[IV_SIZE + size :] = self._tag_of(associated, data, stream)

    def open(self, associated, box):
        """Return the text of a box as a bytearray. Raises WrongKey when its tag is wrong."""
        size = len(box) - IV_SIZE - TAG_SIZE
        stream = self._key_stream(box[:IV_SIZE], size)
        data = box[IV_SIZE : IV_SIZE + size]
        tag = self._tag_of(associated, data, stream)
        xor(tag, tag, box[IV_SIZE + size :], TAG_SIZE)
        # All of it is looked at, so that the time does not tell where it is wrong.
        if sum(tag):
            raise WrongKey("a frame whose tag another key has made")
        text = bytearray(size)
        xor(text, data, stream[TAG_SIZE:], size)
        return text

    def _next_iv(self):
        iv = self._iv
        at = IV_SIZE - 1
        while at:
            iv[at] = (iv[at] + 1) & 0xFF
            if iv[at]:
                break
            at -= 1
        return iv

    def _key_stream(self, iv, size):
        # Its first block masks the tag.
        size = (size + 31) & ~15
        stream = self._work[0]
        stream = (stream if size <= len(stream) else memoryview(bytearray(size)))[:size]
        count(stream, iv, size, 1)
        self._encrypt(stream, stream)
        return stream

    def _tag_of(self, associated, data, stream):
        _, tag, sizes = self._work
        xor(tag, tag, tag, TAG_SIZE)
        update(tag, self._table, associated, len(associated))
        update(tag, self._table, data, len(data))
        sizes[7] = len(associated) << 3
        size = len(data) << 3
        sizes[13] = size >> 16
        sizes[14] = size >> 8 & 0xFF
        sizes[15] = size & 0xFF
        update(tag, self._table, sizes, TAG_SIZE)
        xor(tag, tag, stream, TAG_SIZE)
        return tag

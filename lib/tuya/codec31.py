"""3.1: JSON in the clear, but for writes and pushes, which are signed. No I/O.

base64( AES-ECB( key, JSON ) ) behind "3.1" and 16 characters of an MD5 over it and the key
"""

from binascii import a2b_base64, b2a_base64, hexlify
from hashlib import md5

from tuya.cipher import BLOCK, ECB, as_key
from tuya.codec import Codec33, as_text, is_plausible, trimmed
from tuya.errors import BadFrame, WrongKey
from tuya.hmac import is_same
from tuya.port import const

_SIGNED = const(b"\x07\x08\x0d")
_SIGNED_FROM = const(19)


class Codec31(Codec33):
    """3.1; the frames are those of 3.3."""

    def use(self, key):
        self._key = as_key(key)
        self._cipher = ECB(self._key)

    def _close(self, command, payload):
        if not payload or command not in _SIGNED:
            return payload
        text = b2a_base64(bytes(self._cipher.encrypt(b"", payload)))[:-1]
        return b"3.1" + self._signature(text) + text

    def _open(self, command, body):
        if body[:3] != b"3.1":
            return as_text(body)
        text = bytes(body[_SIGNED_FROM:])
        if not is_same(body[3:_SIGNED_FROM], self._signature(text)):
            raise WrongKey("a push that the local key did not sign")
        self.proved = True
        try:
            sealed = a2b_base64(text)
        except ValueError:
            sealed = b""
        if not sealed or len(sealed) % BLOCK:
            raise BadFrame("a push of %d letters that are no base64" % len(text))
        plain = trimmed(self._cipher.decrypt(sealed))
        if not is_plausible(plain):
            raise BadFrame("a push that is no text")
        return plain

    def _signature(self, text):
        return hexlify(md5(b"data=" + text + b"||lpv=3.1||" + self._key).digest())[8:24]

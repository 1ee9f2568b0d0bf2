"""3.4: everything in AES-ECB under the session key, an HMAC-SHA256 in place of the CRC. No I/O."""

import struct
from binascii import crc32

from tuya.cipher import BLOCK, ECB, as_key
from tuya.codec import Codec33, trimmed, version_header, without_version_header
from tuya.errors import BadFrame, WrongKey, WrongVersion
from tuya.hmac import HMAC, is_same
from tuya.port import const

_SESS_KEY_NEG_RESP = const(0x04)

# Nonce and proof; most devices put a block of padding behind it, some none.
_RESP_SIZE = const(48)


class Codec34(Codec33):
    """3.4; the header is that of 3.3."""

    _check_size = 32
    _shortest = 36

    def use(self, key):
        key = as_key(key)
        self._cipher = ECB(key)
        self._check = HMAC(key).digest

    def _is_whole(self, frame, end):
        if frame[-4:] != b"\x00\x00\xaa\x55":
            return False
        if is_same(frame[end:-4], self._check(frame[:end])):
            self.proved = True
            return True
        if struct.unpack_from(">I", frame, len(frame) - 8)[0] == crc32(frame[:-8]) & 0xFFFFFFFF:
            raise WrongVersion("it speaks 3.1, 3.2 or 3.3, not 3.4")
        raise WrongKey("a frame whose HMAC another key has made")

    def _close(self, command, payload):
        # An empty body is a block of padding: with none at all real devices hang up.
        return self._cipher.encrypt(version_header(self._version, command), payload)

    def _open(self, command, body):
        if len(body) % BLOCK:
            raise BadFrame("a body of %d bytes, which is no whole number of blocks" % len(body))
        if command == _SESS_KEY_NEG_RESP:
            return bytes(self._cipher.decrypt_blocks(body)[:_RESP_SIZE])
        try:
            plain = self._cipher.decrypt(body)
        except WrongKey:
            # The check was right, so the key is.
            raise BadFrame("a body with wrong padding") from None
        return trimmed(without_version_header(plain))

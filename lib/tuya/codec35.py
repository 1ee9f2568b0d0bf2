"""3.5: frames of the prefix 6699, sealed with AES-GCM under the session key. No I/O."""

import struct

from tuya.cipher import as_key
from tuya.codec import (
    Message,
    is_version_header,
    trimmed,
    version_header,
    without_version_header,
)
from tuya.errors import BadFrame
from tuya.frame import Framing
from tuya.gcm import GCM, IV_SIZE, TAG_SIZE
from tuya.port import const, native_gcm

_SESS_KEY_NEG_RESP = const(0x04)

_HEADER_SIZE = const(18)
_RESP_SIZE = const(48)


class Codec35(Framing):
    """3.5, and the broadcasts of its devices under the key that all of them share."""

    _prefix = b"\x00\x00\x66\x99"
    _header_size = _HEADER_SIZE
    _uncounted = 4
    _shortest = IV_SIZE + TAG_SIZE
    proved: bool = False  # as in Codec33

    def __init__(self, version: str, key: str | bytes) -> None:
        super().__init__()
        self._version = version
        self.use(key)

    def use(self, key: str | bytes) -> None:
        """Take another key from the next frame on."""
        self._cipher = (native_gcm or GCM)(as_key(key))

    def encode(
        self, sequence: int, command: int, payload: bytes, iv: bytes | None = None
    ) -> bytes | bytearray:
        """Return a frame ready to send. `iv`: 12 bytes, only for tests; never twice the same."""
        return self._seal(sequence, command, version_header(self._version, command) + payload, iv)

    def _seal(self, sequence, command, text, iv):
        length = IV_SIZE + len(text) + TAG_SIZE
        frame = bytearray(_HEADER_SIZE + length + 4)
        struct.pack_into(">IHIII", frame, 0, 0x6699, 0, sequence, command, length)
        frame[-4:] = b"\x00\x00\x99\x66"
        view = memoryview(frame)
        self._cipher.seal(view[4:_HEADER_SIZE], view[_HEADER_SIZE:-4], text, iv)
        return frame

    def _message(self, frame):
        if frame[-4:] != b"\x00\x00\x99\x66":
            raise BadFrame("a frame with a wrong end")
        plain = self._cipher.open(frame[4:_HEADER_SIZE], frame[_HEADER_SIZE:-4])
        self.proved = True
        sequence, command = struct.unpack_from(">II", frame, 6)
        code, payload = self._split(command, plain)
        return Message(sequence, command, code, payload)

    def _split(self, command, text):
        view = memoryview(text)
        if command == _SESS_KEY_NEG_RESP:
            return 0, bytes(view[-_RESP_SIZE:])  # a nonce may look like anything
        # The return code comes in either byte order; hobby devices and some UDP leave it out.
        code = max(text[:4]) if len(text) >= 4 else 0x20
        if code >= 0x20 or is_version_header(text):
            code = 0
        else:
            view = view[4:]
        return code, bytes(trimmed(without_version_header(view)))

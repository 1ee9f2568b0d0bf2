"""What frames mean: bytes to messages and back. 3.2 and 3.3 are here, the rest beside. No I/O."""

import struct
from binascii import crc32
from collections import namedtuple

from tuya.cipher import BLOCK, ECB, as_key
from tuya.errors import BadFrame, WrongKey
from tuya.frame import Framing
from tuya.port import const

#: What a device said. `code` is its return code (0 = good, 0 too when it sent none), `payload`
#: the clear bytes without return code, version header and padding: JSON, an error text, or b"".
Message = namedtuple("Message", ("sequence", "command", "code", "payload"))

_HEADER_SIZE = const(16)
_VERSION_HEADER_SIZE = const(15)
# Commands that carry no version header, in either direction (tinytuya: NO_PROTOCOL_HEADER_CMDS),
# and those of UDP.
_NO_VERSION_HEADER = const(b"\x03\x04\x05\x09\x0a\x10\x12\x40\x13\x23\x25")
# The shortest error text known has 15 letters; fewer may be chance after a wrong key.
_TEXT_MIN = const(8)


class Codec33(Framing):
    """3.2 and 3.3: bodies in AES-ECB under the local key, a clear version header, a CRC.

    What 3.1 and 3.4 do otherwise, they override.
    """

    _prefix = b"\x00\x00\x55\xaa"
    _header_size = _HEADER_SIZE
    _check_size = 4
    _shortest = 8
    #: Whether the key has opened, or proved to be authentic, something that the device has made.
    proved: bool = False

    def __init__(self, version: str, key: str | bytes) -> None:
        super().__init__()
        self._version = version
        self.use(key)

    def use(self, key: str | bytes) -> None:
        """Take another key from the next frame on."""
        self._cipher = ECB(as_key(key))

    def encode(
        self, sequence: int, command: int, payload: bytes, iv: bytes | None = None
    ) -> bytes | bytearray:
        """Return a frame ready to send. `payload`: JSON bytes; `iv`: of 3.5 alone, unused here."""
        body = self._close(command, payload)
        size = len(body) + self._check_size + 4
        data = struct.pack(">IIII", 0x55AA, sequence, command, size) + body
        return data + self._check(data) + b"\x00\x00\xaa\x55"

    def _message(self, frame):
        end = len(frame) - self._check_size - 4
        if not self._is_whole(frame, end):
            raise BadFrame("a frame with a wrong check or end")
        sequence, command = struct.unpack_from(">II", frame, 4)
        code, body = split_code(frame[_HEADER_SIZE:end])
        return Message(sequence, command, code, self._open(command, body) if len(body) else b"")

    def _check(self, data):
        return struct.pack(">I", crc32(data) & 0xFFFFFFFF)

    def _is_whole(self, frame, end):
        check, suffix = struct.unpack_from(">II", frame, end)
        return suffix == 0xAA55 and check == crc32(frame[:end]) & 0xFFFFFFFF

    def _close(self, command, payload) -> bytes | bytearray:
        header = version_header(self._version, command)
        return header + self._cipher.encrypt(b"", payload) if payload else header

    def _open(self, command, body):
        if is_version_header(body):
            body = body[_VERSION_HEADER_SIZE:]
        if not len(body):
            return b""
        if len(body) % BLOCK:
            # Some firmware sends its error texts, and its JSON with them, in the clear.
            return as_text(body)
        try:
            plain = trimmed(self._cipher.decrypt(body))
            is_ours = plain[:1] == b"{" or is_plausible(plain)
        except WrongKey:
            plain = trimmed(bytes(body))
            is_ours = False
        if is_ours:
            self.proved = True
        elif not is_plausible(plain):
            raise WrongKey("a body that the local key does not decrypt")
        return plain


def version_header(version, command):
    """Return the version header that stands in front of a body of `command`, or b""."""
    return b"" if command in _NO_VERSION_HEADER else version.encode() + bytes(12)


def split_code(body):
    """Split the return code off a device's body: (code, rest).

    It is a 32-bit number below 256. Vendor code sends it in its own little-endian order, and
    hobby devices leave it out.
    """
    if len(body) >= 4:
        first, middle, last = body[0], body[1] or body[2], body[3]
        if not (first or middle):
            return last, body[4:]
        if first < 0x20 and not (middle or last):
            return first, body[4:]
    return 0, body


def is_version_header(body):
    """Tell whether `body` begins with a version header; its other 12 bytes may hold anything."""
    return (
        len(body) >= _VERSION_HEADER_SIZE
        and body[0] == 0x33
        and body[1] == 0x2E
        and 0x31 <= body[2] < 0x3A
    )


def without_version_header(plain):
    """Return decrypted bytes without the version header that pushes have in front."""
    return plain[_VERSION_HEADER_SIZE:] if is_version_header(plain) else plain


def trimmed(plain):
    """Return bytes without what firmware leaves behind a JSON or a text: NULs, line ends, spaces,
    or padding a second time. All of them are below 0x21.
    """
    end = len(plain)
    while end and plain[end - 1] <= 0x20:
        end -= 1
    return plain if end == len(plain) else plain[:end]


def as_text(body):
    """Return a clear body as bytes. Raises BadFrame for what is neither JSON nor a text."""
    plain = trimmed(bytes(body))
    if not is_plausible(plain):
        raise BadFrame("a body of %d bytes that is no text" % len(plain))
    return plain


def is_plausible(plain):
    """Tell JSON or an error text from noise: a wrong key passes the CRC, and the pad 1 in 256."""
    if plain and plain[0] == 0x7B:  # {
        return plain[-1] == 0x7D
    return len(plain) >= _TEXT_MIN and all(0x20 <= byte < 0x7F for byte in plain)

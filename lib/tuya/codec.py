"""What frames mean: bytes to messages and back, for each protocol version. No I/O."""

from collections import namedtuple

from .cipher import BLOCK, ECB, padded_size
from .command import DP_QUERY, HEART_BEAT, UPDATEDPS
from .errors import BadFrame, WrongKey
from .frame import HEADER_SIZE, Cutter, blank, check, seal
from .port import const

#: What a device said. `code` is its return code (0 = good, 0 too when it sent none), `payload`
#: the clear bytes without return code, version header and padding: JSON, an error text, or b"".
Message = namedtuple("Message", ("sequence", "command", "code", "payload"))

_HEADER_SIZE = const(15)
# Commands that carry no version header, in either direction (tinytuya: NO_PROTOCOL_HEADER_CMDS).
_NO_HEADER = (0x03, 0x04, 0x05, HEART_BEAT, DP_QUERY, 0x10, UPDATEDPS, 0x40)
# The shortest error text known has 15 letters; fewer may be chance after a wrong key.
_TEXT_MIN = const(8)


def Codec(version, key):
    """Return the codec of `version` ("3.2", "3.3"); `key`: the one in force, 16 bytes or text."""
    if version not in ("3.2", "3.3"):
        raise ValueError("protocol version %r is not known" % (version,))
    return Codec33(version, key)


def as_key(key):
    """Return a local key as 16 bytes. Raises ValueError, which does not quote the key."""
    if isinstance(key, str):
        key = key.encode()
    if len(key) != 16:
        raise ValueError("a local key has 16 characters, this one has %d" % len(key))
    return bytes(key)


class Codec33:
    """3.2 and 3.3: bodies in AES-ECB under the local key, a clear version header, a CRC."""

    def __init__(self, version, key):
        self._header = version.encode() + bytes(12)
        self._cipher = ECB(as_key(key))
        self._cutter = Cutter()

    def encode(self, sequence, command, payload, iv=None):
        """Return a frame ready to send. `payload`: JSON bytes; `iv`: of 3.5 alone, unused here."""
        header = b"" if command in _NO_HEADER else self._header
        size = padded_size(len(payload)) if payload else 0
        frame = blank(len(header) + size)
        at = HEADER_SIZE + len(header)
        frame[HEADER_SIZE:at] = header
        if size:
            self._cipher.encrypt_into(memoryview(frame)[at : at + size], payload)
        return seal(frame, sequence, command)

    def feed(self, data):
        """Take bytes of the stream, cut anywhere; return the messages they complete.

        Raises BadFrame at the first broken frame (WrongKey when it is whole but the key does not
        open it), with the messages before it. The connection can not be used after that.
        """
        messages = []
        try:
            for frame in self._cutter.cut(data):
                messages.append(self._message(frame))
        except BadFrame as e:
            e.messages = messages
            raise
        return messages

    def _message(self, frame):
        sequence, command, body = check(frame)
        code, body = split_code(body)
        return Message(sequence, command, code, self._open(body))

    def _open(self, body):
        if is_version_header(body):
            body = body[_HEADER_SIZE:]
        if not len(body):
            return b""
        if len(body) % BLOCK:
            # Some firmware sends its error texts, and its JSON with them, in the clear.
            plain = bytes(body)
            if not is_plausible(plain):
                raise BadFrame(
                    "a body of %d bytes, which is no whole number of blocks" % len(body)
                )
            return plain
        try:
            plain = self._cipher.decrypt(body)
        except WrongKey:
            plain = bytes(body)
        if not is_plausible(plain):
            raise WrongKey("a body that the local key does not decrypt")
        return plain


def split_code(body):
    """Split the return code off a device's body: (code, rest).

    It is a 32-bit number below 256. Vendor code sends it in its own little-endian order, and
    hobby devices leave it out.
    """
    if len(body) >= 4:
        code = body[:4]
        if code[:3] == b"\0\0\0":
            return code[3], body[4:]
        if code[0] < 0x20 and code[1:] == b"\0\0\0":
            return code[0], body[4:]
    return 0, body


def is_version_header(body):
    """Tell whether `body` begins with a version header; its other 12 bytes may hold anything."""
    return len(body) >= _HEADER_SIZE and body[:2] == b"3." and 0x31 <= body[2] < 0x3A


def is_plausible(plain):
    """Tell JSON or an error text from noise: a wrong key passes the CRC, and the pad 1 in 256."""
    if plain[:1] == b"{":
        return plain[-1:] == b"}"
    return len(plain) >= _TEXT_MIN and all(0x20 <= byte < 0x7F for byte in plain)

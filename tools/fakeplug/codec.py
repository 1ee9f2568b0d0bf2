"""What the frames of each protocol version mean, seen from the device's end of the line.

A codec decodes client frames (no return code) and encodes device frames. It holds one key: the
local key, or in 3.4 and 3.5 the key in force, which is the session key after the negotiation.
"""

import os
import zlib

from fakeplug.cipher import (
    BLOCK,
    ECB,
    GCM,
    IV_SIZE,
    TAG_SIZE,
    Foreign,
    Undecryptable,
    hmac_sha256,
    sign_31,
    unsign_31,
)
from fakeplug.commands import NEGOTIATION
from fakeplug.frame import LAYOUT_55AA, LAYOUT_6699, BadCheck, Frame

HEADER_SIZE = 15
#: Return code 0 as 55AA devices send it.
CODE_OK = bytes(4)


class BadBody(Exception):
    """The frame is whole and its check right, but the body does not open with our key."""

    def __init__(self, sequence, command, reason):
        super().__init__(f"command {command:#04x} sequence {sequence}: {reason}")
        self.sequence = sequence
        self.command = command
        self.foreign = isinstance(reason, Foreign)


def source_header(version, number, source=1):
    """The 15 bytes in front of a push: version, zero CRC, a growing number, the source id."""
    return version.encode() + bytes(4) + number.to_bytes(4, "big") + source.to_bytes(4, "big")


def _split_header(body):
    """Split off a version header, which some clients send on commands that have none."""
    if body[:2] == b"3." and len(body) >= HEADER_SIZE:
        return body[HEADER_SIZE:], body[:HEADER_SIZE]
    return body, b""


def _require_json(plain):
    # One wrong key in 256 gives a plausible padding; only JSON after it proves the key.
    if plain and plain[:1] != b"{":
        raise Undecryptable("not JSON")
    return plain


class _Codec55AA:
    """The parts that 3.1 to 3.4 share; a subclass says how bodies and the check are made."""

    layout = LAYOUT_55AA
    check_size = 4

    @property
    def smallest(self):
        return self.check_size + 4

    def decode(self, raw):
        """Return (Frame, version header or b""). Raises BadCheck and BadBody."""
        _, sequence, command, _ = LAYOUT_55AA.head.unpack_from(raw)
        end = len(raw) - self.check_size - 4
        if self._check(raw[:end]) != raw[end:-4]:
            raise BadCheck(sequence, command)
        try:
            plain, header = self._open(command, raw[16:end])
        except Undecryptable as error:
            raise BadBody(sequence, command, error) from None
        return Frame(sequence, command, plain), header

    def encode(self, sequence, command, body=b"", code=CODE_OK, header=b""):
        """Build a device frame.

        `code` is the four bytes of the return code, or empty for a device that has none;
        `header` the 15 bytes of a push, or empty.
        """
        body = code + self._close(body, header)
        length = len(body) + self.check_size + 4
        raw = LAYOUT_55AA.head.pack(LAYOUT_55AA.prefix, sequence, command, length) + body
        return raw + self._check(raw) + LAYOUT_55AA.suffix

    def _check(self, raw):
        return zlib.crc32(raw).to_bytes(4, "big")


class Codec31(_Codec55AA):
    """Clear JSON; CONTROL and pushes in the signed form."""

    def __init__(self, key):
        self._key = key
        self._ecb = ECB(key)

    def _open(self, _command, body):
        if body[:3] == b"3.1":
            return unsign_31(self._key, self._ecb, body), body[:3]
        if body and body[:1] != b"{":
            raise Foreign("neither signed nor JSON")
        return body, b""

    def _close(self, body, header):
        return sign_31(self._key, self._ecb, body) if header else body


class Codec33(_Codec55AA):
    """3.2 and 3.3: AES-ECB under the local key, the header in the clear before it."""

    def __init__(self, key):
        self._ecb = ECB(key)

    def _open(self, _command, body):
        header = b""
        if len(body) % BLOCK == HEADER_SIZE:  # ciphertext alone is whole blocks
            body, header = _split_header(body)
        return (_require_json(self._ecb.decrypt(body)) if body else b""), header

    def _close(self, body, header):
        return header + self._ecb.encrypt(body) if body else header


class Codec34(_Codec55AA):
    """AES-ECB with the header inside, an HMAC in the place of the CRC."""

    check_size = 32

    def __init__(self, key, pad_empty=False):
        self._key = key
        self._ecb = ECB(key)
        self._pad_empty = pad_empty

    def _open(self, command, body):
        if not body:
            return b"", b""
        if command in NEGOTIATION:
            return self._open_nonce(body), b""
        return _split_header(self._ecb.decrypt(body))

    def guess_nonce(self, raw):
        """What a device makes of a 03 whose HMAC it does not check."""
        return self._ecb.decrypt_blocks(raw[16 : 16 + BLOCK])

    def _open_nonce(self, body):
        # Some clients send the 32 bytes of command 05 without a block of padding.
        if len(body) == 2 * BLOCK:
            plain = self._ecb.decrypt_blocks(body)
            if not plain.endswith(bytes((BLOCK,)) * BLOCK):
                return plain
        return self._ecb.decrypt(body)

    def _close(self, body, header):
        # Real devices send acknowledgements and pongs without any body, some a padding block.
        return self._ecb.encrypt(header + body) if body or self._pad_empty else b""

    def _check(self, raw):
        return hmac_sha256(self._key, raw)


class Codec35:
    """AES-GCM; return code, header and JSON are all inside, the frame's head is associated."""

    layout = LAYOUT_6699
    smallest = IV_SIZE + TAG_SIZE

    def __init__(self, key):
        self._gcm = GCM(key)

    def decode(self, raw):
        _, _, sequence, command, _ = LAYOUT_6699.head.unpack_from(raw)
        try:
            plain = self._gcm.open(raw[18:-4], raw[4:18])
        except Undecryptable:
            raise BadCheck(sequence, command) from None
        header = b""
        if command not in NEGOTIATION:  # a nonce may begin like a header
            plain, header = _split_header(plain)
        return Frame(sequence, command, plain), header

    def encode(self, sequence, command, body=b"", code=CODE_OK, header=b"", *, iv=None):
        plain = code + header + body
        length = IV_SIZE + len(plain) + TAG_SIZE
        head = LAYOUT_6699.head.pack(LAYOUT_6699.prefix, 0, sequence, command, length)
        box = self._gcm.seal(iv or os.urandom(IV_SIZE), plain, head[4:])
        return head + box + LAYOUT_6699.suffix


CODECS = {"3.1": Codec31, "3.2": Codec33, "3.3": Codec33, "3.4": Codec34, "3.5": Codec35}

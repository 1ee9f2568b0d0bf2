"""One whole frame under keys: what it says, or why that stays closed. No I/O.

The library's codecs are the client's side; here frames of both sides are read, and a fault in one
ends nothing. Which bytes are what: lib/tuya/codec.py and its neighbours.
"""

from binascii import crc32
from typing import NamedTuple

from plughub.wire.commands import NEGOTIATION
from plughub.wire.cutting import HEADER_55AA, HEADER_6699, PREFIX_6699, header
from plughub.wire.keyring import UDP, Key
from tuya.cipher import BLOCK, ECB
from tuya.codec import (
    is_plausible,
    is_version_header,
    split_code,
    trimmed,
    without_version_header,
)
from tuya.codec31 import Codec31
from tuya.errors import BadFrame, WrongKey
from tuya.hmac import HMAC, is_same
from tuya.port import native_gcm

_VERSION_HEADER_SIZE = 15
_CRC_TAIL = 8  # with the suffix
_HMAC_TAIL = 36


class Opened(NamedTuple):
    """What a frame says.

    `version`: None where it could be any of 3.1 to 3.3. `code`: the return code, None where there
    is none. `payload`: clear bytes without version header and padding. `key`: the one that has
    opened it, None for what is in the clear.
    """

    version: str | None
    code: int | None
    payload: bytes
    key: Key | None = None


class Closed(Exception):
    """A frame that does not open, and why."""


def open_frame(raw, from_device, keys, version=None):
    """Return the Opened of a whole frame. Raises Closed.

    `from_device`: None where it is not known who has sent it. `keys`: [Key], the likeliest first.
    `version`: of its neighbours, for what the frame itself does not tell.
    """
    if raw[:4] == PREFIX_6699:
        return _open_35(raw, from_device, keys)
    older = version if version and version < "3.4" else None
    if crc32(raw[:-_CRC_TAIL]) == int.from_bytes(raw[-_CRC_TAIL:-4], "big"):
        return _open_33(raw, from_device, keys, older)
    key = next((key for key in keys if _has_made_hmac(key, raw)), None)
    if key:
        return _open_34(raw, key)
    if older:
        raise Closed("its CRC is wrong")
    fault = _unopened(keys, "no known key has made its HMAC")
    raise Closed(fault if version else f"its CRC is wrong or, if it is 3.4, {fault}")


def evident_version(raw):
    """Return the version that the outside of a frame tells, None where it tells none."""
    if raw[:4] == PREFIX_6699:
        return "3.5"
    told = header(raw)
    return "3.4" if told and told.command in NEGOTIATION else None


def _open_35(raw, from_device, keys):
    for key in keys:
        try:
            box = native_gcm(key.secret).open(raw[4:HEADER_6699], raw[HEADER_6699:-4])
        except WrongKey:
            continue
        code, plain = _without_code(box, from_device, header(raw).command)
        return Opened("3.5", code, plain, key)
    raise Closed(_unopened(keys, "no known key has made its tag"))


def _without_code(plain, from_device, command):
    size = NEGOTIATION.get(command)
    if size and len(plain) in (size, size + 4):  # random bytes, which may look like anything
        code = plain[:-size]
        return (int.from_bytes(code, "big") if code else None), plain[-size:]
    code, plain = _split_code(plain, from_device)
    return code, trimmed(without_version_header(plain))


def _open_34(raw, key):
    body = raw[HEADER_55AA:-_HMAC_TAIL]
    # Ciphertext is whole blocks, so what is more is the return code.
    more = len(body) % BLOCK
    if more not in (0, 4):
        raise Closed(f"a body of {len(body)} bytes is no whole number of blocks")
    code, body = int.from_bytes(body[:more], "big") if more else None, body[more:]
    cipher = ECB(key.secret)
    command = header(raw).command
    if not body:
        return Opened("3.4", code, b"", key)
    if command in NEGOTIATION:  # with a block of padding or without, and no text
        plain = bytes(cipher.decrypt_blocks(body)[: NEGOTIATION[command]])
        return Opened("3.4", code, plain, key)
    try:
        plain = cipher.decrypt(body)
    except WrongKey:
        raise Closed("its padding is wrong") from None  # the key is right: it has made the HMAC
    return Opened("3.4", code, trimmed(without_version_header(plain)), key)


def _has_made_hmac(key, raw):
    made = HMAC(key.secret).digest(raw[:-_HMAC_TAIL])
    return len(raw) >= HEADER_55AA + _HMAC_TAIL and is_same(raw[-_HMAC_TAIL:-4], made)


def _open_33(raw, from_device, keys, version):
    code, body = _split_code(raw[HEADER_55AA:-_CRC_TAIL], from_device)
    if body[:3] == b"3.1":
        return _open_31(raw, code, keys)
    stated = None
    if is_version_header(body):
        stated, body = body[:3], body[_VERSION_HEADER_SIZE:]
    if not body:
        return Opened(version, code, b"")
    for key in keys:
        plain = _decrypted(key, body)
        if plain is not None:
            # 3.2 looks the same, and tuyapi states 3.3 to it.
            is_32 = stated == b"3.2" or version == "3.2"
            return Opened("3.2" if is_32 else "3.3", code, plain, key)
    plain = trimmed(body)
    if is_plausible(plain):
        # JSON in the clear is 3.1; error texts come so from others too.
        return Opened(version or ("3.1" if plain[0] == 0x7B else None), code, plain)
    raise Closed(_unopened(keys, "no known key decrypts it"))


def _decrypted(key, body):
    if len(body) % BLOCK:
        return None
    try:
        plain = ECB(key.secret).decrypt(body)
    except WrongKey:
        return None
    if not plain:  # a block of padding, which tuyapi sends for an empty body
        return plain
    plain = trimmed(plain)
    return plain if is_plausible(plain) else None


def _open_31(raw, code, keys):
    for key in keys:
        try:
            (message,) = Codec31("3.1", key.secret).feed(raw)
        except WrongKey:
            continue
        except BadFrame as e:
            raise Closed(e.seen) from None
        return Opened("3.1", code, message.payload, key)
    raise Closed(_unopened(keys, "no known key has signed it"))


def _split_code(body, from_device):
    if from_device is False:
        return None, body
    code, rest = split_code(body)
    return (code if len(rest) < len(body) else None), bytes(rest)


def _unopened(keys, fault):
    is_any = any(key is not UDP for key in keys)
    return fault if is_any else "no key is known that could open it"

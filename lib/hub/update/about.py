"""What an update says of itself, before anything of it is taken.

    {"plughub": "update", "kind": "firmware" or "code", "version", "for", "size", "sha256",
     "signature"}

"for": of firmware the board that it is built for, as sys.implementation has it; of code the number
of its .mpy files. "sha256" of all its bytes and "signature" are in hexadecimal; the latter is of
signed_text(), by RSA.
"""

from binascii import unhexlify

from hub.update.signature import is_signed
from tuya.port import const

KINDS = ("firmware", "code")
_SIGNED = ("kind", "version", "for", "size", "sha256")
_FIELDS = _SIGNED + ("plughub", "signature", "unsigned")
_TEXT_MAX = const(64)
_DIGEST = const(64)  # digits
_SIGNATURE_MAX = const(1024)
_SIZE_MAX = const(16000000)


class Unfit(ValueError):
    """Why an update is not taken: one sentence."""


def check(about, modulus):
    """Raise Unfit for what says nothing sensible of itself, or is not vouched for.

    `modulus`: of the public key in this firmware as bytes, b"" where it has none. What is not
    signed is taken where "unsigned" is true: somebody has said that in so many words.
    """
    if not _is_well_formed(about):
        raise Unfit("it does not say of itself what an update does")
    signature = about.get("signature")
    if not signature:
        if about.get("unsigned") is not True:
            raise Unfit("it is not signed: nobody vouches for it")
        return
    if not modulus:
        if about.get("unsigned") is not True:
            raise Unfit("this firmware has no key to prove its signature by")
        return
    try:
        signature = unhexlify(signature)
    except ValueError:
        signature = b""
    if not is_signed(signed_text(about), signature, modulus):
        raise Unfit("its signature is not by the key of this firmware")


def signed_text(about):
    """Return the bytes that a signature is of."""
    lines = ["plughub update"] + ["%s %s" % (name, about[name]) for name in _SIGNED]
    return "\n".join(lines).encode()


def _is_well_formed(about):
    if not isinstance(about, dict) or about.get("plughub") != "update":
        return False
    if [name for name in about if name not in _FIELDS] or about.get("kind") not in KINDS:
        return False
    texts = [about.get(name) for name in ("version", "for", "sha256")]
    if not all([isinstance(text, str) and 0 < len(text) <= _TEXT_MAX for text in texts]):
        return False
    if "\n" in about["version"] + about["for"] or len(about["sha256"]) != _DIGEST:
        return False
    signature = about.get("signature", "")
    if not isinstance(signature, str) or len(signature) > _SIGNATURE_MAX:
        return False
    size = about.get("size")
    return type(size) is int and 0 < size <= _SIZE_MAX

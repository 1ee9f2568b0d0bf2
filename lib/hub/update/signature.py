"""Who vouches for an update: RSA and SHA-256, as RFC 8017 has them (RSASSA-PKCS1-v1_5, 8.2.2).

Of the signatures in common use it is the one that a board can verify: seventeen multiplications of
big numbers, which MicroPython has in C.
"""

from hashlib import sha256

from tuya.port import const

_EXPONENT = const(65537)
# What says that the digest is one of SHA-256 (RFC 8017, 9.2).
_SHA256 = b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20"
_MODULUS_MIN = const(256)  # bytes


def is_signed(text, signature, modulus):
    """Tell whether `signature` is that of `text` by the key of a modulus, all three as bytes."""
    size = len(modulus)
    if size < _MODULUS_MIN or len(signature) != size:
        return False
    number = int.from_bytes(modulus, "big")
    signed = int.from_bytes(signature, "big")
    if signed >= number:
        return False
    found = pow(signed, _EXPONENT, number).to_bytes(size, "big")
    end = _SHA256 + sha256(text).digest()
    return found == b"\x00\x01" + b"\xff" * (size - len(end) - 3) + b"\x00" + end

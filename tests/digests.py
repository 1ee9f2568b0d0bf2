"""What a program that knows HTTP Digest sends."""

from binascii import hexlify
from hashlib import sha256

from hub.web.login.passwords import ha1

PASSWORD = "correct horse battery"


def header(nonce, target, count=1, password=PASSWORD, method="GET", **changed):
    """Return what a program sends after "Digest "."""
    shown = {"username": "admin", "realm": "plughub", "uri": target, "nonce": nonce}
    shown.update({"nc": f"{count:08x}", "cnonce": "abc", "qop": "auth", "algorithm": "SHA-256"})
    shown.update(changed)
    asked = _hash(f"{method}:{shown['uri']}")
    words = (ha1(password), nonce, shown["nc"], shown["cnonce"], "auth", asked)
    shown.setdefault("response", _hash(":".join(words)))
    return ", ".join([f'{name}="{shown[name]}"' for name in shown])


def _hash(text):
    return hexlify(sha256(text.encode()).digest()).decode()

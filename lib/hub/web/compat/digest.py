"""HTTP Digest (RFC 7616) with SHA-256: programs prove the password without sending it.

Each request under a nonce counts up, so that nobody who listens can send one again.
"""

from binascii import hexlify
from hashlib import sha256

from hub.web.http import unquote
from hub.web.login.passwords import REALM, USER
from tuya.hmac import is_same
from tuya.port import const

_COUNT = const(8)


def challenge(nonces, is_stale=False):
    """Return the value of WWW-Authenticate. `is_stale`: the password was right."""
    stale = ", stale=true" if is_stale else ""
    text = 'Digest realm="%s", qop="auth", algorithm=SHA-256, nonce="%s"%s'
    return text % (REALM, nonces.make(), stale)


def is_proved(kept, nonces, request, text):
    """Tell whether the Authorization header's `text` proves the password for this request.

    `kept`: passwords.ha1() of it. None: it does, under a nonce that is used up or too old; the
    program tries again by itself.
    """
    given = fields(text)
    nonce, count = given.get("nonce", ""), given.get("nc", "")
    if not (_is_hex(count, _COUNT) and _is_of(request, given)):
        return False
    words = (kept, nonce, count, given.get("cnonce", ""), "auth")
    target = _hash("%s:%s" % (request.method, given["uri"]))
    expected = _hash(":".join(words + (target,)))
    if not is_same(expected.encode(), given.get("response", "").lower().encode()):
        return False
    return True if nonces.use(nonce, int(count, 16)) else None


def _is_of(request, given):
    path, _, query = given.get("uri", "").partition("?")
    try:
        parts = [unquote(part) for part in path.split("/")[1:]]
    except ValueError:
        return False
    return (
        parts == request.path
        and query == request.query
        and given.get("username") == USER
        and given.get("realm") == REALM
        and given.get("qop") == "auth"
        and given.get("algorithm", "SHA-256").upper() == "SHA-256"
    )


def fields(text):
    """Return {name: value} of the comma-separated list in a header."""
    found = {}
    while text:
        name, is_there, text = text.partition("=")
        if not is_there:
            break
        if text[:1] == '"':
            value, _, text = text[1:].partition('"')
            text = text.partition(",")[2]
        else:
            value, _, text = text.partition(",")
        found[name.strip().lower()] = value.strip()
    return found


def _hash(text):
    return hexlify(sha256(text.encode()).digest()).decode()


def _is_hex(text, size):
    return len(text) == size and all([c in "0123456789abcdef" for c in text.lower()])

"""A key on its way through plain HTTP: wrapped by what only the board and who knows the password
can make, under a nonce that is good for once.

    pad    HMAC-SHA256( PBKDF2 of the password, "backup key " + nonce )
    key    the 32 bytes of the key XOR pad, in hexadecimal
    proof  HMAC-SHA256( PBKDF2 of the password, "backup proof " + nonce + " " + key ), the same
"""

from binascii import hexlify, unhexlify

from hub.system.store import AUTH_FILE, load
from hub.web.auth import has_password
from hub.web.http import Problem
from hub.web.login.limiter import limiter_of
from hub.web.login.nonces import nonces_of
from tuya.hmac import HMAC, is_same
from tuya.port import const

_DIGITS = const(64)


def unwrap(hub, address, nonce, key, proof):
    """Return the 32 bytes of a key. `address`: who has sent it. Raises Problem."""
    if hub.authentication.is_open or not has_password():
        detail = (
            "Without a password of the page no key can be sent here safely: set one, or use the "
            "serial port (plughub backup, plughub restore), or a backup without secrets"
        )
        raise Problem(409, detail)
    if not all([isinstance(text, str) for text in (nonce, key, proof)]) or not _is_hex(key):
        raise Problem(400, "Expected nonce, key and proof as docs/backup.md makes them")
    digest = HMAC(unhexlify(load(AUTH_FILE)["hash"])).digest
    limiter = limiter_of(hub.authentication)
    limiter.begin(address)
    expected = hexlify(digest(("backup proof %s %s" % (nonce, key)).encode()))
    if not is_same(expected, proof.encode()):
        raise Problem(403, "The password of the page is wrong")
    limiter.was_right(address)
    if not nonces_of(hub).use(nonce):
        raise Problem(403, "This nonce is used up or too old; ask for another one")
    pad = digest(("backup key " + nonce).encode())
    hidden = unhexlify(key)
    return bytes([hidden[i] ^ pad[i] for i in range(len(pad))])


def _is_hex(text):
    return len(text) == _DIGITS and not text.strip("0123456789abcdef")

"""The password and the tokens in their file: hashing, checking, changing, and guesses at them."""

from binascii import hexlify, unhexlify
from hashlib import sha256
from os import urandom

from hub.log import WARNING, log
from hub.system.store import AUTH_FILE, load, save
from hub.web.http import Problem, not_written
from tuya.hmac import HMAC, is_same
from tuya.port import const, sleep_ms, ticks_add, ticks_diff, ticks_ms

# A board may need a second for so many; the Limiter keeps guesses few.
_ROUNDS = const(1000)
_SLICE = const(8)
_SIZE_MAX = const(64)  # what HMAC takes as a key, in bytes
_LENGTH_MIN = const(8)
_TOKENS_MAX = const(16)
_LOGINS_MAX = const(8)
# Within a minute, of one address and of all.
_ATTEMPTS = const(5)
_ATTEMPTS_OF_ALL = const(20)
_MINUTE_MS = const(60000)
_PAUSE_MAX_MS = const(300000)
_ADDRESSES_MAX = const(8)
#: Tokens of logins have names that begin so; a new password ends these, and no others.
LOGIN = "login "


async def derive(password, salt, rounds):
    """Return PBKDF2-HMAC-SHA256 (RFC 8018) of a password, 32 bytes; other tasks go on."""
    digest = HMAC(password.encode()).digest
    block = digest(salt + b"\0\0\0\1")
    total = bytearray(block)
    for i in range(1, rounds):
        block = digest(block)
        for j, byte in enumerate(block):
            total[j] ^= byte
        if i % _SLICE == 0:
            await sleep_ms(0)
    return bytes(total)


def fault(password):
    """Return what is expected of a new password, None when this one will do."""
    fits = isinstance(password, str) and len(password) >= _LENGTH_MIN
    if not fits or len(password.encode()) > _SIZE_MAX:
        return "a password of %d characters or more, %d bytes at most" % (_LENGTH_MIN, _SIZE_MAX)
    return None


async def is_right(password):
    """Tell whether this is the password."""
    kept = load(AUTH_FILE)
    if not isinstance(password, str) or len(password.encode()) > _SIZE_MAX or not kept.get("hash"):
        return False
    found = await derive(password, unhexlify(kept["salt"]), kept["rounds"])
    return is_same(hexlify(found), kept["hash"].encode())


async def is_proved(authentication, address, password):
    """Tell whether this is the password; who is wrong too often has to wait. Raises Problem."""
    limiter = limiter_of(authentication)
    limiter.begin(address)
    if not await is_right(password):
        return False
    limiter.was_right(address)
    return True


class _Guesses:
    """Wrong passwords of one address, or of all; `most` of them within a minute."""

    def __init__(self, most):
        self.most = most
        self.count = 0
        self.began_at = ticks_ms()
        self.pause_ms = _MINUTE_MS  # the next one
        self.until = None  # type: int | None  # ticks_ms at which a pause ends

    def left_ms(self, now):
        """Return the ms that are left of a pause."""
        left = 0 if self.until is None else ticks_diff(self.until, now)
        if not 0 < left <= _PAUSE_MAX_MS:
            self.until = None
            return 0
        return left

    def add(self, now):
        """Count one; tell whether a pause begins."""
        if not 0 <= ticks_diff(now, self.began_at) <= _MINUTE_MS:
            self.count = 0
            self.began_at = now
        self.count += 1
        if self.count < self.most:
            return False
        self.count = 0
        self.until = ticks_add(now, self.pause_ms)
        self.pause_ms = min(self.pause_ms * 2, _PAUSE_MAX_MS)
        return True


class Limiter:
    """Slows down who guesses passwords: 5 within a minute, then none for 1, 2, 4 and 5 minutes.

    All addresses together have 20: no number of them helps.
    """

    def __init__(self):
        self._all = _Guesses(_ATTEMPTS_OF_ALL)
        self._by_address = {}

    def check(self, address):
        """Raise Problem while this address, or everybody, has to wait."""
        now = ticks_ms()
        mine = self._by_address.get(address)
        left = max(self._all.left_ms(now), mine.left_ms(now) if mine else 0)
        if left:
            seconds = left // 1000 + 1
            detail = "Too many wrong passwords; try again in %d s" % seconds
            raise Problem(429, detail, "Retry-After: %d\r\n" % seconds)

    def begin(self, address):
        """Count an attempt as wrong, until was_right(). Raises Problem as check() does."""
        self.check(address)
        now = ticks_ms()
        mine = self._by_address.get(address)
        if not mine:
            self._make_room(now)
            mine = self._by_address[address] = _Guesses(_ATTEMPTS)
        if mine.add(now):
            log("wrong passwords: %s has to wait" % address, WARNING)
        if self._all.add(now):
            log("wrong passwords from many addresses: everybody has to wait", WARNING)

    def was_right(self, address):
        """Forget the attempts of an address."""
        self._by_address.pop(address, None)
        self._all.count = max(0, self._all.count - 1)

    def _make_room(self, now):
        known = self._by_address
        if len(known) >= _ADDRESSES_MAX:
            # Who has to wait is forgotten last.
            free = [address for address in known if not known[address].left_ms(now)]
            del known[(free or list(known))[0]]


def limiter_of(authentication):
    """Return its Limiter; there is none while nobody has named a password."""
    if not authentication.limiter:
        authentication.limiter = Limiter()
    return authentication.limiter


async def change(authentication, password):
    """Set another password and end all logins. Raises Problem."""
    salt = urandom(16)
    made = await derive(password, salt, _ROUNDS)
    kept = {
        "salt": hexlify(salt).decode(),
        "rounds": _ROUNDS,
        "hash": hexlify(made).decode(),
        "tokens": [token for token in tokens() if not token[0].startswith(LOGIN)],
    }
    _save(authentication, kept)
    authentication.setup_code = ""


def tokens():
    """Return the tokens as their file has them: [[name, scope, hash]]."""
    return load(AUTH_FILE).get("tokens") or []


def scope_of_token(token):
    """Return the scope of a token, None when there is no such token."""
    found = None
    digest = fingerprint(token).encode()
    for _, scope, kept in tokens():
        if is_same(digest, kept.encode()):
            found = scope
    return found


def fingerprint(token):
    """Return the hash of a token that is kept. A token is random: one round is enough."""
    return hexlify(sha256(token.encode()).digest()).decode()


def make_token(authentication, name, scope):
    """Return a new token, of which only a hash is kept. Raises Problem."""
    known = tokens()
    is_login = name.startswith(LOGIN)
    alike = [token for token in known if token[0].startswith(LOGIN) is is_login]
    if is_login and len(alike) >= _LOGINS_MAX:
        known.remove(alike[0])
        log("the oldest of %d logins has ended: there is another one" % len(alike), WARNING)
    elif len(alike) >= _TOKENS_MAX:
        detail = "There are %d tokens, the most there can be; revoke one first"
        raise Problem(409, detail % len(alike))
    token = hexlify(urandom(16)).decode()
    _save_tokens(authentication, known + [[name, scope, fingerprint(token)]])
    return token


def login_name():
    """Return a name for the token of a login."""
    return LOGIN + hexlify(urandom(3)).decode()


def revoke(authentication, matches):
    """Revoke the tokens of which `matches(name, hash)` is true; tell whether there were any."""
    known = tokens()
    left = [token for token in known if not matches(token[0], token[2])]
    if len(left) == len(known):
        return False
    _save_tokens(authentication, left)
    return True


def _save_tokens(authentication, left):
    kept = load(AUTH_FILE)
    kept["tokens"] = left
    _save(authentication, kept)


def _save(authentication, kept):
    authentication.forget()
    try:
        save(AUTH_FILE, kept)
    except OSError as e:
        raise not_written(e) from None

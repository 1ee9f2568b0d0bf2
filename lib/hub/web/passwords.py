"""The password and the tokens in their file: hashing, checking, changing, and guesses at them."""

from binascii import hexlify, unhexlify
from hashlib import sha256
from os import urandom

from hub.system.store import AUTH_FILE, load, save
from hub.web.http import Problem, not_written
from tuya.hmac import HMAC, is_same
from tuya.port import const, sleep_ms, ticks_add, ticks_diff, ticks_ms

# A board may need a second for so many; count_attempt() keeps guesses few.
_ROUNDS = const(1000)
_SLICE = const(8)
_SIZE_MAX = const(64)  # what HMAC takes as a key, in bytes
_LENGTH_MIN = const(8)
_TOKENS_MAX = const(16)
_ATTEMPTS = const(5)  # within a minute
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
    count_attempt(authentication.attempts, address)
    if not await is_right(password):
        return False
    authentication.attempts.pop(address, None)
    return True


def count_attempt(attempts, address):
    """Count an attempt of an address to name the password. Raises Problem: it has to wait.

    After 5 within a minute it waits for a minute, then for 2, 4 and 5; an attempt that was right
    is to be popped. `attempts`: {address: [how many, since when, next pause, end of the pause]}.
    """
    now = ticks_ms()
    entry = attempts.get(address)
    if not entry:
        if len(attempts) >= _ADDRESSES_MAX:
            attempts.clear()
        entry = attempts[address] = [0, now, _MINUTE_MS, None]
    if entry[3] is not None:
        left = ticks_diff(entry[3], now)
        if left > 0:
            seconds = left // 1000 + 1
            detail = "Too many wrong passwords; try again in %d s" % seconds
            raise Problem(429, detail, "Retry-After: %d\r\n" % seconds)
        entry[3] = None
    if ticks_diff(now, entry[1]) > _MINUTE_MS:
        entry[0] = 0
        entry[1] = now
    entry[0] += 1
    if entry[0] >= _ATTEMPTS:
        entry[0] = 0
        entry[3] = ticks_add(now, entry[2])
        entry[2] = min(entry[2] * 2, _PAUSE_MAX_MS)


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
    if len(known) >= _TOKENS_MAX:
        logins = [token for token in known if token[0].startswith(LOGIN)]
        if not logins:
            detail = "There are %d tokens, the most there can be; revoke one first"
            raise Problem(409, detail % len(known))
        known.remove(logins[0])  # the oldest
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

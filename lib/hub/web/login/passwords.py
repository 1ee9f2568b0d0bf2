"""The password and the tokens in their file: hashing, checking, changing."""

from binascii import hexlify, unhexlify
from hashlib import sha256
from os import urandom

from hub.log import WARNING, log
from hub.system.store import AUTH_FILE, load, save
from hub.web.http import Problem, not_written
from hub.web.login.limiter import limiter_of
from tuya.hmac import HMAC, is_same
from tuya.port import const, sleep_ms

# A board may need a second for so many; the Limiter keeps guesses few.
_ROUNDS = const(1000)
_SLICE = const(8)
_SIZE_MAX = const(64)  # what HMAC takes as a key, in bytes
_LENGTH_MIN = const(8)
_TOKENS_MAX = const(16)
_LOGINS_MAX = const(8)
#: Tokens of logins have names that begin so; a new password ends these, and no others.
LOGIN = "login "
#: Of HTTP's Basic and Digest.
USER = "admin"
REALM = "plughub"


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


def ha1(password):
    """Return what Digest keeps of the password (RFC 7616, 3.4.2), which is as good as it."""
    text = "%s:%s:%s" % (USER, REALM, password)
    return hexlify(sha256(text.encode()).digest()).decode()


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


def derived_with():
    """Return what derive() has made the kept hash with: {"salt": hexadecimal, "rounds"}."""
    kept = load(AUTH_FILE)
    return {"salt": kept["salt"], "rounds": kept["rounds"]}


def proof(nonce):
    """Return what proves the password under a nonce, as hexadecimal bytes."""
    return hexlify(HMAC(unhexlify(load(AUTH_FILE)["hash"])).digest(nonce.encode()))


async def is_proved(authentication, address, password):
    """Tell whether this is the password; who is wrong too often has to wait. Raises Problem."""
    limiter = limiter_of(authentication)
    limiter.begin(address)
    if not await is_right(password):
        return False
    limiter.was_right(address)
    return True


async def change(authentication, password):
    """Set another password and end all logins. Raises Problem."""
    before = load(AUTH_FILE)
    # Of others only hashes with the salt there is are known.
    salt = unhexlify(before["salt"]) if before.get("users") else urandom(16)
    made = await derive(password, salt, _ROUNDS)
    kept = {
        "salt": hexlify(salt).decode(),
        "rounds": _ROUNDS,
        "hash": hexlify(made).decode(),
        "ha1": ha1(password),
        "tokens": [token for token in tokens() if not token[0].startswith(LOGIN)],
    }
    if before.get("users"):
        kept["users"] = before["users"]
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


def login_name(user=""):
    """Return a name for the token of a login; `user`: of somebody else than the administrator."""
    return LOGIN + (user and user + " ") + hexlify(urandom(3)).decode()


def revoke(authentication, matches):
    """Revoke the tokens of which `matches(name, hash)` is true; tell whether there were any."""
    known = tokens()
    left = [token for token in known if not matches(token[0], token[2])]
    if len(left) == len(known):
        return False
    _save_tokens(authentication, left)
    return True


def has_users():
    """Tell whether others than the administrator have a password."""
    return bool(load(AUTH_FILE).get("users"))


def save_users(authentication, users):
    """Keep the people there are: see users.py. Raises Problem."""
    kept = load(AUTH_FILE)
    kept["users"] = users
    _save(authentication, kept)


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

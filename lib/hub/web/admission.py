"""Names of the hub, tokens, and patience with who guesses."""

from binascii import hexlify
from hashlib import sha256

from tuya.hmac import is_same
from tuya.port import const, ticks_add, ticks_diff, ticks_ms

from ..system.store import DOOR_FILE, load
from .door import SCOPES, has_password
from .http import Problem

_GUESSES = const(5)
_MINUTE_MS = const(60000)
_PAUSE_MAX_MS = const(300000)
_GUESSERS = const(8)


def check_sender(door, host, origin):
    """Turn away what another site's page has a browser send. Raises Problem.

    A name that is not the hub's own has been pointed at it: DNS rebinding.
    """
    if host and not _is_own(door, host.lower()):
        detail = "the hub is not called so; web.hosts of the configuration may name more"
        raise Problem(421, "Wrong host", detail)
    if origin is not None and origin.split("://")[-1] != host:
        raise Problem(403, "Not from here", "a page of another site has asked for this")


def scope_of(door, shown):
    """Return what an Authorization header, "Bearer" and a token, allows; None for nothing."""
    kind, _, token = shown.partition(" ")
    return scope_of_token(token.strip()) if kind.lower() == "bearer" else None


def scope_of_token(token):
    """Return what a token allows, None when there is no such token."""
    found = None
    digest = fingerprint(token).encode()
    for _, scope, kept in tokens():
        if is_same(digest, kept.encode()):
            found = scope
    return found


def refuse(door, granted):
    """Say why a request does not pass. Raises Problem."""
    if granted:
        raise Problem(403, "Not allowed", "this token may %s only" % granted)
    if not has_password():
        detail = "set one with the set-up code that the board's console shows"
        raise Problem(401, "There is no password yet", detail, kind="setup")
    challenge = "WWW-Authenticate: Bearer\r\n"
    raise Problem(401, "Who is there?", "a token is needed", challenge)


def tokens():
    """Return the tokens there are, as their file has them: [[name, scope, hash]]."""
    kept = load(DOOR_FILE).get("tokens") or []
    return [token for token in kept if token[1] in SCOPES]


def fingerprint(token):
    """Return what is kept of a token. It is random: one round is enough."""
    return hexlify(sha256(token.encode()).digest()).decode()


def guess(door, address):
    """Count an attempt of an address to name the password. Raises Problem: it has to wait.

    After 5 within a minute it waits for a minute, then for 2, 4, 5.
    """
    guesses = door.guesses  # {address: [how many, since when, the pause, when it ends]}
    now = ticks_ms()
    entry = guesses.get(address)
    if entry and entry[3] is not None:
        left = ticks_diff(entry[3], now)
        if left > 0:
            seconds = left // 1000 + 1
            wait = "wait for %d s" % seconds
            raise Problem(429, "Too many wrong passwords", wait, "Retry-After: %d\r\n" % seconds)
        entry[3] = None
    if not entry:
        if len(guesses) >= _GUESSERS:
            guesses.clear()
        entry = guesses[address] = [0, now, _MINUTE_MS, None]
    if ticks_diff(now, entry[1]) > _MINUTE_MS:
        entry[0] = 0
        entry[1] = now
    entry[0] += 1
    if entry[0] >= _GUESSES:
        entry[0] = 0
        entry[3] = ticks_add(now, entry[2])
        entry[2] = min(entry[2] * 2, _PAUSE_MAX_MS)


def _is_own(door, host):
    name = host if host.endswith("]") else host.rsplit(":", 1)[0]
    own = ["localhost"]
    for known in [door.name] + list(door.settings["hosts"]):
        own += [known.lower(), known.lower() + ".local"]
    # Nobody can point a numeric address anywhere.
    return name in own or name[:1] == "[" or name.replace(".", "").isdigit()

"""Authentication of programs made for other devices: by a token or the password.

They show it with each request, in a header or, as Tasmota's clients do, in the URL; who knows
Digest proves the password without sending it.
"""

from binascii import a2b_base64
from hashlib import sha256

from hub.system.store import AUTH_FILE, load
from hub.web.auth import SCOPES, check_scope, other_site, unauthorized
from hub.web.compat import digest
from hub.web.http import unquote
from hub.web.login.limiter import limiter_of
from hub.web.login.nonces import nonces_of
from hub.web.login.passwords import REALM, is_proved, scope_of_token
from tuya.hmac import is_same


async def authorize(hub, request, scope):
    """Let a request pass that shows a token or the password. Raises Problem.

    A GET that switches always needs one, also where "auth" is off: a page of another site could
    make a browser send it.
    """
    if scope != "read":
        _check_site(request.headers)
    authentication = hub.authentication
    if authentication.is_open and (scope == "read" or request.method != "GET"):
        return
    kind, _, text = request.headers.get("authorization", "").partition(" ")
    is_stale = False
    ha1 = _ha1() if kind.lower() == "digest" else None
    if ha1:
        proved = _is_digest_right(hub, request, ha1, text)
        granted = SCOPES[-1] if proved else None
        is_stale = proved is None
    else:
        word = _shown(request)
        granted = scope_of_token(word) if word else None
        if not granted and word and await _is_password(authentication, request.peer, word):
            granted = SCOPES[-1]
    if not granted:
        challenges = ['Basic realm="%s"' % REALM]
        if ha1 or _ha1():
            challenges.insert(0, digest.challenge(nonces_of(hub), is_stale))
        raise unauthorized(challenges)
    check_scope(granted, scope)


def _ha1():
    return load(AUTH_FILE).get("ha1")


def _is_digest_right(hub, request, ha1, text):
    limiter = limiter_of(hub.authentication)
    limiter.check(request.peer)
    proved = digest.is_proved(ha1, nonces_of(hub), request, text)
    if proved is False:
        limiter.begin(request.peer)  # a guess
    return proved


def _check_site(headers):
    """Refuse what a page of another site makes a browser send, which knows a password already."""
    referrer = headers.get("referer", "").split("/")
    is_others = len(referrer) > 2 and referrer[2] != headers.get("host")
    if is_others or headers.get("sec-fetch-site") in ("cross-site", "same-site"):
        raise other_site()


def value(query, name):
    """Return a value of the query of a URL, "" without it."""
    for part in query.split("&"):
        key, _, text = part.partition("=")
        if key == name:
            try:
                return unquote(text.replace("+", " "))
            except ValueError:
                return ""
    return ""


def _shown(request):
    kind, _, text = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return text.strip()
    if kind.lower() != "basic":
        return value(request.query, "password")
    try:
        return a2b_base64(text).decode().split(":", 1)[1]
    except (ValueError, IndexError):
        return ""


async def _is_password(authentication, peer, word):
    # It comes with each request, and to check it takes a second.
    limiter_of(authentication).check(peer)
    known = sha256(word.encode()).digest()
    if authentication.password and is_same(known, authentication.password):
        return True
    if not await is_proved(authentication, peer, word):
        return False
    authentication.password = known
    return True

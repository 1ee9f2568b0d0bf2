"""Authentication of programs made for other devices: by a token or the password.

They show it with each request, in a header or, as Tasmota's clients do, in the URL.
"""

from binascii import a2b_base64
from hashlib import sha256

from hub.web.auth import SCOPES, check_scope, other_site, unauthorized
from hub.web.http import unquote
from hub.web.passwords import is_proved, limiter_of, scope_of_token
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
    word = _shown(request)
    granted = scope_of_token(word) if word else None
    if not granted and word and await _is_password(authentication, request.peer, word):
        granted = SCOPES[-1]
    if not granted:
        raise unauthorized('Basic realm="plughub"')
    check_scope(granted, scope)


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
    digest = sha256(word.encode()).digest()
    if authentication.password and is_same(digest, authentication.password):
        return True
    if not await is_proved(authentication, peer, word):
        return False
    authentication.password = digest
    return True

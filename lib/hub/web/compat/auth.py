"""What programs made for other devices show of who they are.

They hold a token or the password, in a header or, as Tasmota's have it, in the address.
"""

from binascii import a2b_base64
from hashlib import sha256

from tuya.hmac import is_same

from ..admission import guess, refuse, scope_of_token
from ..door import SCOPES
from ..http import Problem, unquote


async def admit(hub, request, scope):
    """Let a request pass that shows a token or the password. Raises Problem.

    A GET that switches is never let in without, also where the page needs no password: a page
    of another site could have a browser send it.
    """
    door = hub.door
    if door.is_open and (scope == "read" or request.method != "GET"):
        return
    word = _shown(request)
    granted = scope_of_token(word) if word else None
    if not granted and word and await _is_password(door, request.peer, word):
        granted = SCOPES[-1]
    if not granted:
        challenge = 'WWW-Authenticate: Basic realm="plughub"\r\n'
        raise Problem(401, "Who is there?", "a token or the password is needed", challenge)
    if SCOPES.index(granted) < SCOPES.index(scope):
        refuse(door, granted)


def value(query, name):
    """Return a value of what stands behind the question mark of an address, "" without it."""
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


async def _is_password(door, peer, word):
    # These programs show it with each request, and to prove it takes a second.
    digest = sha256(word.encode()).digest()
    if door.password and is_same(digest, door.password):
        return True
    from ..passwords import is_right

    guess(door, peer)
    if not await is_right(word):
        return False
    door.guesses.pop(peer, None)
    door.password = digest
    return True

"""The paths of the API for who has to say who he is."""

from tuya.hmac import is_same

from . import passwords
from .admission import fingerprint, guess, refuse
from .admission import tokens as known_tokens
from .door import SCOPES, has_password
from .http import Problem

_NAME_MAX = 32


async def put_password(hub, request):
    """Set the password: {"password", "code"} the first time, {"password", "old"} later.

    Returns {"token"} to go on with; all other logins have ended.
    """
    value = _object(request)
    door = hub.door
    wrong = passwords.fault(value.get("password"))
    if wrong:
        raise Problem(400, "Not understood", "expected " + wrong)
    guess(door, request.peer)
    if has_password():
        if not await passwords.is_right(value.get("old")):
            raise Problem(403, "The old password is wrong", "nothing has changed")
    elif not _is_code(door, value.get("code")):
        detail = "the board's console shows it at each start"
        raise Problem(403, "The set-up code is wrong", detail)
    door.guesses.pop(request.peer, None)
    await passwords.change(door, value["password"])
    return _login(door)


async def login(hub, request):
    """Return a token, {"token", "scope"}, for the password: {"password"}."""
    word = _object(request).get("password")
    door = hub.door
    if not has_password():
        refuse(door, None)
    guess(door, request.peer)
    if not await passwords.is_right(word):
        raise Problem(401, "The password is wrong", "nothing has happened")
    door.guesses.pop(request.peer, None)
    return _login(door)


async def logout(hub, request):
    """Take back the token that the request shows."""
    request.json()
    shown = fingerprint(request.headers.get("authorization", "").split(" ")[-1])
    return {"revoked": passwords.revoke(hub.door, lambda _, kept: kept == shown)}


async def tokens(hub, request):
    """Return the tokens there are, without what is secret of them: [{"name", "scope"}]."""
    return [{"name": name, "scope": scope} for name, scope, _ in known_tokens()]


async def make_token(hub, request):
    """Make a token for a program, {"name", "scope": "read", "control" or "admin"}.

    Returns {"token"}, which is told this once.
    """
    value = _object(request)
    name, scope = value.get("name"), value.get("scope")
    is_name = isinstance(name, str) and 1 <= len(name) <= _NAME_MAX
    if not is_name or name.startswith(passwords.LOGIN) or scope not in SCOPES:
        expected = 'expected {"name": up to %d characters, "scope": %s}'
        choices = " or ".join(['"%s"' % choice for choice in SCOPES])
        raise Problem(400, "Not understood", expected % (_NAME_MAX, choices))
    if any([name == kept for kept, _, _ in known_tokens()]):
        raise Problem(409, "There is one already", "take back the token %s first" % name)
    return _made(hub.door, name, scope)


async def revoke_token(hub, request):
    """Take back a token by its name."""
    name = request.path[3]
    if not passwords.revoke(hub.door, lambda known, _: known == name):
        raise Problem(404, "Nothing is here", "no token is called %s" % name)
    return {"revoked": True}


def _object(request):
    value = request.json()
    if not isinstance(value, dict):
        raise Problem(400, "Not understood", "expected an object in braces")
    return value


def _is_code(door, code):
    if not door.setup_code or not isinstance(code, str):
        return False
    plain = code.replace(" ", "").replace("-", "").lower()
    return is_same(plain.encode(), door.setup_code.encode())


def _login(door):
    return _made(door, passwords.login_name(), SCOPES[-1])


def _made(door, name, scope):
    return {"token": passwords.make_token(door, name, scope), "scope": scope}

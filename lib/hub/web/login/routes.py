"""Routes for the password, logins and tokens."""

from hub.web.auth import SCOPES, has_password, no_password
from hub.web.http import Problem
from hub.web.login import passwords
from hub.web.login.limiter import limiter_of
from hub.web.login.nonces import nonces_of
from tuya.hmac import is_same
from tuya.port import const

_NAME_MAX = const(32)


async def put_password(hub, request):
    """Set the password: {"password", "code"} the first time, {"password", "old"} later.

    Returns {"token"} of a new login; all others have ended.
    """
    value = request.json_object("password", "code", "old")
    authentication = hub.authentication
    wrong = passwords.fault(value.get("password"))
    if wrong:
        raise Problem(400, "Expected " + wrong)
    limiter = limiter_of(authentication)
    limiter.begin(request.peer)
    if has_password():
        if not await passwords.is_right(value.get("old")):
            raise Problem(403, "The old password is wrong, so the password has not changed")
    elif not _is_code(authentication, value.get("code")):
        raise Problem(403, "The set-up code is wrong; the board's console shows it at each start")
    limiter.was_right(request.peer)
    await passwords.change(authentication, value["password"])
    hub.close_streams()
    return _log_in(authentication)


async def get_challenge(hub, request):
    """Return what a proof of the password is made with: {"salt", "rounds", "nonce"}."""
    if not has_password():
        raise no_password()
    return dict(passwords.derived_with(), nonce=nonces_of(hub).make())


async def login(hub, request):
    """Return a token, {"token", "scope"}, for a proof of the password or the password itself.

    {"nonce", "proof"}: HMAC-SHA256 under PBKDF2-HMAC-SHA256 of the password, of the nonce, in
    hexadecimal. {"password"} crosses the network as it is.
    """
    value = request.json_object("nonce", "proof", "password")
    authentication = hub.authentication
    if not has_password():
        raise no_password()
    user = None
    if "proof" in value:
        user = _check_proof(hub, request.peer, value)
    elif not await passwords.is_proved(authentication, request.peer, value.get("password")):
        user = await _others().having(value.get("password"))
        if not user:
            raise Problem(401, "The password is wrong")
        limiter_of(authentication).was_right(request.peer)
    if user:
        return _created(authentication, passwords.login_name(user[0]), user[1])
    return _log_in(authentication)


def _others():
    """Return the module for other people than the administrator. Raises Problem for none."""
    try:
        if passwords.has_users():
            from hub.web.login import users

            return users
    except ImportError:
        pass  # a home of a PC was restored on a board: see firmware/manifest.py
    raise Problem(401, "The password is wrong")


def _check_proof(hub, address, value):
    """Return the user whose password is proved, None for the administrator. Raises Problem."""
    nonce, proof = value.get("nonce"), value["proof"]
    if not (isinstance(nonce, str) and isinstance(proof, str)):
        raise Problem(400, 'Expected {"nonce": text, "proof": text}')
    limiter = limiter_of(hub.authentication)
    limiter.begin(address)
    user = None
    if not is_same(passwords.proof(nonce), proof.lower().encode()):
        user = _others().proved_by(nonce, proof.lower().encode())
        if not user:
            raise Problem(401, "The password is wrong")
    limiter.was_right(address)
    if not nonces_of(hub).use(nonce):
        raise Problem(401, "This nonce is used up or too old; ask for another one")
    return user


async def logout(hub, request):
    """Revoke the token of the request."""
    request.json_object()
    shown = passwords.fingerprint(request.headers.get("authorization", "").split(" ")[-1])
    return {"revoked": _revoke(hub, lambda _, kept: kept == shown)}


async def list_tokens(hub, request):
    """Return the tokens there are, without their secrets: [{"name", "scope"}]."""
    return [{"name": name, "scope": scope} for name, scope, _ in passwords.tokens()]


async def create_token(hub, request):
    """Make a token for a program, {"name", "scope": "read", "control" or "admin"}.

    Returns {"token"}, which is shown only this once.
    """
    value = request.json_object("name", "scope")
    name, scope = value.get("name"), value.get("scope")
    is_name = isinstance(name, str) and 1 <= len(name) <= _NAME_MAX
    if not is_name or name.startswith(passwords.LOGIN) or scope not in SCOPES:
        expected = 'Expected {"name": up to %d characters, "scope": %s}'
        choices = " or ".join(['"%s"' % choice for choice in SCOPES])
        raise Problem(400, expected % (_NAME_MAX, choices))
    if any([name == kept for kept, _, _ in passwords.tokens()]):
        raise Problem(409, "There is a token %s already; revoke it first" % name)
    return _created(hub.authentication, name, scope)


async def revoke_token(hub, request):
    """Revoke a token by its name."""
    name = request.path[3]
    if not _revoke(hub, lambda known, _: known == name):
        raise Problem(404, "There is no token %s" % name)
    return {"revoked": True}


def _revoke(hub, matches):
    # Streams whose token is still valid are opened again by their pages.
    hub.close_streams()
    return passwords.revoke(hub.authentication, matches)


def _is_code(authentication, code):
    if not authentication.setup_code or not isinstance(code, str):
        return False
    plain = code.replace(" ", "").replace("-", "").lower()
    return is_same(plain.encode(), authentication.setup_code.encode())


def _log_in(authentication):
    return _created(authentication, passwords.login_name(), SCOPES[-1])


def _created(authentication, name, scope):
    return {"token": passwords.make_token(authentication, name, scope), "scope": scope}

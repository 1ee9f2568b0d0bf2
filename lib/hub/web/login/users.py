"""Further people, each with a password and what it lets him do. Loaded where there are any.

They stand in the file of the password, "users": [[name, scope, hash]]. All hashes have the salt of
the first password, so that a page proves a password without saying whose it is: no two people may
have the same one.
"""

from binascii import hexlify, unhexlify

from hub.system.store import AUTH_FILE, load
from hub.web.auth import SCOPES, no_password
from hub.web.http import Problem
from hub.web.login import passwords
from tuya.hmac import HMAC, is_same
from tuya.port import const

_USERS_MAX = const(16)
_NAME_MAX = const(16)


def users():
    """Return the users as their file has them: [[name, scope, hash]]."""
    return load(AUTH_FILE).get("users") or []


def proved_by(nonce, proof):
    """Return the user whose password a proof has been made with, None where it is nobody's."""
    for user in users():
        expected = HMAC(unhexlify(user[2])).digest(nonce.encode())
        if is_same(hexlify(expected), proof):
            return user
    return None


async def having(password):
    """Return the user who has a password, None where nobody has."""
    known = users()
    if not known or passwords.fault(password):
        return None
    found = hexlify(await _derived(password))
    for user in known:
        if is_same(found, user[2].encode()):
            return user
    return None


async def list_users(hub, request):
    """Return the people there are besides the administrator: [{"name", "scope"}]."""
    return [{"name": name, "scope": scope} for name, scope, _ in users()]


async def put_user(hub, request):
    """Give somebody a password and what it lets him do: {"password", "scope"}.

    Who is there already gets another one, and his logins have ended.
    """
    value = request.json_object("password", "scope")
    name, password, scope = request.path[3], value.get("password"), value.get("scope")
    if not load(AUTH_FILE).get("hash"):
        raise no_password()
    if not 1 <= len(name) <= _NAME_MAX or not all([c.isalpha() or c.isdigit() for c in name]):
        raise Problem(400, "Expected a name of 1 to %d letters and digits" % _NAME_MAX)
    wrong = passwords.fault(password)
    if wrong or scope not in SCOPES:
        choices = " or ".join(['"%s"' % choice for choice in SCOPES])
        raise Problem(400, "Expected %s, and a scope: %s" % (wrong or "a password", choices))
    made = hexlify(await _derived(password)).decode()
    kept = load(AUTH_FILE)
    others = [user for user in users() if user[0] != name]
    if made in [kept["hash"]] + [user[2] for user in others]:
        raise Problem(409, "Somebody else has this password; take another one")
    if len(others) >= _USERS_MAX:
        raise Problem(409, "There are %d people, the most there can be" % len(others))
    passwords.save_users(hub.authentication, others + [[name, scope, made]])
    _end_logins(hub, name)
    return {"name": name, "scope": scope}


async def delete_user(hub, request):
    """Let somebody in no more, and end his logins."""
    name = request.path[3]
    others = [user for user in users() if user[0] != name]
    if len(others) == len(users()):
        raise Problem(404, "There is nobody called %s" % name)
    passwords.save_users(hub.authentication, others)
    _end_logins(hub, name)
    return {"revoked": True}


def _end_logins(hub, name):
    hub.close_streams()
    start = "%s%s " % (passwords.LOGIN, name)
    passwords.revoke(hub.authentication, lambda known, _: known.startswith(start))


async def _derived(password):
    about = passwords.derived_with()
    return await passwords.derive(password, unhexlify(about["salt"]), about["rounds"])

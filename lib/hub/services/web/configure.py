"""The paths of the API that change the configuration. Loaded for one request, then forgotten."""

from .http import Problem


async def get_config(hub, request):
    """Return the configuration, with stars in place of keys and passwords."""
    from ...checked import public
    from ...secrets import masked
    from ...system.store import SECRETS_FILE, load

    return masked(public(), load(SECRETS_FILE))


async def put_config(hub, request):
    """Change the configuration: {"applied", "restart", "confirm_within"}. ?dry=1 only checks it.

    What is secret and missing, or stars, stays as it is.
    """
    from ...settings import change

    return _change(change, hub, request.json, request.query == "dry=1")


async def undo_config(hub, request):
    """Go back to the configuration before the last change; done again, forth."""
    from ...settings import undo

    request.json()
    return _change(undo, hub)


async def put_rules(hub, request):
    """Change the rules: as put_config() does, with "warnings". ?dry=1 only checks them."""
    from ...settings import change_rules

    result = _change(change_rules, hub, request.json, request.query == "dry=1")
    if hub.engine and result["applied"]:
        try:
            hub.engine.step()  # who asks next sees when they are due
        except MemoryError:
            pass  # it comes to it by itself
    return result


async def confirm_config(hub, request):
    """Keep network settings, which undo themselves else."""
    from ...settings import confirm

    request.json()
    try:
        return {"confirmed": confirm(hub)}
    except OSError as e:
        raise _not_kept(e) from None


async def put_key(hub, request, plug):
    """Give a plug its new local key: {"key": 16 characters}."""
    value = request.json()
    key = value.get("key") if isinstance(value, dict) else None
    from ...settings import change_key

    return _change(change_key, hub, plug, key)


def _change(function, *arguments):
    from ...settings import Faulty

    try:
        return function(*arguments)
    except Faulty as e:
        raise Problem(400, "The configuration has faults", "; ".join(e.faults)) from None
    except OSError as e:
        raise _not_kept(e) from None


def _not_kept(e):
    return Problem(503, "Nothing has changed", "the flash takes no more (error %s)" % e.errno)

"""Routes that show and change the configuration, and what all changes have in common."""

from tuya.port import compact_json

from .http import Problem, Response
from .plugs import find_named


async def get_config(hub, request):
    """Return the configuration, with stars in place of keys and passwords."""
    return Response(_config())


def _config():
    from ..config.entries import read
    from ..config.secrets import masked, take
    from ..system.store import CONFIG_FILE, SECRETS_FILE, load

    secrets = load(SECRETS_FILE)
    yield from json_object(
        (key, index, masked(key, take(key, index, value, secrets), secrets))
        for key, index, value in read(CONFIG_FILE)
    )


def json_object(entries):
    """Yield the JSON of an object, an entry at a time (see config.entries)."""
    before = None  # the key of the list that is open
    between = "{"
    for key, index, value in entries:
        text = ","
        if not (index and key == before):
            text = "%s%s%s:" % ("]" if before is not None else "", between, compact_json(key))
            text += "[" if index is not None else ""
            before = key if index is not None else None
            between = ","
        yield (text + compact_json(value)).encode()
    yield b"{}" if between == "{" else b"]}" if before is not None else b"}"


async def put_config(hub, request):
    """Change the configuration: {"applied", "restart", "confirm_within"}. ?dry=1 only checks it.

    Secrets that are missing, or stars, stay as they are.
    """
    arguments = lambda: entries_of(request), request.query == "dry=1"
    return await change("change", hub, *arguments)


async def undo_config(hub, request):
    """Go back to the configuration before the last change; a second undo brings it back."""
    request.json()
    return await change("undo", hub)


async def confirm_config(hub, request):
    """Keep network settings, which are undone after a minute otherwise."""
    request.json()
    return {"confirmed": await change("confirm", hub)}


async def put_key(hub, request):
    """Give a plug its new local key: {"key": 16 characters}."""
    plug = find_named(hub, "plugs", request.path[3])
    return await change("change_key", hub, plug, request.json_object().get("key"))


def entries_of(request):
    """Yield the entries of the object in a body (see config.entries). Raises Fault, Problem."""
    from ..config.entries import entries

    with request.open() as file:
        yield from entries(file)


async def change(name, hub, *arguments):
    """Return the result of a function of config.changes. Raises Problem."""
    from ..config import changes
    from ..config.entries import Fault

    try:
        return getattr(changes, name)(hub, *arguments)
    except changes.Faulty as e:
        raise Problem(400, "; ".join(e.faults)) from None
    except Fault as e:
        raise Problem(400, str(e)) from None
    except OSError as e:
        detail = "Nothing has changed: the flash could not be written (error %s)"
        raise Problem(503, detail % e.errno) from None

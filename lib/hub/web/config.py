"""The paths of the API that change the configuration."""

from tuya.port import compact_json, const, sleep_ms

from ..log import WARNING, log
from .http import Problem, Response

# What a change needs of the heap, its code, garbage and gaps included: measured on a board.
_NEEDS = const(8000)
_NEEDS_A_PLUG = const(250)
_NEEDS_A_RULE = const(400)
_ROOM_MS = const(3000)
_CLOSED_MS = const(300)


async def get_config(hub, request):
    """Return the configuration, with stars in place of keys and passwords."""
    return Response(_config())


def _config():
    from ..config.entries import read
    from ..config.secrets import masked, take
    from ..system.store import CONFIG_FILE, SECRETS_FILE, load

    secrets = load(SECRETS_FILE)
    yield from joined(
        (key, index, masked(key, take(key, index, value, secrets), secrets))
        for key, index, value in read(CONFIG_FILE)
    )


def joined(entries):
    """Yield the JSON of an object, an entry at a time."""
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

    What is secret and missing, or stars, stays as it is.
    """
    return await _change("change", hub, request.entries, request.query == "dry=1")


async def undo_config(hub, request):
    """Go back to the configuration before the last change; done again, forth."""
    request.json()
    return await _change("undo", hub)


async def put_rules(hub, request):
    """Change the rules: as put_config() does, with "warnings". ?dry=1 only checks them."""
    result = await _change("change_rules", hub, request.entries, request.query == "dry=1")
    if hub.engine and result["applied"]:
        hub.engine.step()  # who asks next sees when they are due
    return result


async def confirm_config(hub, request):
    """Keep network settings, which undo themselves else."""
    request.json()
    return {"confirmed": await _change("confirm", hub)}


async def put_key(hub, request, plug):
    """Give a plug its new local key: {"key": 16 characters}."""
    value = request.json()
    key = value.get("key") if isinstance(value, dict) else None
    return await _change("change_key", hub, plug, key)


async def _change(name, hub, *arguments):
    needed = _NEEDS + _NEEDS_A_PLUG * len(hub.plugs) + _NEEDS_A_RULE * len(hub.rules)
    left = hub.memory.left()
    if left < needed:
        text = "%d of %d bytes of heap: streams and plugs are let go of for a moment"
        log(text % (left, needed), WARNING)
        await _make_room(hub, needed)
    from ..system.memory import Thrift
    from ..system.unload import FURNISHERS, unload

    try:
        with Thrift():
            return _apply(name, (hub,) + arguments)
    finally:
        unload(*FURNISHERS)


async def _make_room(hub, needed):
    """Have streams and connections give way; raise Problem where that is not enough."""
    hub.close_streams()
    hub.links.make_room(_ROOM_MS)
    await sleep_ms(_CLOSED_MS)
    if hub.memory.left() < needed:
        detail = "too little heap for a change: restart the board, or deploy the files to it"
        raise Problem(503, "Nothing has changed", detail)


def _apply(name, arguments):
    from ..config import changes
    from ..config.entries import Fault

    try:
        return getattr(changes, name)(*arguments)
    except changes.Faulty as e:
        raise Problem(400, "The configuration has faults", "; ".join(e.faults)) from None
    except Fault as e:
        raise Problem(400, "Not understood", str(e)) from None
    except OSError as e:
        detail = "the flash takes no more (error %s)" % e.errno
        raise Problem(503, "Nothing has changed", detail) from None

"""Routes that show and change the configuration, and what all changes have in common."""

import asyncio

from hub.log import WARNING, log
from hub.system.store import UNDO_FILE, exists
from hub.system.unload import unload, unload_furnishers
from hub.web.http import Problem, Response, not_written
from hub.web.plugs import find_named
from tuya.port import compact_json, const, sleep_ms, wait_for_ms

# What a change takes of the heap for a moment, and what has to be left beside it so that no block
# is missing for the gaps: measured on a board with 8 plugs and 20 rules. Without it Python's heap
# takes a third area, which is all that the network lives on.
_CHANGE = const(17000)
_CHANGE_PER_PLUG = const(250)
_CHANGE_PER_RULE = const(400)
# What somebody may still come to take who is slow to have an answer.
_CHANGE_PER_CLIENT = const(2000)
# Some of it may be missing: what goes on beside seldom takes the most at the same moment. More,
# where nobody else is connected any more.
_MAY_MISS = const(2000)
_MAY_MISS_ALONE = const(8000)
# What the next request for it loads again.
_LOOKED_AT = (
    "hub.web.compat",
    "hub.web.device",
    "hub.web.home",
    "hub.web.lookup",
    "hub.web.mqtt",
    "hub.web.page",
    "hub.web.system",
)
_CLOSED_MS = const(100)
_CLOSED_TURNS = const(40)
_SOON_TURNS = const(10)
# The clock has its answer by then, or none.
_SPARE_MS = const(2500)


async def get_config(hub, request):
    """Return the configuration, with stars in place of keys and passwords."""
    return Response(_config())


def _config():
    from hub.config.entries import json_text, read
    from hub.config.secrets import load_secrets, masked, take
    from hub.system.store import CONFIG_FILE

    secrets = load_secrets()
    shown = (
        (key, index, masked(key, take(key, index, value, secrets), secrets))
        for key, index, value in read(CONFIG_FILE)
    )
    for text in json_text(shown, compact_json):
        yield text.encode()


async def put_config(hub, request):
    """Change the configuration: {"applied", "restart", "confirm_within"}. ?dry=1 only checks it.

    Secrets that are missing, or stars, stay as they are.
    """
    arguments = lambda: entries_of(request), request.flag("dry")
    return await change("change", hub, *arguments)


async def undo_config(hub, request):
    """Go back to the configuration before the last change; a second undo brings it back."""
    request.json_object()
    if not exists(UNDO_FILE):
        raise Problem(409, "There is nothing to go back to: the configuration has not changed")
    return await change("undo", hub)


async def confirm_config(hub, request):
    """Keep network settings, which are undone after a minute otherwise."""
    request.json_object()
    return {"confirmed": await change("confirm", hub)}


async def put_key(hub, request):
    """Give a plug its new local key: {"key": 16 characters}."""
    plug = find_named(hub, "plugs", request.path[3])
    return await change("change_key", hub, plug.device.id, request.json_object("key").get("key"))


async def put_name(hub, request):
    """Call a target otherwise, also in buttons, groups, scenes and rules: {"name": text}."""
    target = find_named(hub, request.path[2], request.path[3])
    return await change("rename", hub, target.name, request.json_object("name").get("name"))


def entries_of(request):
    """Yield the entries of the object in a body (see config.entries). Raises Fault, Problem."""
    from hub.config.entries import entries

    with request.open() as file:
        yield from entries(file)


async def change(name, hub, *arguments):
    """Return the result of a method of Changes, one at a time. Raises Problem."""
    return await alone(hub, lambda: getattr(hub.changes(), name)(*arguments))


async def alone(hub, work):
    """Return the result of `work()`, awaited while nobody else changes the configuration.

    Where the heap is short for that, others make room. Raises Problem.
    """
    if hub.is_changing:
        raise Problem(409, "The configuration is being changed just now; try again soon")
    hub.is_changing = True
    hub.connections.pause()
    has_spare = False
    try:
        has_spare = await _take_spare(hub)
        await _make_room(hub)
        return await _in_words(work)
    finally:
        if has_spare:
            hub.spare.release()
        hub.is_changing = False
        hub.connections.resume()


async def _in_words(work):
    from hub.config.draft import Faulty
    from hub.config.entries import Fault
    from hub.system.garbage import Thrift

    try:
        # Less garbage makes the peak 1 kB lower, code that is forgotten after use another 1.7 kB.
        with Thrift():
            return await work()
    except Faulty as e:
        raise Problem(400, "; ".join(e.faults), faults=e.faults) from None
    except Fault as e:
        raise Problem(400, str(e)) from None
    except OSError as e:
        raise not_written(e) from None
    finally:
        unload_furnishers()


async def _take_spare(hub):
    """Tell whether the clock and discovery are kept from their socket now: what they load for it
    would come on top of a change. Who has it already counts in what is left, and is waited for
    where that is short.
    """
    if hub.spare.locked() and hub.memory.left() >= _needed(hub):
        return False
    try:
        await wait_for_ms(hub.spare.acquire(), _SPARE_MS)
    except asyncio.TimeoutError:
        return False
    return True


async def _make_room(hub):
    """Let others have their answers first, which take heap that is free yet. Where it is short for
    a change then, forget what only answered; let go of idle connections; of all, and of streams.
    """
    for _ in range(_SOON_TURNS):
        if not _others(hub):
            break
        await sleep_ms(_CLOSED_MS)
    needed = _needed(hub)
    if hub.memory.left() >= needed:
        return
    unload(*_LOOKED_AT)
    for _ in range(_CLOSED_TURNS):
        if hub.memory.left() >= needed or not hub.connections.let_go():
            break
        await sleep_ms(_CLOSED_MS)
    left = hub.memory.left()
    if left >= needed - _MAY_MISS:
        return
    text = "%d of %d bytes of heap: event streams and plugs are disconnected for a moment"
    log(text % (left, needed), WARNING)
    hub.close_streams()
    for turn in range(_CLOSED_TURNS):  # an event may be waiting for memory of the network
        await sleep_ms(_CLOSED_MS)
        missing = needed - hub.memory.left()
        is_alone = turn >= _SOON_TURNS and hub.clients <= 1
        if missing <= (_MAY_MISS_ALONE if is_alone else _MAY_MISS):
            return
    detail = "Nothing has changed: too little heap is left; restart the board, then try again"
    raise Problem(503, detail)


def _needed(hub):
    """Return how many bytes of heap have to be left for a change of this home, as it is now."""
    needed = _CHANGE + _CHANGE_PER_PLUG * len(hub.targets.plugs)
    return needed + _CHANGE_PER_RULE * len(hub.rules) + _CHANGE_PER_CLIENT * _others(hub)


def _others(hub):
    """Return how many clients are inside that hold no stream, but for who asks for the change."""
    return max(hub.clients - len(hub.streams) - 1, 0)

"""Which path of the API does what. Errors are problem+json, never a 200."""

import gc

from tuya.errors import Rejected, TuyaError
from tuya.port import MICROPYTHON, compact_json, const, sleep_ms

from ...action import Action, Locked
from ...log import WARNING, log
from ...system.unload import FURNISHERS, unload
from .events import STREAMS_MAX, EventStream
from .http import Problem, Response

_KINDS = ("plugs", "relays", "groups")
_SELDOM_USED = FURNISHERS + ("settings", "plug_settings", "tuya.outlet", "tuya.datapoints")
_SELDOM_USED += ("triggers.why", "system.ntp", "system.dns", "tuya.udp")
_SELDOM_USED += ("services.web.compat", "services.web.access", "services.web.password")
_SELDOM_USED += ("services.web.admission", "log_lines")
# The heap that a module takes for one request; connections of plugs give way where it is short.
_NEEDS = {"manage": 16000, "rules": 16000, "configure": 45000}
_STREAM_NEEDS = const(6000)  # the state of one plug at a time, and what it is sent with
_ROOM_MS = const(2000)
_FOR_MAX_S = const(86400)
_CLOSED_MS = const(200)


async def answer(hub, request):
    """Return the Response to a Request. Raises Problem."""
    hub.door.check_sender(request.headers)
    often = _asked_often(request)
    if often:
        hub.door.admit(request, "read" if request.method == "GET" else "control")
        try:
            result = await often(hub, request)
        except MemoryError:
            if request.method == "POST":  # to toggle twice is not to toggle
                raise
            await make_room(hub)
            result = await often(hub, request)
    else:
        result = await _seldom(hub, request)
    return result if isinstance(result, Response) else Response(compact_json(result).encode())


def problem(e):
    """Return the Response that tells of a Problem."""
    body = {"status": e.status, "title": e.title, "detail": e.detail}
    if e.kind:
        body["type"] = e.kind
    data = compact_json(body).encode()
    return Response(data, "application/problem+json", e.status, e.headers)


def _asked_often(request):
    """Return the function for what is asked for often, and stays loaded for that."""
    path = request.path
    if path[-1] == "events" and len(path) in (1, 3):
        return events
    if path[:2] == ["api", "v1"] and 4 <= len(path) <= 5 and path[2] in _KINDS:
        return _OFTEN.get(" ".join([request.method] + path[4:]))
    return None


async def _seldom(hub, request):
    """Do what is loaded for this request only; connections give way where heap is short."""
    try:
        where = _resolve(hub, request)
    except MemoryError:
        await make_room(hub)
        where = _resolve(hub, request)
    module = where.split(".")[0]
    try:
        if request.method == "GET" and module != "tasmota":  # it may be done twice
            try:
                return await _load(hub, request, where)
            except MemoryError:
                await make_room(hub)
        elif MICROPYTHON and gc.mem_free() < _NEEDS.get(module, 0):
            await make_room(hub)
        return await _load(hub, request, where)
    except MemoryError:
        detail = "the board has too little heap left: restart it, and do this before all else"
        raise Problem(503, "This did not work", detail) from None


async def make_room(hub):
    """Have the connections of plugs give way for a moment."""
    log("little heap: all plugs are left alone for a moment", WARNING)
    hub.links.make_room(_ROOM_MS)
    await sleep_ms(_CLOSED_MS)
    gc.collect()


async def _load(hub, request, where):
    module, name = where.split(".")
    try:
        function = getattr(__import__("hub.services.web." + module, None, None, (name,)), name)
        if len(request.path) > 3 and request.path[2] == "plugs":
            return await function(hub, request, find(hub, request))
        return await function(hub, request)
    finally:
        function = None
        unload("services.web." + module, *_SELDOM_USED)


def _resolve(hub, request):
    from .paths import resolve

    try:
        return resolve(hub, request)
    finally:
        resolve = None
        unload("services.web.paths")


async def events(hub, request):
    """Open a stream of server-sent events: see EventStream."""
    if len(hub.streams) >= STREAMS_MAX:
        detail = "close one of them"
        raise Problem(503, "Too many pages are open", detail, "Retry-After: 10\r\n")
    if hub.door.settings["esphome"] and len(request.path) == 1:
        from .esphome import EspStream as Stream
    else:
        Stream = EventStream
    gc.collect()
    if MICROPYTHON and gc.mem_free() < _STREAM_NEEDS:
        await make_room(hub)
    body = Stream(hub, request.headers.get("last-event-id", ""))
    return Response(body, "text/event-stream", 200, "Cache-Control: no-cache\r\n")


async def one(hub, request):
    """Return the state of a plug, relay or group."""
    return find(hub, request).state()


async def switch(hub, request):
    """Switch: {"on"}, with {"for": seconds} for a while; the answer is what was confirmed."""
    target = find(hub, request)
    value = request.json()
    on = value.get("on") if isinstance(value, dict) else None
    for_s = value.get("for") if isinstance(value, dict) else None
    is_time = for_s is None or (type(for_s) is int and 1 <= for_s <= _FOR_MAX_S)
    if (on is not True and on is not False) or not is_time:
        expected = 'expected JSON {"on": true or false, "for": seconds up to %d, or none}'
        raise Problem(400, "Not understood", expected % _FOR_MAX_S)
    return await do(hub, Action(target.name, "on" if on else "off", for_s and for_s * 1000))


async def toggle(hub, request):
    """Turn around what it is now; the answer is what was confirmed."""
    request.json()
    return await do(hub, Action(find(hub, request).name, "toggle"))


async def do(hub, action):
    """Carry out an Action; return what its target has become. Raises Problem."""
    return (await reached(action.name, hub.perform(action), "did not switch")).state()


async def reached(name, work, refusal):
    """Await what a plug is asked for; say in a Problem why it is not done."""
    try:
        return await work
    except Locked as e:
        raise Problem(409, "%s stays off" % name, str(e)) from None
    except Rejected as e:
        raise Problem(502, "%s %s" % (name, refusal), str(e)) from None
    except TuyaError as e:
        raise Problem(504, "%s does not answer" % name, str(e)) from None


def find(hub, request):
    """Return the target that the path names. Raises Problem."""
    return find_named(hub, *request.path[2:4])


def find_named(hub, kind, name):
    """Return the target of that kind and name, or id. Raises Problem."""
    target = getattr(hub, kind).get(name)
    if not target and kind == "plugs":
        for plug in hub.plugs.values():
            if name == plug.device.id:
                return plug
    if not target:
        raise Problem(404, "Nothing is here", "none of the %s is %s" % (kind, name))
    return target


_OFTEN = {"GET": one, "PUT switch": switch, "POST toggle": toggle}

"""Which path of the API does what. Errors are problem+json, never a 200."""

import gc

from tuya.errors import Rejected, TuyaError
from tuya.port import MICROPYTHON, compact_json, const, sleep_ms

from ...action import Locked
from ...log import WARNING, log
from ...system.unload import FURNISHERS, unload
from .events import STREAMS_MAX, EventStream
from .http import Problem, Response

_SELDOM_USED = FURNISHERS + ("settings", "plug_settings", "tuya.outlet", "tuya.datapoints")
_SELDOM_USED += ("triggers.why", "system.ntp", "system.dns", "tuya.udp")
# The heap that a module takes for one request; connections of plugs give way where it is short.
_NEEDS = {"look": 0, "manage": 16000, "rules": 16000, "configure": 45000}
_ASK_ONLY = ("look",)  # what does no harm when it is done twice
_ROOM_MS = const(2000)
_CLOSED_MS = const(200)


async def answer(hub, request):
    """Return the Response to a Request. Raises Problem."""
    path = request.path
    keys = ["/".join(path)]
    if path[:2] == ["api", "v1"] and len(path) > 3:
        keys.append("/".join(path[:3] + ["*"] + path[4:]))
    for key in keys:
        route = _ROUTES.get("%s /%s" % (request.method, key))
        if route:
            result = await route(hub, request)
            break
    else:
        result = await _seldom(hub, request, keys)
    return result if isinstance(result, Response) else Response(compact_json(result).encode())


def problem(e):
    """Return the Response that tells of a Problem."""
    body = {"status": e.status, "title": e.title, "detail": e.detail}
    return Response(compact_json(body).encode(), "application/problem+json", e.status)


async def _seldom(hub, request, keys):
    """Do what is loaded for this request only; connections give way where heap is short."""
    module, name = _find_path(request, keys).split(".")
    gc.collect()
    if MICROPYTHON and gc.mem_free() < _NEEDS[module]:
        await _make_room(hub)
    elif module in _ASK_ONLY:
        try:
            return await _load(hub, request, module, name)
        except MemoryError:
            await _make_room(hub)
    try:
        return await _load(hub, request, module, name)
    except MemoryError:
        detail = "the board has too little heap left: restart it, and do this before all else"
        raise Problem(503, "This did not work", detail) from None


async def _make_room(hub):
    log("little heap: all plugs are left alone for a moment", WARNING)
    hub.links.make_room(_ROOM_MS)
    await sleep_ms(_CLOSED_MS)
    gc.collect()


async def _load(hub, request, module, name):
    try:
        function = getattr(__import__("hub.services.web." + module, None, None, (name,)), name)
        if len(request.path) > 3 and request.path[2] == "plugs":
            return await function(hub, request, find(hub, request))
        return await function(hub, request)
    finally:
        function = None
        unload("services.web." + module, *_SELDOM_USED)


def _find_path(request, keys):
    """Return where a request is answered. Raises Problem."""
    from .paths import PATHS, allowed

    try:
        for key in keys:
            route = PATHS.get("%s /%s" % (request.method, key))
            if route:
                return route
        methods = allowed(keys, _ROUTES)
        if methods:
            raise Problem(405, "Not done this way", "use " + " or ".join(methods))
        raise Problem(404, "Nothing is here", "/" + keys[0])
    finally:
        PATHS = allowed = None
        unload("services.web.paths")


async def _events(hub, request):
    if len(hub.streams) >= STREAMS_MAX:
        raise Problem(503, "Too many pages are open", "close one of them")
    return Response(EventStream(hub), "text/event-stream", 200, "Cache-Control: no-cache\r\n")


async def _one(hub, request):
    return find(hub, request).state()


async def _switch(hub, request):
    target = find(hub, request)
    value = request.json()
    on = value.get("on") if isinstance(value, dict) else None
    if on is not True and on is not False:
        raise Problem(400, "Not understood", 'expected JSON {"on": true} or {"on": false}')
    return await do(target, on)


async def _toggle(hub, request):
    request.json()
    target = find(hub, request)
    return await do(target, not target.heading)


async def do(target, on):
    """Switch a target; return what it has become. Raises Problem."""
    try:
        await target.switch(on)
    except Locked as e:
        raise Problem(409, "%s stays off" % target.name, str(e)) from None
    except Rejected as e:
        raise Problem(502, "%s did not switch" % target.name, str(e)) from None
    except TuyaError as e:
        raise Problem(504, "%s does not answer" % target.name, str(e)) from None
    return target.state()


def find(hub, request):
    """Return the target that the path names. Raises Problem."""
    kind, name = request.path[2:4]
    target = getattr(hub, kind).get(name)
    if not target and kind == "plugs":
        for plug in hub.plugs.values():
            if name == plug.device.id:
                return plug
    if not target:
        raise Problem(404, "Nothing is here", "none of the %s is %s" % (kind, name))
    return target


_ROUTES = {
    "GET /events": _events,
    "GET /api/v1/plugs/*": _one,
    "PUT /api/v1/plugs/*/switch": _switch,
    "POST /api/v1/plugs/*/toggle": _toggle,
    "GET /api/v1/relays/*": _one,
    "PUT /api/v1/relays/*/switch": _switch,
    "POST /api/v1/relays/*/toggle": _toggle,
    "GET /api/v1/groups/*": _one,
    "PUT /api/v1/groups/*/switch": _switch,
    "POST /api/v1/groups/*/toggle": _toggle,
}

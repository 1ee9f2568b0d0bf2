"""Which path of the API does what. Errors are problem+json, never a 200."""

import gc

from tuya.errors import Rejected, TuyaError
from tuya.port import MICROPYTHON, compact_json, const, sleep_ms

from ...log import WARNING, log
from ...system.unload import FURNISHERS, unload
from .events import STREAMS_MAX, EventStream
from .http import Problem, Response

_SELDOM_USED = FURNISHERS + ("settings", "plug_settings", "tuya.outlet", "tuya.datapoints")
# The heap that a module takes for one request; connections of plugs give way where it is short.
_NEEDS = {"look": 0, "manage": 16000, "configure": 45000}
_ROOM_MS = const(2000)
_CLOSED_MS = const(200)
_KINDS = ("plugs", "relays", "groups", "scenes")
_METHODS = ("GET", "PUT", "POST", "DELETE")


async def answer(hub, request):
    """Return the Response to a Request. Raises Problem."""
    path = request.path
    if path[:2] == ["api", "v1"] and len(path) > 3 and path[2] in _KINDS:
        key = "/".join(path[:3] + ["*"] + path[4:])
    else:
        key = "/".join(path)
    route = _ROUTES.get("%s /%s" % (request.method, key))
    if not route:
        allowed = [method for method in _METHODS if "%s /%s" % (method, key) in _ROUTES]
        if allowed:
            raise Problem(405, "Not done this way", "use " + " or ".join(allowed))
        raise Problem(404, "Nothing is here", "/" + "/".join(path))
    if isinstance(route, str):
        result = await _seldom(hub, request, route)
    else:
        result = await route(hub, request)
    return result if isinstance(result, Response) else Response(compact_json(result).encode())


def problem(e):
    """Return the Response that tells of a Problem."""
    body = {"status": e.status, "title": e.title, "detail": e.detail}
    return Response(compact_json(body).encode(), "application/problem+json", e.status)


async def _seldom(hub, request, route):
    """Do what is loaded for this request only."""
    module, name = route.split(".")
    gc.collect()
    if MICROPYTHON and gc.mem_free() < _NEEDS[module]:
        log("little heap: all plugs are left alone for a moment", WARNING)
        hub.links.make_room(_ROOM_MS)
        await sleep_ms(_CLOSED_MS)
        gc.collect()
    try:
        function = getattr(__import__("hub.services.web." + module, None, None, (name,)), name)
        if len(request.path) > 3 and request.path[2] == "plugs":
            return await function(hub, request, find(hub, request))
        return await function(hub, request)
    except MemoryError:
        detail = "the board has too little heap left: restart it, and do this before all else"
        raise Problem(503, "This did not work", detail) from None
    finally:
        function = None
        unload("services.web." + module, *_SELDOM_USED)


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
    # What these need is loaded for each request.
    "GET /": "look.page",
    "GET /health": "look.health",
    "GET /api/v1/plugs": "look.targets",
    "GET /api/v1/relays": "look.targets",
    "GET /api/v1/groups": "look.targets",
    "GET /api/v1/scenes": "look.targets",
    "GET /api/v1/system": "look.system",
    "GET /api/v1/log": "look.lines",
    "POST /api/v1/scenes/*/run": "manage.run",
    "POST /api/v1/restart": "manage.restart",
    "POST /api/v1/plugs/*/release": "manage.release",
    "GET /api/v1/plugs/*/history": "manage.get_history",
    "GET /api/v1/plugs/*/settings": "manage.get_settings",
    "PUT /api/v1/plugs/*/settings": "manage.put_settings",
    "GET /api/v1/config": "look.config",
    "PUT /api/v1/config": "configure.put_config",
    "POST /api/v1/config/confirm": "configure.confirm_config",
    "PUT /api/v1/plugs/*/key": "configure.put_key",
}

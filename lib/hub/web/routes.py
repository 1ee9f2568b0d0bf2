"""What the API does for a request. Errors are problem+json, never a 200."""

from tuya.errors import Rejected, TuyaError
from tuya.port import compact_json, const

from ..system.unload import unload
from ..targets.action import Action, Locked
from .events import STREAMS_MAX, EventStream
from .http import Problem, Response
from .paths import resolve

_FOR_MAX_S = const(86400)
# Modules that few requests want, with what they load: 6 kB of heap that the home has else.
_SELDOM = ("manage", "config", "rules", "access")
_LOADED = ["hub.web." + module for module in _SELDOM + ("passwords",)]
_LOADED += ["hub.targets.plug_settings", "tuya.outlet", "tuya.datapoints", "hub.rules.explain"]
# What a request may take at most: without it nothing is begun, as a heap that grows beyond its
# budget takes the network's.
_REQUEST_LEFT = const(4500)
# A stream of events takes about 1.5 kB of that for good.
_STREAM_LEFT = const(6000)


async def answer(hub, request):
    """Return the Response to a Request. Raises Problem."""
    hub.door.check_sender(request.headers)
    module, _, name = resolve(hub, request).rpartition(".")
    _keep_reserve(hub)
    # What nobody asks for is never loaded.
    function = getattr(__import__("hub.web." + module, None, None, (name,)), name)
    try:
        if len(request.path) > 3 and request.path[2] == "plugs" and module != "routes":
            result = await function(hub, request, find(hub, request))
        else:
            result = await function(hub, request)
    finally:
        function = None
        if module in _SELDOM:
            unload(*_LOADED)
    return result if isinstance(result, Response) else Response(compact_json(result).encode())


def _keep_reserve(hub):
    # Garbage is not worth collecting while there is plenty without.
    if hub.memory.note() < 2 * _REQUEST_LEFT and hub.memory.left() < _REQUEST_LEFT:
        raise Problem(503, "Too little memory", "try again, or restart", "Retry-After: 2\r\n")


def problem(e):
    """Return the Response that tells of a Problem."""
    body = {"status": e.status, "title": e.title, "detail": e.detail}
    if e.kind:
        body["type"] = e.kind
    data = compact_json(body).encode()
    return Response(data, "application/problem+json", e.status, e.headers)


async def events(hub, request):
    """Open a stream of server-sent events: see EventStream."""
    if len(hub.streams) >= STREAMS_MAX:
        detail = "close one of them"
        raise Problem(503, "Too many pages are open", detail, "Retry-After: 10\r\n")
    if hub.memory.left() < _STREAM_LEFT or hub.memory.is_idf_low():
        detail = "the board has too little memory left"
        raise Problem(503, "No more pages", detail, "Retry-After: 10\r\n")
    if hub.door.settings["esphome"] and len(request.path) == 1:
        from .compat.esphome import EspStream as Stream
    else:
        Stream = EventStream
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

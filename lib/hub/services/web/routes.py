"""The page and the API: which path does what. Errors are problem+json, never a 200."""

import gc
import os

from tuya.errors import Rejected, TuyaError
from tuya.port import clock_is_set, compact_json, unix_time

from ... import VERSION
from .events import STREAMS_MAX, EventStream
from .http import Problem, Response

PAGE_FILE = "page.html.gz"

_HEADERS = (
    "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; "
    "script-src 'unsafe-inline'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cache-Control: no-cache\r\n"
)
_METHODS = ("GET", "PUT", "POST", "DELETE")


async def answer(hub, request):
    """Return the Response to a Request. Raises Problem."""
    path = request.path
    if path[:2] == ["api", "v1"] and len(path) > 3:
        # What stands third is the name of a plug, a relay and so on.
        key = "/".join(path[:3] + ["*"] + path[4:])
    else:
        key = "/".join(path)
    route = _ROUTES.get("%s /%s" % (request.method, key))
    if not route:
        allowed = [method for method in _METHODS if "%s /%s" % (method, key) in _ROUTES]
        if allowed:
            raise Problem(405, "Not done this way", "use " + " or ".join(allowed))
        raise Problem(404, "Nothing is here", "/" + "/".join(path))
    result = await route(hub, request)
    return result if isinstance(result, Response) else Response(compact_json(result).encode())


def problem(e):
    """Return the Response that tells of a Problem."""
    body = {"status": e.status, "title": e.title, "detail": e.detail}
    return Response(compact_json(body).encode(), "application/problem+json", e.status)


async def _page(hub, request):
    try:
        size = os.stat(PAGE_FILE)[6]
        tag = 'ETag: "%s-%d"\r\n' % (VERSION, size)
        if request.headers.get("if-none-match") == tag[6:-2]:
            return Response(b"", "text/html", 304, _HEADERS + tag)
        headers = "%s%sContent-Encoding: gzip\r\nContent-Length: %d\r\n" % (_HEADERS, tag, size)
        return Response(open(PAGE_FILE, "rb"), "text/html; charset=utf-8", 200, headers)
    except OSError:
        detail = "%s is missing" % PAGE_FILE
        raise Problem(503, "The page is not on this board", detail) from None


async def _events(hub, request):
    if len(hub.streams) >= STREAMS_MAX:
        raise Problem(503, "Too many pages are open", "close one of them")
    return Response(EventStream(hub), "text/event-stream", 200, _HEADERS)


async def _health(hub, request):
    return {"ok": True, "version": VERSION}


async def _plugs(hub, request):
    return [plug.state() for plug in hub.plugs.values()]


async def _relays(hub, request):
    return [relay.state() for relay in hub.relays.values()]


async def _system(hub, request):
    gc.collect()
    return {
        "name": hub.name,
        "version": VERSION,
        "uptime": hub.supervisor.uptime_s,
        "time": unix_time() if clock_is_set() else None,
        "heap_used": gc.mem_alloc() if hasattr(gc, "mem_alloc") else None,
        "heap_free": gc.mem_free() if hasattr(gc, "mem_free") else None,
        "faults": hub.faults,
    }


async def _one(hub, request):
    return _find(hub, request).state()


async def _switch(hub, request):
    target = _find(hub, request)
    value = request.json()
    on = value.get("on") if isinstance(value, dict) else None
    if on is not True and on is not False:
        raise Problem(400, "Not understood", 'expected JSON {"on": true} or {"on": false}')
    return await _do(target, on)


async def _toggle(hub, request):
    request.json()
    target = _find(hub, request)
    return await _do(target, not target.heading)


async def _do(target, on):
    try:
        await target.switch(on)
    except Rejected as e:
        raise Problem(502, "%s did not switch" % target.name, str(e)) from None
    except TuyaError as e:
        raise Problem(504, "%s does not answer" % target.name, str(e)) from None
    return target.state()


def _find(hub, request):
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
    "GET /": _page,
    "GET /events": _events,
    "GET /health": _health,
    "GET /api/v1/plugs": _plugs,
    "GET /api/v1/plugs/*": _one,
    "PUT /api/v1/plugs/*/switch": _switch,
    "POST /api/v1/plugs/*/toggle": _toggle,
    "GET /api/v1/relays": _relays,
    "GET /api/v1/relays/*": _one,
    "PUT /api/v1/relays/*/switch": _switch,
    "POST /api/v1/relays/*/toggle": _toggle,
    "GET /api/v1/system": _system,
}

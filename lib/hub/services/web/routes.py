"""The page and the API: which path does what. Errors are problem+json, never a 200."""

import gc
import json
import os

from microdot.microdot import Microdot, Response, urldecode

from tuya.errors import Rejected, TuyaError
from tuya.port import clock_is_set, unix_time

from ... import VERSION
from .events import STREAMS_MAX, EventStream

PAGE_FILE = "page.html.gz"

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "script-src 'unsafe-inline'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def make_app(hub):
    """Return the microdot application of `hub`."""
    app = Microdot()

    @app.get("/")
    async def page(request):
        try:
            size = os.stat(PAGE_FILE)[6]
            tag = '"%s-%d"' % (VERSION, size)
            if request.headers.get("If-None-Match") == tag:
                return Response("", 304, dict(_HEADERS, ETag=tag))
            headers = {
                "Content-Type": "text/html; charset=utf-8",
                "Content-Encoding": "gzip",
                "Content-Length": str(size),
                "ETag": tag,
            }
            return Response(open(PAGE_FILE, "rb"), 200, dict(_HEADERS, **headers))
        except OSError:
            return problem(503, "The page is not on this board", "%s is missing" % PAGE_FILE)

    @app.get("/events")
    async def events(request):
        if len(hub.streams) >= STREAMS_MAX:
            return problem(503, "Too many pages are open", "close one of them")
        headers = dict(_HEADERS, **{"Content-Type": "text/event-stream"})
        return Response(EventStream(hub), 200, headers)  # pyright: ignore[reportArgumentType]

    @app.get("/health")
    async def health(request):
        return {"ok": True, "version": VERSION}

    @app.get("/api/v1/plugs")
    async def plugs(request):
        return [plug.state() for plug in hub.plugs.values()]

    @app.get("/api/v1/relays")
    async def relays(request):
        return [relay.state() for relay in hub.relays.values()]

    @app.get("/api/v1/system")
    async def system(request):
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

    @app.get("/api/v1/<kind>/<name>")
    async def one(request, kind, name):
        target = find(kind, name)
        return target.state() if target else nothing(kind, name)

    @app.put("/api/v1/<kind>/<name>/switch")
    async def switch(request, kind, name):
        target = find(kind, name)
        if not target:
            return nothing(kind, name)
        try:
            on = request.json["on"]
        except (ValueError, KeyError, TypeError):
            on = None
        if on is not True and on is not False:
            return problem(400, "Not understood", 'expected JSON {"on": true} or {"on": false}')
        return await do(target, on)

    @app.post("/api/v1/<kind>/<name>/toggle")
    async def toggle(request, kind, name):
        # Asking for JSON has browsers ask first when another site's page sends this.
        if (request.content_type or "").split(";")[0] != "application/json":
            return problem(415, "Not understood", "expected Content-Type: application/json")
        target = find(kind, name)
        return await do(target, not target.heading) if target else nothing(kind, name)

    @app.errorhandler(404)
    async def not_found(request):
        return problem(404, "Nothing is here", request.path)

    @app.errorhandler(500)
    async def failed(request):
        return problem(500, "The hub failed", "see its console")

    def find(kind, name):
        name = urldecode(name)
        if kind == "relays":
            return hub.relays.get(name)
        if kind != "plugs":
            return None
        for plug in hub.plugs.values():
            if name in (plug.name, plug.device.id):
                return plug
        return None

    return app


async def do(target, on):
    """Switch and answer with the state the target has confirmed."""
    try:
        await target.switch(on)
    except Rejected as e:
        return problem(502, "%s did not switch" % target.name, str(e))
    except TuyaError as e:
        return problem(504, "%s does not answer" % target.name, str(e))
    return target.state()


def nothing(kind, name):
    return problem(404, "Nothing is here", "none of the %s is %s" % (kind, urldecode(name)))


def problem(status, title, detail):
    """Return an error as RFC 9457 has it."""
    body = {"status": status, "title": title, "detail": detail}
    return json.dumps(body), status, {"Content-Type": "application/problem+json"}

"""What can be looked at, but not watched: the page, lists, the log. Loaded for one request."""

import gc
import os
from binascii import hexlify

from tuya.port import compact_json, known_time

from ... import VERSION
from ...history import STEP_S
from .events import Pieces, pieces, states
from .http import Problem, Response

PAGE_FILE = "page.html.gz"
OPENAPI_FILE = "openapi.json.gz"

_HEADERS = (
    "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; "
    "script-src 'unsafe-inline'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cache-Control: no-cache\r\n"
)


async def page(hub, request):
    """Return the page."""
    try:
        size = os.stat(PAGE_FILE)[6]
        with open(PAGE_FILE, "rb") as file:
            file.seek(size - 8)  # a gzip file ends with the checksum and the size of its content
            tag = '"%s"' % hexlify(file.read(8)).decode()
        headers = "%sETag: %s\r\n" % (_HEADERS, tag)
        if request.headers.get("if-none-match") == tag:
            return Response(b"", "text/html", 304, headers)
        headers += "Content-Encoding: gzip\r\nContent-Length: %d\r\n" % size
        return Response(open(PAGE_FILE, "rb"), "text/html; charset=utf-8", 200, headers)
    except OSError:
        detail = "%s is missing" % PAGE_FILE
        raise Problem(503, "The page is not on this board", detail) from None


async def openapi(hub, request):
    """Return the description of this API."""
    try:
        headers = "Content-Encoding: gzip\r\n"
        return Response(open(OPENAPI_FILE, "rb"), "application/json", 200, headers)
    except OSError:
        detail = "%s is missing" % OPENAPI_FILE
        raise Problem(503, "The description is not on this board", detail) from None


async def health(hub, request):
    """Tell that the hub runs."""
    return {"ok": True, "version": VERSION}


async def targets(hub, request):
    """Return the states of all plugs, relays, groups or scenes."""
    return Response(Pieces(pieces(states(getattr(hub, request.path[2]).values()))))


async def histories(hub, request):
    """Return of each plug the W of its last 10 minutes: {"step": s, "power": {name: list}}."""
    return Response(Pieces(_histories(hub.plugs)))


def _histories(plugs):
    between = '{"step":%d,"power":{' % STEP_S
    for name, plug in plugs.items():
        power = plug.history.short() if plug.history else []
        yield ("%s%s:%s" % (between, compact_json(name), compact_json(power))).encode()
        between = ","
    yield b"}}" if between == "," else between.encode() + b"}}"


async def lines(hub, request):
    """Return the last lines of the log, the oldest first: [{"seq", "level", "text"}].

    ?after=seq leaves out those up to that one.
    """
    after = request.query[6:] if request.query.startswith("after=") else ""
    least = int(after) if after.isdigit() else 0
    from ...log_lines import lines as all_lines

    return Response(Pieces(pieces([line for line in all_lines() if line["seq"] > least])))


async def system(hub, request):
    """Return how the board is."""
    gc.collect()
    return {
        "name": hub.name,
        "version": VERSION,
        "uptime": hub.supervisor.uptime_s,
        "started": hub.reset_reason,
        "lag_ms": hub.supervisor.lag_ms,
        "connections": hub.links.taken,
        "pages": len(hub.streams),
        "rssi": _signal(),
        "flash_free": _flash_free(),
        "safe_mode": hub.is_safe,
        "confirm": bool(hub.trial),
        "time": known_time(),
        "heap_used": gc.mem_alloc() if hasattr(gc, "mem_alloc") else None,
        "heap_free": gc.mem_free() if hasattr(gc, "mem_free") else None,
        "faults": hub.faults,
    }


def _signal():
    from ...system.wifi import signal

    return signal()


def _flash_free():
    if not hasattr(os, "statvfs"):
        return None
    about = os.statvfs("/")
    return about[0] * about[3]

"""What can be looked at, but not watched: the page, lists, the log. Loaded for one request."""

import gc
import os

from tuya.port import known_time

from ... import VERSION, log
from ...checked import has_secrets_inside, public
from ...system.store import CONFIG_FILE
from .events import Pieces, pieces, states
from .http import Problem, Response

PAGE_FILE = "page.html.gz"

_HEADERS = (
    "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; "
    "script-src 'unsafe-inline'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cache-Control: no-cache\r\n"
)


async def page(hub, request):
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


async def health(hub, request):
    """Tell that the hub runs."""
    return {"ok": True, "version": VERSION}


async def targets(hub, request):
    """Return the states of all plugs, relays, groups or scenes."""
    return Response(Pieces(pieces(states(getattr(hub, request.path[2]).values()))))


async def lines(hub, request):
    """Return the last lines of the log, the oldest first: [{"level", "text"}]."""
    return Response(Pieces(pieces(log.lines())))


async def config(hub, request):
    """Return the configuration, which holds nothing secret unless the flash was full."""
    if has_secrets_inside():
        return public()
    return Response(open(CONFIG_FILE, "rb"))


async def system(hub, request):
    """Return how the board is."""
    gc.collect()
    return {
        "name": hub.name,
        "version": VERSION,
        "uptime": hub.supervisor.uptime_s,
        "started": hub.reset_reason,
        "lag_ms": hub.supervisor.lag_ms,
        "safe_mode": hub.is_safe,
        "confirm": bool(hub.trial),
        "time": known_time(),
        "heap_used": gc.mem_alloc() if hasattr(gc, "mem_alloc") else None,
        "heap_free": gc.mem_free() if hasattr(gc, "mem_free") else None,
        "faults": hub.faults,
    }

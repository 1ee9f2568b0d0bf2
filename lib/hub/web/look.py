"""What can be looked at, but not watched: the page, lists, the log."""

import os
from binascii import hexlify

from tuya.port import compact_json, known_time

from .. import VERSION
from ..energy.history import STEP_S
from .events import pieces, states
from .http import Problem, Response

_HEADERS = (
    "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; "
    "script-src 'unsafe-inline'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cache-Control: no-cache\r\n"
)


async def page(hub, request):
    """Return the page."""
    page = _asset("PAGE")
    # A gzip file ends with the checksum and the size of its content.
    tag = '"%s"' % hexlify(page[-8:]).decode()
    headers = "%sETag: %s\r\n" % (_HEADERS, tag)
    if request.headers.get("if-none-match") == tag:
        return Response(b"", "text/html", 304, headers)
    headers += "Content-Encoding: gzip\r\nContent-Length: %d\r\n" % len(page)
    return Response(page, "text/html; charset=utf-8", 200, headers)


async def openapi(hub, request):
    """Return the description of this API."""
    return Response(_asset("OPENAPI"), headers="Content-Encoding: gzip\r\n")


def _asset(name):
    try:
        import hub_assets  # pyright: ignore - made by plughub.assets
    except ImportError:
        detail = "it is part of the firmware, which a board with plain MicroPython has not"
        raise Problem(503, "The page is not on this board", detail) from None
    return getattr(hub_assets, name)


async def health(hub, request):
    """Tell that the hub runs."""
    return {"ok": True, "version": VERSION}


async def targets(hub, request):
    """Return the states of all plugs, relays, groups or scenes."""
    return Response(pieces(states(getattr(hub, request.path[2]).values())))


async def histories(hub, request):
    """Return of each plug the W of its last 10 minutes: {"step": s, "power": {name: list}}."""
    return Response(_histories(hub.plugs))


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
    from ..log_lines import lines as all_lines

    return Response(pieces([line for line in all_lines() if line["seq"] > least]))


async def system(hub, request):
    """Return how the board is, both of its heaps included."""
    left = hub.memory.left()
    free, largest, least = hub.memory.idf() or (None, None, None)
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
        "heap_used": hub.memory.budget - left,
        "heap_free": left,
        "heap_free_min": hub.memory.least_left,
        "network_heap_free": free,
        "network_heap_largest": largest,
        "network_heap_free_min": least,
        "faults": hub.faults,
    }


def _signal():
    from ..system.wifi import signal

    return signal()


def _flash_free():
    if not hasattr(os, "statvfs"):
        return None
    about = os.statvfs("/")
    return about[0] * about[3]

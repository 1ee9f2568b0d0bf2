"""Routes for the board itself: health, state, log, time and restart."""

import os

from hub import VERSION
from hub.web.http import Problem, Response, json_list, number_of, whole
from tuya.port import (
    const,
    is_plausible,
    known_time,
    ticks_add,
    ticks_diff,
    ticks_ms,
    unix_time,
)

_FLASH_MS = const(60000)
_flash = None  # (until when in ticks_ms, bytes)


async def health(hub, request):
    """Tell that the hub runs."""
    return {"ok": True, "version": VERSION}


async def get_system(hub, request):
    """Return the state of the board, both of its heaps included."""
    from hub.config.secrets import at_rest
    from hub.web.events import place

    left = hub.memory.left()
    bridge = hub.built("mqtt")
    free, largest, least = hub.memory.idf() or (None, None, None)
    about = place(hub)
    about.update(
        {
            "name": hub.name,
            "version": VERSION,
            "uptime": hub.supervisor.uptime_s,
            "started": hub.runtime.reset_reason,
            "lag_ms": hub.supervisor.lag_ms,
            "connections": hub.connections.taken,
            "pages": len(hub.streams),
            "rssi": _signal(),
            "flash_free": _flash_free(),
            "safe_mode": hub.runtime.is_safe,
            "secrets": at_rest(),
            "mqtt": bridge and bridge.about(),
            "confirm": bool(hub.unconfirmed),
            "heap_used": hub.memory.budget - left,
            "heap_free": left,
            "heap_free_min": hub.memory.least_left,
            "network_heap_free": free,
            "network_heap_largest": largest,
            "network_heap_free_min": least,
            "faults": hub.faults,
        }
    )
    return about


async def get_log(hub, request):
    """Return the last lines of the log, the oldest first: [{"seq", "level", "text"}].

    ?after=seq leaves out those up to that one.
    """
    least = number_of(request.parameter("after") or "0")
    if least is None:
        raise Problem(400, "Expected ?after=seq, a number")
    from hub.log import lines

    return Response(json_list(line for line in lines() if line["seq"] > least))


async def put_time(hub, request):
    """Take the time from a browser, {"time": Unix time}, while the hub has no better one."""
    seconds = whole(request.json_object("time").get("time"))
    if seconds is None or not is_plausible(seconds):
        raise Problem(400, 'Expected {"time": Unix time in seconds}')
    if known_time() is not None:
        return {"time": unix_time(), "taken": False}
    from hub.clock.ntp import set_rtc

    set_rtc(seconds)
    if hub.engine:
        hub.engine.wake()
    return {"time": unix_time(), "taken": True}


async def identify(hub, request):
    """Show which board this is: its LED blinks for 3 s, and its log tells its address."""
    request.json_object()
    await hub.identify()
    return {"name": hub.name, "led": hub.executor.light is not None}


async def restart(hub, request):
    """Restart the board, after this answer."""
    request.json_object()
    hub.runtime.restart_soon()
    return {"restarting": True}


def _signal():
    from hub.system.wifi import signal

    return signal()


def _flash_free():
    """Return the bytes that are free, up to a minute ago: a file system in flash looks through all
    that it has for that, and the network stands still meanwhile.
    """
    global _flash  # noqa: PLW0603 - there is one flash
    if not hasattr(os, "statvfs"):
        return None
    now = ticks_ms()
    if not _flash or ticks_diff(now, _flash[0]) >= 0:
        about = os.statvfs("/")
        _flash = ticks_add(now, _FLASH_MS), about[0] * about[3]
    return _flash[1]

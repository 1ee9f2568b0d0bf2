"""Keeps the clock right, from the network."""

import asyncio

from hub.log import WARNING, log
from hub.system import wifi
from hub.system.unload import unload
from tuya.port import clock_is_set, const, is_plausible, sleep_ms

_RETRY_MIN_MS = const(5000)
_RETRY_MAX_MS = const(600000)
_AGAIN_MS = const(3600000)
_TIMEOUT_MS = const(120000)
_SLICE_MS = const(60000)  # beats must come more often than the clock is set


async def keep_clock(host, port, is_up, servers, spare, beat):
    """Set the clock from the NTP server `host` once an hour, for ever; sooner after a failure.

    `is_up()` tells of the network, `servers()` returns the addresses of its router and its name
    server; `spare` is the lock of the socket. While there is no time at all, that of the router's
    own page will do.
    """
    pause = _RETRY_MIN_MS
    while True:
        beat()
        if not is_up():
            await sleep_ms(1000)
            continue
        router, name_server = servers()
        try:
            await _set(host, port, name_server, spare)
        except (OSError, ValueError) as e:
            log("the clock could not be set from %s: %s" % (host, e), WARNING)
            if not clock_is_set():
                await _take_from(router, spare)
            left = pause
            pause = min(pause * 2, _RETRY_MAX_MS)
        else:
            log("the clock is set")
            pause = _RETRY_MIN_MS
            left = _AGAIN_MS
        while left > 0:
            beat()
            await sleep_ms(min(left, _SLICE_MS))
            left -= _SLICE_MS


async def _take_from(router, spare):
    await spare.acquire()
    try:
        from hub.clock.http_date import fetch
        from hub.clock.ntp import set_rtc

        seconds = await fetch(router)
        if is_plausible(seconds):
            set_rtc(seconds)
            log("the clock is set by the page of %s" % router)
    except (OSError, ValueError, asyncio.TimeoutError):
        pass  # few routers tell; somebody's browser may
    finally:
        fetch = set_rtc = None
        unload("hub.clock.ntp", "hub.clock.dns", "hub.clock.http_date", "tuya.udp")
        spare.release()


async def _set(host, port, name_server, spare):
    await spare.acquire()
    try:
        from hub.clock.ntp import fetch, set_rtc

        set_rtc(await fetch(host, port, name_server))
        fetch = set_rtc = None
    finally:
        unload("hub.clock.ntp", "hub.clock.dns", "tuya.udp")
        spare.release()


# --- the component "ntp" ---

SCHEMA = (("host", "host", "pool.ntp.org"), ("port", "port", 123))


def build(hub, item, config):
    """Have the clock kept right, where there is a network."""
    if not config["wifi"]:
        return None
    network = wifi.is_up, wifi.servers, hub.spare
    arguments = (item["host"], item["port"]) + network
    return hub.supervisor.add("clock", keep_clock, _TIMEOUT_MS, *arguments)

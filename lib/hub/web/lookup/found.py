"""The route that listens for devices which are no plugs of the hub yet. Forgotten after use."""

import asyncio

from hub.system.unload import unload
from hub.web.http import Problem
from tuya.port import const, wait_for_ms

# Where devices are heard (see tuya.discovery), and for how long: those that are asked answer at
# once, the others broadcast every 5 to 8 s, those of 3.1 in the clear.
_PORTS = const(((7000, 700), (6667, 6300), (6666, 2000)))
_FOUND_MAX = const(20)
_SPARE_MS = const(10000)


async def list_found(hub, request):
    """Listen for 9 s: [{"id", "address", "version"}] of the devices that are no plugs yet."""
    try:
        await wait_for_ms(hub.spare.acquire(), _SPARE_MS)
    except asyncio.TimeoutError:
        detail = "The one socket for it looks for plugs that are offline; try again"
        raise Problem(503, detail, "Retry-After: 5\r\n") from None
    try:
        return await _listen([plug.device.id for plug in hub.targets.plugs.values()])
    finally:
        hub.spare.release()
        unload("hub.web.lookup", "tuya.discovery", "tuya.udp")


async def _listen(known):
    from tuya.discovery import discover

    devices = []
    is_deaf = True
    for port, ms in _PORTS:
        try:
            async for found in discover(ms, ports=(port,)):
                if found.id not in known and len(devices) < _FOUND_MAX:
                    known.append(found.id)
                    about = {"id": found.id, "address": found.address, "version": found.version}
                    devices.append(about)
            is_deaf = False
        except OSError:
            pass  # on a PC another program may have this port
    if is_deaf:
        raise Problem(503, "No socket is free, or there is no network; try again")
    return devices

"""Shows which of several boards this is."""

from hub.log import log
from tuya.port import const, sleep_ms

_IDENTIFY_MS = const(3000)
_BLINK_MS = const(250)


async def identify(hub):
    """Have a Hub say its address, and blink for 3 s if it has an LED."""
    from hub.system.wifi import address

    log("this is %s at %s" % (hub.name, address()))
    try:
        hub.blink(_BLINK_MS)
        await sleep_ms(_IDENTIFY_MS)
    finally:
        hub.blink(None)

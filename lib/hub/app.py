"""The start: everything is built from the configuration, and runs until the board is reset."""

import asyncio
import gc

from tuya.port import MICROPYTHON

from .system.store import RULES_FILE, exists
from .system.unload import FURNISHERS, unload

_RESIDENTS = ("tuya.device", "tuya.link", "tuya.codec", "tuya.write", "hub.plug", "hub.meters")
_RESIDENTS += ("hub.home", "hub.seeker", "hub.system.state", "hub.system.clock")
_RESIDENTS += ("hub.services.web.server",)
_RULES = ("hub.triggers.rules", "hub.rule_home", "hub.triggers.clock_rule")
_RULES += ("hub.triggers.condition",)


def start():
    """Build the hub from its configuration and run it until the board is reset."""
    import machine

    if MICROPYTHON:
        # Collecting early keeps the heap from being cut into pieces that fit nothing.
        gc.threshold(4096)
    hubs = []
    try:
        asyncio.run(_run(machine, hubs))
    finally:
        # Ctrl-C ends the event loop, and no task of it is told.
        for hub in hubs:
            hub.rest()


async def _run(machine, hubs):
    # Tasks are made already while the home is furnished.
    hubs.append(_build(machine))
    await hubs[0].run()


def _build(machine):
    unload(*FURNISHERS)
    # What stays comes before what is loaded for a moment: the heap is not cut into pieces then.
    for name in _RESIDENTS + (_RULES if exists(RULES_FILE) else ()):
        __import__(name)
    from .checked import has_secrets_inside, load

    if has_secrets_inside():
        from .settings import move_secrets

        move_secrets()
    config = load()
    unload(*FURNISHERS, "settings")
    from .assemble import assemble

    hub = assemble(config, machine)
    unload(*FURNISHERS, "system.safe_mode", "system.reset")
    return hub

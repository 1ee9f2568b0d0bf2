"""The start: everything is built from the configuration, and runs until the board is reset."""

import asyncio
import gc

from tuya.port import MICROPYTHON

from .system.store import RULES_FILE, exists
from .system.unload import FURNISHERS, unload

# What a home is made of, and what only works once it stands: its configuration has gone by then.
_RESIDENTS = ("tuya.device", "hub.plug", "hub.meters", "hub.home", "hub.seeker")
_RESIDENTS += ("hub.system.state", "hub.system.clock")
_WORKERS = ("tuya.link", "tuya.codec", "tuya.write", "hub.services.web.server")
_WORKERS += ("hub.services.web.door",)
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
    _prepare()
    # What stays comes before what is loaded for a moment: the heap is not cut into pieces then.
    for name in _RESIDENTS + (_RULES if exists(RULES_FILE) else ()):
        __import__(name)
    from .checked import load

    config = load()
    unload(*FURNISHERS)
    from .assemble import assemble

    hub = assemble(config, machine)
    config = None
    unload(*FURNISHERS, "system.safe_mode", "system.reset")
    for name in _WORKERS:
        __import__(name)
    return hub


def _prepare():
    """Check the files where they have changed, while nothing else is loaded yet."""
    from .checked import has_secrets_inside, prepare

    if has_secrets_inside():
        from .settings import move_secrets

        move_secrets()
    prepare()
    unload(*FURNISHERS, "settings")

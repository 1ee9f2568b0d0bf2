"""The start: everything is built from the configuration, and runs until the board is reset."""

import asyncio

from hub.log import log_exception
from tuya.port import MICROPYTHON


def start():
    """Build the hub from its configuration and run it until the board is reset."""
    import machine

    hubs = []
    try:
        asyncio.run(_run(machine, hubs))
    except Exception as e:
        # What could not even be built is shown at the prompt.
        if not hubs or not MICROPYTHON:
            raise
        _reset_because(e, machine)
    finally:
        # Ctrl-C ends the event loop, and no task of it is told.
        for hub in hubs:
            hub.runtime.rest()


async def _run(machine, hubs):
    # Tasks are made already while the home is furnished.
    hubs.append(_assembled(machine))
    await hubs[0].run()


def _reset_because(e, machine):
    """Start the board again at once: without its event loop a hub is dead."""
    from hub.system.reset import leave_reason

    try:
        log_exception("the event loop has ended: the board is reset", e)
        leave_reason("the event loop ended with %s" % repr(e))
    finally:  # there may be no memory even for words
        machine.reset()


def _assembled(machine):
    from hub.assemble import assemble
    from hub.system.unload import unload_furnishers

    hub = assemble(machine)
    assemble = None
    unload_furnishers()
    return hub

"""The start: everything is built from the configuration, and runs until the board is reset."""

import asyncio

from tuya.port import MICROPYTHON

from .log import log_exception
from .system.memory import collect_early


def start():
    """Build the hub from its configuration and run it until the board is reset."""
    import machine

    collect_early()
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
            hub.rest()


async def _run(machine, hubs):
    # Tasks are made already while the home is furnished.
    hubs.append(_build(machine))
    await hubs[0].run()


def _build(machine):
    from .assemble import assemble
    from .config.load import load, move_secrets
    from .system import store
    from .system.unload import FURNISHERS, unload

    store.recover()
    move_secrets()
    config = load()
    hub = assemble(config, machine, _listen(config["web"]["port"]))
    config = None
    unload(*FURNISHERS)
    return hub


def _listen(port):
    """Return a socket that listens, opened while the network has most memory; None without."""
    from .web.server import listen

    try:
        return listen(port)
    except OSError as e:
        log_exception("the page has no port yet", e)  # it is tried again when it is served
        return None


def _reset_because(e, machine):
    """Start the board again at once: without its event loop a hub is dead."""
    from .system.reset import leave_reason

    try:
        log_exception("the event loop has ended: the board is reset", e)
        leave_reason("the event loop ended with %s" % repr(e))
    finally:  # there may be no memory even for words
        machine.reset()

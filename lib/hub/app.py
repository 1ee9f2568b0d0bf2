"""The start: everything is built from the configuration, and runs until the board is reset."""

import asyncio

from hub.log import log_exception, tell_local_time
from hub.system.memory import collect_early
from tuya.port import MICROPYTHON


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
            hub.runtime.rest()


async def _run(machine, hubs):
    # Tasks are made already while the home is furnished.
    hubs.append(_build(machine))
    await hubs[0].run()


def _build(machine):
    from hub.clock.location import local
    from hub.components import schema
    from hub.config.load import load, move_secrets
    from hub.system import store
    from hub.system.unload import unload_furnishers

    tell_local_time(local)
    store.recover()
    move_secrets()
    config = load(schema())
    hub = build(config, machine, _listen(config["web"]["port"]))
    config = None
    unload_furnishers()
    return hub


def build(config, machine, listener=None):
    """Return the furnished Hub of a configuration as load() returns it.

    `listener`: a socket that listens on the port of its page already.
    """
    from hub.furnish import Furniture
    from hub.hub import Hub

    hub = Hub(config, machine)
    hub.listener = listener
    if hub.runtime.is_safe:
        config = _bare(config)
    Furniture(hub).begin(config)
    if hub.runtime.is_safe:
        hub.faults.append(
            "safe mode: five starts in a row failed, so there are no plugs, pins and buttons; "
            "the next start after 30 s is a usual one"
        )
    if config["boot_button"] is not None:
        from hub.pins.boot_button import watch

        watch(hub, config)
    return hub


def _bare(config):
    from hub.components import LISTS

    bare = dict(config)
    for kind in LISTS:
        bare[kind] = []
    bare["led"] = None
    bare["rules"] = ()
    return bare


def _listen(port):
    """Return a socket that listens, opened while the network has most memory; None without."""
    from hub.web.server import listen

    try:
        return listen(port)
    except OSError as e:
        log_exception("the page has no port yet", e)  # it is tried again when it is served
        return None


def _reset_because(e, machine):
    """Start the board again at once: without its event loop a hub is dead."""
    from hub.system.reset import leave_reason

    try:
        log_exception("the event loop has ended: the board is reset", e)
        leave_reason("the event loop ended with %s" % repr(e))
    finally:  # there may be no memory even for words
        machine.reset()

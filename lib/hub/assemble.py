"""Assembles the hub at the start, from the files in the flash. Loaded for a moment."""

from hub.clock.location import local
from hub.components import LISTS, schema
from hub.config.load import load, move_secrets
from hub.furnish import Furniture
from hub.hub import Hub
from hub.log import log_exception, tell_local_time
from hub.system import staging, store, trial
from hub.system.garbage import collect_early
from hub.web.server import listen


def assemble(machine):
    """Return the furnished Hub of the configuration in the flash."""
    collect_early()
    tell_local_time(local)
    staging.recover()
    move_secrets()
    config = load(schema())
    hub = build(config, machine, _listen(config["web"]["port"]))
    trial.begin(hub, config)
    if store.exists("firmware.json"):
        from hub.update.firmware import begin

        begin(hub, config)
    return hub


def build(config, machine, listener=None, find=None):
    """Return the furnished Hub of a configuration as load() returns it.

    `listener`: a socket that listens on the port of its page already; `find`: as
    tuya.discovery.find(), where there are more sockets than the spare one for it.
    """
    hub = Hub(config, machine)
    hub.listener = listener
    if find:
        hub.find = find
    if hub.runtime.is_safe:
        config = _bare(config)
    Furniture(hub).begin(config)
    if hub.runtime.is_safe:
        hub.faults.append(
            "safe mode: five starts in a row failed, so there are no plugs, pins and buttons; "
            "the next start after 30 s is a usual one"
        )
    if not config["wifi"] and hub.memory.idf():
        from hub.first.start import watch as watch_for_network

        watch_for_network(hub)
    if config["boot_button"] is not None:
        from hub.pins.boot_button import watch

        watch(hub, config)
    return hub


def _bare(config):
    bare = dict(config)
    for kind in LISTS:
        bare[kind] = []
    bare["led"] = bare["mqtt"] = bare["energy"] = bare["cloud"] = None
    bare["rules"] = ()
    return bare


def _listen(port):
    """Return a socket that listens, opened while the network has most memory; None without."""
    try:
        return listen(port)
    except OSError as e:
        log_exception("the page has no port yet", e)  # it is tried again when it is served
        return None

"""Furnishes the hub from its configuration, and again when that changes. Only this file knows all.

What is furnished is remembered by a number for each item, so that a change needs no copy of the
configuration before it.
"""

from collections import OrderedDict

from tuya.port import const

from . import log
from .builders import BUILDERS, build_rules, part
from .config.marks import mark
from .hub import Hub
from .targets.action import EDGES, GESTURES

_STATE_PATIENCE_MS = const(30000)
_METERS_PATIENCE_MS = const(60000)
_LINKS_PATIENCE_MS = const(10000)
_PIN_PATIENCE_MS = const(20000)
_MEMORY_PATIENCE_MS = const(20000)

# In this order they are built, and in the reverse order taken away.
_LISTS = ("plugs", "relays", "groups", "scenes", "buttons", "inputs")
_SECTIONS = ("wifi", "ntp", "web", "led", "site")
# These are read once, at the start.
_AT_START = ("name", "watchdog", "poll", "shared_poll", "sockets", "boot_button")
_NOTHING = {}


def assemble(config, machine, listener=None):
    """Return the Hub of a configuration as load() returns it.

    `listener`: a socket that listens on the port of its page already.
    """
    from .system.reset import take_note
    from .system.safe_mode import is_safe_mode

    hub = Hub(config, machine)
    hub.listener = listener
    hub.faults += config["warnings"]
    hub.reset_reason = take_note()
    hub.is_safe = is_safe_mode()
    if hub.is_safe:
        hub.faults.append(
            "safe mode: five starts in a row failed, so there are no plugs, pins and buttons; "
            "the next start after 30 s is a usual one"
        )
        config = _bare(config)
    for name in _AT_START:
        hub.furnished[name] = config[name]
    _add_services(hub, config)
    furnish(hub, config)
    return hub


def furnish(hub, new):
    """Change the hub to another configuration; what is the same in it goes on."""
    known = hub.furnished
    marks = {kind: _marks(kind, new[kind]) for kind in _LISTS}
    rules = new["rules"]
    marks["rules"] = rules.marks if rules else _NOTHING
    for kind in ("rules", "inputs", "buttons", "scenes", "groups", "relays"):
        for name, before in known.get(kind, _NOTHING).items():
            if marks[kind].get(name) != before:
                _remove(hub, kind, name)
    if known.get("led") != mark(new["led"]):
        hub.led = None
    _furnish_plugs(hub, new, known.get("plugs", _NOTHING), marks["plugs"])
    for kind in _SECTIONS:
        now = mark(new[kind])
        if now == known.get(kind):
            continue
        _end(hub, kind)
        known[kind] = now
        if new[kind]:
            _with_pin(hub, BUILDERS[kind], new[kind], kind, new)
    known["port"] = new["web"]["port"]
    for kind in _LISTS[1:]:
        before = known.get(kind, _NOTHING)
        for item in new[kind]:
            name = item["name"]
            if before.get(name) != marks[kind][name]:
                _with_pin(hub, BUILDERS[kind], item, item["at"], new)
        _order(hub, kind, [item["name"] for item in new[kind]])
    if marks["rules"] != known.get("rules", _NOTHING):
        build_rules(hub, rules, known.get("rules", _NOTHING), new["poll"])
        _order(hub, "rules", rules.order if rules else ())
    for item in new["plugs"]:  # a new button may have made one more important
        plug = hub.plugs[item["name"]]
        plug.seat.rank = _rank(plug.device, item, new)
    hub.links.rank()
    known.update(marks)
    for secret in _secrets(new):
        log.keep_secret(secret)


def has_other_network(hub, new):
    """Tell whether a configuration could lock out who sends it."""
    known = hub.furnished
    return known["wifi"] != mark(new["wifi"]) or known["port"] != new["web"]["port"]


def restart_wanted(hub, new):
    """Return the names of settings that only a restart puts in force."""
    return [name for name in _AT_START if hub.furnished[name] != new[name]]


def _marks(kind, items):
    """Return {name: mark}; plugs are told apart by their id, and a new name or key makes none."""
    if kind != "plugs":
        return {item["name"]: mark(item) for item in items}
    return {item["id"]: mark(item, ("at", "name", "key")) for item in items}


def _bare(config):
    bare = dict(config)
    for kind in _LISTS:
        bare[kind] = []
    bare["led"] = None
    bare["rules"] = ()
    return bare


def _secrets(config):
    wifi = config["wifi"]
    return [wifi and wifi["password"]] + [plug["key"] for plug in config["plugs"]]


def _end(hub, part):
    """End the jobs of a part of the home."""
    for job in hub.parts.pop(part, ()):
        hub.supervisor.remove(job)


def _remove(hub, kind, name):
    _end(hub, part(kind, name))
    targets = getattr(hub, kind, None)
    if targets:
        target = targets.pop(name, None)
        if hasattr(target, "close"):
            target.close()


def _order(hub, kind, names):
    """Have the targets of a kind stand in the order of the configuration."""
    targets = getattr(hub, kind, None)
    if targets is not None:
        ordered = [(name, targets.pop(name)) for name in names if name in targets]
        targets.update(OrderedDict(ordered))


def _with_pin(hub, build, settings, place, config):
    try:
        build(hub, settings, config)
    except ValueError as e:
        hub.faults.append("config.json: %s.pin: this board says: %s" % (place, e))


# --- what runs in every home ---


def _add_services(hub, config):
    from .energy.meters import Meters
    from .system.state import State

    add = hub.supervisor.add
    from .targets.connections import Finder

    hub.state = State()
    hub.find = Finder(hub.spare).find
    if hub.state.facts("holds"):
        hub.holds()  # what was to be turned back before the restart still is
    hub.meters = Meters(hub.plugs, config["poll"] * 1000)
    add("state", hub.state.keep, _STATE_PATIENCE_MS)
    add("connections", hub.links.run, _LINKS_PATIENCE_MS)
    add("meters", hub.meters.run, _METERS_PATIENCE_MS)
    if hub.memory.idf():
        from .system.guard import guard

        arguments = hub.memory, hub.close_streams, hub.restart_because
        add("memory", guard, _MEMORY_PATIENCE_MS, *arguments)
    if config["boot_button"] is not None:
        _add_boot_button(hub, config)


def _add_boot_button(hub, config):
    from .pins.boot_button import BootButton

    number = config["boot_button"]
    if number in [item["pin"] for item in config["relays"] + config["inputs"]]:
        return  # the user has wired something else there
    is_bound = number in [item["pin"] for item in config["buttons"]]
    Pin = hub.machine.Pin
    try:
        pin = Pin(number, Pin.IN, Pin.PULL_UP)
    except ValueError as e:
        hub.faults.append("config.json: boot_button: this board says: %s" % e)
        return
    button = BootButton(pin, 0, hub.blink, hub.board, is_bound)
    hub.supervisor.add("boot button", button.run, _PIN_PATIENCE_MS)


# --- plugs ---


def _furnish_plugs(hub, new, before, marks):
    was = {plug.device.id: plug for plug in hub.plugs.values()}
    kept = {}
    for item in new["plugs"]:
        id = item["id"]
        if id in was and before.get(id) == marks[id]:
            plug = kept[id] = was.pop(id)
            plug.name = item["name"]
            plug.device.use_key(item["key"])
    for plug in was.values():
        hub.links.remove(plug.seat)
        plug.device.end_changes()
    hub.plugs.clear()
    for item in new["plugs"]:
        hub.plugs[item["name"]] = kept.get(item["id"]) or _make_plug(hub, item, new)


def _make_plug(hub, item, config):
    from tuya.device import Device

    from .system.state import Findings
    from .targets.connections import Seat
    from .targets.plug import Plug

    address = item["id"], item["address"], item["key"], item["version"], item["port"]
    device = Device(*address, find=hub.find)
    Findings(device, hub.state)
    poll_ms = config["shared_poll"] * 1000
    seat = Seat(device, _rank(device, item, config), poll_ms)
    make_meter = hub.meters.maker(item["energy"], poll_ms)
    plug = Plug(item["name"], device, hub.broadcast, seat, hub.links, make_meter)
    hub.links.add(seat)
    return plug


def _rank(device, item, config):
    """Return 0 for whom somebody waits in front of, 1 for whom connecting often wedges, else 2."""
    name = item["name"]
    bound = [relay[key] for relay in config["relays"] for key in ("follow", "drive")]
    # A state that a rule watches has to be known at once, and not when its turn has come.
    bound += config["watched"]
    for kind, triggers in (("buttons", GESTURES), ("inputs", EDGES)):
        for trigger in triggers:
            bound += [entry[trigger]["name"] for entry in config[kind] if entry[trigger]]
    if name in bound or item["connection"] == "always":
        return 0
    return 1 if device.version == "3.4" else 2

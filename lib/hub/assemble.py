"""Furnishes the hub from its configuration, and again when that changes. Only this file knows all.

It is forgotten afterwards, so nothing that runs may hold on to a function of its.
"""

from collections import OrderedDict

from tuya.port import const

from . import log
from .action import EDGES, GESTURES
from .builders import BUILDERS, part
from .home import Hub
from .secrets import split

_STATE_PATIENCE_MS = const(30000)
_METERS_PATIENCE_MS = const(60000)
_LINKS_PATIENCE_MS = const(10000)
_PIN_PATIENCE_MS = const(20000)

_NOTHING = {}
# In this order they are built, and in the reverse order taken away.
_LISTS = ("plugs", "relays", "groups", "scenes", "buttons", "inputs", "rules")
_SECTIONS = ("wifi", "ntp", "web", "led", "site")


def assemble(config, machine):
    """Return the Hub of a configuration as checked.load() returns it."""
    from .system.reset import take_note
    from .system.safe_mode import is_safe_mode

    hub = Hub(config, machine)
    hub.faults += config["warnings"]
    hub.reset_reason = take_note()
    hub.is_safe = is_safe_mode()
    if hub.is_safe:
        hub.faults.append(
            "safe mode: five starts in a row failed, so there are no plugs, pins and buttons; "
            "the next start after 30 s is a usual one"
        )
        config = _bare(config)
    _add_services(hub, config)
    furnish(hub, _NOTHING, config)
    return hub


def furnish(hub, old, new):
    """Change the hub from one configuration to another; what is the same in both goes on."""
    for kind in ("rules", "inputs", "buttons", "scenes", "groups", "relays"):
        for item in _missing(old, new, kind):
            _remove(hub, kind, item)
    if old.get("led") != new["led"]:
        hub.led = None
    _furnish_plugs(hub, old, new)
    for kind in _SECTIONS:
        if new[kind] == old.get(kind):
            continue
        _end(hub, kind)
        if new[kind]:
            _with_pin(hub, BUILDERS[kind], new[kind], kind, new)
    for kind in _LISTS[1:]:
        for item in _missing(new, old, kind):
            _with_pin(hub, BUILDERS[kind], item, item["at"], new)
        _order(hub, kind, new)
    for item in new["plugs"]:  # a new button may have made one more important
        plug = hub.plugs[item["name"]]
        plug.seat.rank = _rank(plug.device, item, new)
    hub.links.rank()
    for secret in _secrets(new):
        log.keep_secret(secret)


def _bare(config):
    bare = dict(config)
    for kind in _LISTS:
        bare[kind] = []
    bare["led"] = None
    return bare


def _missing(of, other, kind):
    """Return the items of one configuration that the other one does not have."""
    known = [_content(item) for item in other.get(kind, ())]
    return [item for item in of.get(kind, ()) if _content(item) not in known]


def _content(item):
    return {key: item[key] for key in item if key != "at"}


def _secrets(config):
    _, secrets = split(config)
    return [secrets.get("wifi")] + list(secrets.get("plugs", {}).values())


def _end(hub, part):
    """End the jobs of a part of the home."""
    for job in hub.parts.pop(part, ()):
        hub.supervisor.remove(job)


def _remove(hub, kind, item):
    _end(hub, part(kind, item))
    targets = getattr(hub, kind, None)
    if targets:
        target = targets.pop(item["name"], None)
        if hasattr(target, "close"):
            target.close()


def _order(hub, kind, config):
    """Have the targets of a kind stand in the order of the configuration."""
    targets = getattr(hub, kind, None)
    if targets is not None:
        names = [item["name"] for item in config[kind] if item["name"] in targets]
        ordered = [(name, targets.pop(name)) for name in names]
        targets.update(OrderedDict(ordered))


def _with_pin(hub, build, settings, place, config):
    try:
        build(hub, settings, config)
    except ValueError as e:
        hub.faults.append("config.json: %s.pin: this board says: %s" % (place, e))


# --- what runs in every home ---


def _add_services(hub, config):
    from .meters import Meters
    from .system.state import State

    add = hub.supervisor.add
    hub.state = State()
    if hub.state.facts("holds"):
        hub.holds()  # what was to be turned back before the restart still is
    hub.meters = Meters(hub.plugs, config["poll"] * 1000)
    add("state", hub.state.keep, _STATE_PATIENCE_MS)
    add("connections", hub.links.run, _LINKS_PATIENCE_MS)
    add("meters", hub.meters.run, _METERS_PATIENCE_MS)
    if config["boot_button"] is not None:
        _add_boot_button(hub, config)


def _add_boot_button(hub, config):
    from .triggers.boot_button import BootButton

    number = config["boot_button"]
    if number in [item["pin"] for item in config["relays"] + config["inputs"]]:
        return  # the user has wired something else there
    is_bound = number in [item["pin"] for item in config["buttons"]]
    Pin = hub.machine.Pin
    pin = Pin(number, Pin.IN, Pin.PULL_UP)
    button = BootButton(pin, 0, hub.blink, hub.board, is_bound)
    hub.supervisor.add("boot button", button.run, _PIN_PATIENCE_MS)


# --- plugs ---


def _furnish_plugs(hub, old, new):
    """Plugs are told apart by their id: a new name or key is no new plug, and ends nothing."""
    before = {item["id"]: item for item in old.get("plugs", ())}
    kept = {}
    for item in new["plugs"]:
        was = before.get(item["id"])
        if was and _is_same_plug(was, item):
            plug = hub.plugs[was["name"]]
            kept[item["id"]] = plug
            plug.name = item["name"]
            if was["key"] != item["key"]:
                plug.device.use_key(item["key"])
    for id in before:
        if id not in kept and before[id]["name"] in hub.plugs:
            plug = hub.plugs[before[id]["name"]]
            hub.links.remove(plug.seat)
            plug.device.end_changes()
    hub.plugs.clear()
    for item in new["plugs"]:
        hub.plugs[item["name"]] = kept.get(item["id"]) or _make_plug(hub, item, new)


def _is_same_plug(was, item):
    return all([was[key] == item[key] for key in item if key not in ("at", "name", "key")])


def _make_plug(hub, item, config):
    from tuya.device import Device

    from .plug import Plug
    from .seeker import Seeker
    from .sockets import Seat
    from .system.state import Findings

    seeker = Seeker(hub.spare)
    device = Device(
        *(item["id"], item["address"], item["key"], item["version"], item["port"]),
        find=seeker.find,
    )
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
    for rule in config["rules"]:
        # A state that is watched has to be known at once, and not when its turn has come.
        bound += [rule[key][0] for key in ("when", "limit") if key in rule]
    for kind, triggers in (("buttons", GESTURES), ("inputs", EDGES)):
        for trigger in triggers:
            bound += [entry[trigger]["name"] for entry in config[kind] if entry[trigger]]
    if name in bound or item["connection"] == "always":
        return 0
    return 1 if device.version == "3.4" else 2

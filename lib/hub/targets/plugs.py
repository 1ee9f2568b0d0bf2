"""The component "plugs": how a plug is configured."""

from hub.config.marks import mark
from hub.system.state import Findings
from hub.targets.connections import Slot, slots_of
from hub.targets.plug import Plug
from tuya.device import Device
from tuya.port import const

_NEEDS = const(1850)  # bytes of heap
_NEEDS_CONNECTED = const(1750)
_NEEDS_KIND = const(400)
_NEEDS_POINT = const(220)

SCHEMA = (
    ("name", "target_name", ...),
    ("id", "device_id", ...),
    ("address", "address", None),
    ("key", "key", ...),
    ("version", ("one_of", "3.1", "3.2", "3.3", "3.4", "3.5"), None),
    ("port", "port", 6668),
    ("connection", ("one_of", "auto", "always"), "auto"),
    ("energy", ("one_of", "increments", "total", "power"), "increments"),
    ("kind", ("one_of", "outlet", "strip", "bulb", "cover", "climate", "custom"), None),
    ("mapping", "mapping", None),
    ("inverted", "flag", False),
    ("gateway", "text", None),
    ("node", "node", None),
    ("room", "text", None),
    ("cloud_fallback", "flag", False),
)
# What stands for what only some kinds have.
_KINDS = (("mapping", ("cover", "climate", "custom")), ("inverted", ("cover",)))
#: A plug is the same as long as its id is, and takes these without being built again.
IDENTITY = "id"
ADOPTED = ("name", "key", "gateway", "room")


def table_of(raw):
    """Return the table for an item: what is behind a gateway needs no key of its own."""
    if not isinstance(raw, dict) or not raw.get("gateway"):
        return SCHEMA
    return tuple([row if row[0] != "key" else ("key", "key", None) for row in SCHEMA])


def check(checker, config):
    """Take away what does not belong to a kind, and leave out what is nothing without more.

    Those behind a gateway come last: they are built with it.
    """
    good = []
    behind = []
    direct = {plug["name"]: plug for plug in config["plugs"] if not plug["gateway"]}
    for plug in config["plugs"]:
        for key, kinds in _KINDS:
            if plug[key] and plug["kind"] not in kinds:
                text = 'it belongs to the kind "%s"' % '" or "'.join(kinds)
                checker.fault("%s.%s" % (plug["at"], key), text)
                plug[key] = None
        if plug["cloud_fallback"] and (plug["gateway"] or not config["cloud"]):
            why = 'it wants "cloud", and no gateway in front of the device'
            checker.fault(plug["at"] + ".cloud_fallback", why)
            plug["cloud_fallback"] = False
        if plug["kind"] == "custom" and not plug["mapping"]:
            checker.fault(plug["at"] + ".mapping", 'missing: the kind "custom" is made of it')
        elif not plug["gateway"]:
            good.append(plug)
        elif not plug["node"]:
            checker.fault(plug["at"] + ".node", "missing: what the gateway calls it")
        elif plug["gateway"] not in direct:
            text = 'no plug is named "%s" that is not behind a gateway itself'
            checker.fault(plug["at"] + ".gateway", text % plug["gateway"])
        else:
            # It is built again when its gateway is.
            plug["via"] = mark(direct[plug["gateway"]], ("at", "name", "key"))
            behind.append(plug)
    config["plugs"] = good + behind


def needs(plugs, config):
    count = len([plug for plug in plugs if not plug["gateway"]])
    connected = min(count, slots_of(config))
    needed = len(plugs) * _NEEDS + connected * _NEEDS_CONNECTED
    for plug in plugs:
        if plug["kind"] not in (None, "outlet"):
            needed += _NEEDS_KIND + _NEEDS_POINT * len(plug["mapping"] or ())
    return needed


def build(hub, item, config):
    if item["gateway"]:
        from hub.targets.kinds.subdevice import build as build_behind

        plug = build_behind(hub, item, config)
    else:
        plug = _build(hub, item, config)
    if item["kind"]:
        plug.is_known = True
        plug.take_kind(item["kind"], item)
    return plug


def _build(hub, item, config):
    address = item["id"], item["address"], item["key"], item["version"], item["port"]
    if item["cloud_fallback"]:
        from hub.net.fallback import FallbackDevice

        device = FallbackDevice(*address, hub.find, lambda: hub.built("cloud"))
    else:
        device = Device(*address, find=hub.find)
    Findings(device, hub.state)
    poll_ms = config["shared_poll"] * 1000
    slot = Slot(device, poll_ms)
    make_meter = hub.meters.maker(item["energy"], poll_ms)
    plug = Plug(item["name"], device, hub.broadcast, slot, hub.connections, make_meter)
    hub.connections.add(slot)
    return plug


def settle(hub, config):
    """Rank the plugs, as the whole home stands now: a new button makes one more important."""
    bound = [relay[key] for relay in config["relays"] for key in ("follow", "drive")]
    # A state that a rule watches has to be known at once, and not when its turn has come.
    bound += config["watched"]
    for kind in ("buttons", "inputs"):
        for item in config[kind]:
            bound += [value["name"] for value in item.values() if isinstance(value, dict)]
    bound += [item["plug"] for item in config["outlets"] if item["name"] in bound]
    # Who is behind a gateway is connected with it.
    bound += [item["gateway"] for item in config["plugs"] if item["name"] in bound]
    for item in config["plugs"]:
        if item["gateway"]:
            continue
        slot = hub.targets.plugs[item["name"]].slot
        is_bound = item["name"] in bound or item["connection"] == "always"
        # Devices of 3.4 wedge when they are connected over and over.
        slot.rank = 0 if is_bound else 1 if slot.device.version == "3.4" else 2
    hub.connections.rank()
    rooms = {item["name"]: item["room"] for item in config["plugs"] if item["room"]}
    if rooms or hasattr(hub, "rooms"):
        hub.rooms = rooms  # which a home without rooms does not have

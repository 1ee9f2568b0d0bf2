"""The component "plugs": how a plug is configured."""

from hub.system.state import Findings
from hub.targets.connections import Slot, slots_of
from hub.targets.plug import Plug
from tuya.device import Device
from tuya.port import const

_NEEDS = const(1850)  # bytes of heap
_NEEDS_CONNECTED = const(1750)

SCHEMA = (
    ("name", "target_name", ...),
    ("id", "device_id", ...),
    ("address", "address", None),
    ("key", "key", ...),
    ("version", ("one_of", "3.1", "3.2", "3.3", "3.4", "3.5"), None),
    ("port", "port", 6668),
    ("connection", ("one_of", "auto", "always"), "auto"),
    ("energy", ("one_of", "increments", "total", "power"), "increments"),
    ("room", "text", None),
)
#: A plug is the same as long as its id is, and takes these without being built again.
IDENTITY = "id"
ADOPTED = ("name", "key", "room")


def needs(plugs, config):
    connected = min(len(plugs), slots_of(config))
    return len(plugs) * _NEEDS + connected * _NEEDS_CONNECTED


def build(hub, item, config):
    address = item["id"], item["address"], item["key"], item["version"], item["port"]
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
    for item in config["plugs"]:
        slot = hub.targets.plugs[item["name"]].slot
        is_bound = item["name"] in bound or item["connection"] == "always"
        # Devices of 3.4 wedge when they are connected over and over.
        slot.rank = 0 if is_bound else 1 if slot.device.version == "3.4" else 2
    hub.connections.rank()
    rooms = {item["name"]: item["room"] for item in config["plugs"] if item["room"]}
    if rooms or hasattr(hub, "rooms"):
        hub.rooms = rooms  # which a home without rooms does not have

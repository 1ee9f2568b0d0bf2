"""The component "inputs"."""

from hub.pins import trigger
from hub.pins.edge import Edge, Watched
from hub.pins.input import Input
from tuya.port import const

NEEDS = const(950)
SCHEMA = (
    ("name", "trigger_name", None),
    ("pin", "pin", ...),
    ("active", "level", 1),
    ("settle_ms", ("number", 1, 10000, "milliseconds"), 50),
    ("rise", None, None),
    ("fall", None, None),
)


def check(checker, config):
    trigger.check_triggers(checker, config, "inputs", trigger.EDGES)


def finish(checker, config):
    trigger.check_used(checker, config, "inputs", trigger.EDGES)


def build(hub, item, config):
    """Have the input run. Raises ValueError for a pin that the board does not have."""
    name = item["name"]
    pin, act, bound = trigger.wired(hub, item, "input", trigger.EDGES)
    tell = None
    if item.get("watched"):
        hub.inputs[name] = Input(name, hub.broadcast)
        tell = hub.inputs[name].put
    rise, fall = bound.get("rise"), bound.get("fall")
    edge = Edge(pin, item["active"], item["settle_ms"], act, rise, fall, tell)
    return Watched(hub.inputs, name, hub.supervisor.add(name, edge.run))

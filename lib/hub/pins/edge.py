"""An input that says something by its level: a latching switch, a motion sensor, a door."""

from hub.pins.input import Input
from hub.pins.trigger import bound_actions, check_triggers, check_used, input_pin, presser
from tuya.port import ThreadSafeFlag, const, sleep_ms

_NEEDS = const(950)  # bytes of heap

#: What can be bound to an input.
EDGES = ("rise", "fall")


class Edge:
    """Owns an input `pin`, which is up at the level `active`.

    `act(action)` is called with `rise` when it goes up and with `fall` when it goes down, at the
    first edge; what happens in the `settle_ms` after it counts only by where it ends. Actions may
    be None. The level at the start is no edge. `tell(is_up)`, if given, is told of the level.
    """

    def __init__(self, pin, active, settle_ms, act, rise, fall, tell=None):
        self._pin = pin
        self._active = active
        self._settle_ms = settle_ms
        self._act = act
        self._actions = (fall, rise)
        self._tell_level = tell
        self._flag = ThreadSafeFlag()

    async def run(self):
        """Watch the pin, for ever."""
        pin = self._pin
        pin.irq(handler=self._interrupt, trigger=pin.IRQ_FALLING | pin.IRQ_RISING)
        try:
            is_up = pin.value() == self._active
            if self._tell_level:
                self._tell_level(is_up)
            while True:
                await self._flag.wait()
                is_up = self._tell(not is_up)
                await sleep_ms(self._settle_ms)
                self._flag.clear()
                if (pin.value() == self._active) != is_up:
                    self._flag.set()
        finally:
            pin.irq(handler=None)

    def _tell(self, is_up):
        action = self._actions[is_up]
        if action:
            self._act(action)
        if self._tell_level:
            self._tell_level(is_up)
        return is_up

    def _interrupt(self, pin):
        self._flag.set()


# --- the component "inputs" ---

SCHEMA = (
    ("name", "trigger_name", None),
    ("pin", "pin", ...),
    ("active", "level", 1),
    ("settle_ms", ("number", 1, 10000, "milliseconds"), 50),
    ("rise", None, None),
    ("fall", None, None),
)


def check(checker, config):
    check_triggers(checker, config, "inputs", EDGES)


def finish(checker, config):
    check_used(checker, config, "inputs", EDGES)


def needs(inputs, config):
    return _NEEDS * len(inputs)


def build(hub, item, config):
    """Have the input run. Raises ValueError for a pin that the board does not have."""
    name = item["name"]
    pin = input_pin(hub.machine.Pin, item)
    tell = None
    if item.get("watched"):
        hub.inputs[name] = Input(name, hub.broadcast)
        tell = hub.inputs[name].put
    bound = bound_actions(item, EDGES)
    act = presser(hub, "input", name)
    rise, fall = bound.get("rise"), bound.get("fall")
    edge = Edge(pin, item["active"], item["settle_ms"], act, rise, fall, tell)
    return _Watched(hub.inputs, name, hub.supervisor.add(name, edge.run))


class _Watched:
    def __init__(self, inputs, name, job):
        self._inputs = inputs
        self._name = name
        self._job = job

    def close(self):
        self._inputs.pop(self._name, None)
        self._job.close()

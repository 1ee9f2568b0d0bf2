"""Devices of all kinds in memory, and the targets that the hub makes of them."""

from stub_device import StubDevice
from wire import ID

from hub.broadcast import Broadcast
from hub.targets.connections import Slot
from hub.targets.executor import Executor
from hub.targets.plug import Plug

BULB = {20: True, 21: "white", 22: 500, 23: 500, 24: "00f003e803e8"}
COVER = {1: "stop", 2: 40, 3: 40}
THERMOSTAT = {1: True, 2: 21, 3: 19, 4: "auto"}
STRIP = {1: True, 2: False, 3: True, 9: 0, 10: 0, 11: 0, 19: 957, 20: 2304}
FEEDER = {
    "1": {"code": "switch", "type": "Boolean"},
    "3": {"code": "manual_feed", "type": "Integer", "values": {"min": 1, "max": 12, "step": 1}},
    "4": {"code": "feed_state", "type": "Enum", "values": {"range": ["standby", "feeding"]}},
    "5": {
        "code": "va_temperature",
        "type": "Integer",
        "values": {"unit": "℃", "min": -200, "max": 600, "scale": 1},
    },
    "6": {"code": "speed", "type": "Enum", "values": {"range": ["low", "high"]}},
}


class Still:
    kwh = today = yesterday = None

    def tick(self):
        pass


class Connections:
    async def need(self, slot, ms):
        slot.task = self


def plug_of(device, word=None, broadcast=None, **settings):
    slot = Slot(device, 1000)
    make_meter = lambda device: (Still(), None)  # noqa: E731
    plug = Plug("it", device, broadcast or Broadcast(), slot, Connections(), make_meter)
    if word:
        plug.is_known = True
        plug.take_kind(word, settings)
    return plug


class Face(StubDevice):
    """A StubDevice with what a Plug asks of a connected one."""

    id = ID
    address = "192.0.2.5"
    version = "3.3"
    online = is_connected = True
    error = None
    is_looking = False
    heard_at = 0

    def subscribe(self, subscriber):
        self._subscribers.append(subscriber)

    def unsubscribe(self, subscriber):
        if subscriber in self._subscribers:
            self._subscribers.remove(subscriber)


def of_kind(hub, name, dps, word):
    """Make plug `name` of a FakeHub one with these DPs, of that kind; return both."""
    plug = hub.targets.plugs[name] = plug_of(Face(dps), word, hub.broadcast)
    plug.name = name
    return hub, plug


def home_of(*targets):
    by_name = {target.name: target for target in targets}
    return Executor(by_name.__getitem__, lambda is_needed: None, None)

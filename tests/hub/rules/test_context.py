"""What rules are told of a home, and how it does what they want."""

from collections import OrderedDict

from fake_time import FakeTime

from hub.broadcast import Broadcast
from hub.pins.input import Input
from hub.rules.context import Context
from hub.targets.relay import Relay
from hub.targets.target import Action
from tuya.changes import Observed
from tuya.errors import Offline
from tuya.port import sleep_ms

POWER, ONLINE = 19, 0


class Slot:
    is_persistent = True
    interval_ms = 300000


class Plug:
    lock = None

    def __init__(self):
        self.name = "lamp"
        self.slot = Slot()
        self.device = Observed()
        self.device.online = False
        self.device.error = None

    @property
    def on(self):
        return self.device.dps.get(1)


class Pin:
    def value(self, level=None):
        pass


class Hub:
    """As much of a Hub as rules want. `failures`: how often an action fails."""

    def __init__(self, failures=0):
        self.broadcast = Broadcast()
        self.inputs = OrderedDict()
        self.lamp = Plug()
        self.fan = Relay("fan", Pin(), 1, False, self.broadcast)
        self.targets = self.executor = self
        self.failures = failures
        self.tries = 0

    def find(self, name):
        return {"lamp": self.lamp, "fan": self.fan}[name]

    async def attempt(self, action, cause):
        self.tries += 1
        if self.tries <= self.failures:
            return False
        self.lamp.device.take({1: action.verb == "on"})
        return True


def test_what_is_known_of_targets():
    hub = Hub()
    home = Context(hub, 10000)
    assert home.read("nothing", None) == (None, None)
    assert home.read("fan", None) == (False, None)
    hub.inputs["door"] = Input("door", hub.broadcast)
    assert home.read("door", None) == (None, None)
    hub.inputs["door"].put(True)
    assert home.read("door", None) == (True, None)


async def test_a_measure_is_known_for_twice_the_time_between_two_of_them():
    with FakeTime():
        hub = Hub()
        home = Context(hub, 10000)
        device = hub.lamp.device
        assert home.read("lamp", ONLINE) == (None, None)  # it was never reached
        device.error = Offline("gone")
        assert home.read("lamp", ONLINE) == (False, None)
        assert home.read("lamp", POWER)[0] is None
        device.online, device.error = True, None
        device.take({1: True, 19: 957})
        value, left = home.read("lamp", POWER)
        assert value == 957 and 19000 < left <= 20001
        assert home.read("lamp", None) == (True, None)
        await sleep_ms(19000)
        assert home.read("lamp", POWER)[0] == 957
        await sleep_ms(2000)
        value, again_ms = home.read("lamp", POWER)
        assert value is None and again_ms > 0
        hub.lamp.slot.is_persistent = False  # it shares a connection: measured every 300 s
        assert home.read("lamp", POWER)[0] == 957
        for spoiled in (True, "957", 95.7, None):
            device.take({19: spoiled})
            assert home.read("lamp", POWER)[0] is None, spoiled


async def done(home):
    for _ in range(100):
        if not home._tasks:
            return
        await sleep_ms(1000)
    raise AssertionError("it goes on for ever")


async def test_what_fails_is_tried_again_for_a_minute():
    for failures, tries in ((0, 1), (3, 4), (99, 5)):
        with FakeTime():
            hub = Hub(failures)
            home = Context(hub, 10000)
            home.act(Action("lamp", "on"), None)
            await done(home)
            assert hub.tries == tries, failures


async def test_a_press_meanwhile_ends_the_tries_and_so_does_a_newer_rule_and_a_lock():
    with FakeTime():
        hub = Hub(99)
        home = Context(hub, 10000)
        hub.lamp.device.online = True
        hub.lamp.device.take({1: False})
        home.act(Action("lamp", "on"), None)
        await sleep_ms(1000)
        hub.lamp.device.take({1: True})
        hub.lamp.device.take({1: True})
        await done(home)
        assert hub.tries == 1
        hub.tries = 0
        home.act(Action("lamp", "on"), None)
        await sleep_ms(1000)
        home.act(Action("lamp", "off"), None)
        await done(home)
        assert hub.tries == 6  # one of the first, five of the second
        hub.tries = 0
        home.lock("lamp", "locked by rule a")
        home.lock("nothing", "locked by rule a")
        home.act(Action("lamp", "on"), None)
        await done(home)
        assert hub.tries == 1 and hub.lamp.lock == "locked by rule a"


def test_notices_are_the_last_few():
    hub = Hub()
    home = Context(hub, 10000)
    changes = hub.broadcast.listen()
    for i in range(10):
        home.notify("number %d" % i)
    assert [notice["text"] for notice in hub.notices.last] == [
        "number %d" % i for i in range(4, 10)
    ]
    assert None in changes._pending
    changes.close()

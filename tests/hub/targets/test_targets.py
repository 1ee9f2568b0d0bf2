import asyncio

from fake_time import FakeTime
from wire import ID, KEY, Wire, Wires, nobody

from hub.broadcast import Broadcast
from hub.pins.led import LED
from hub.targets.connections import Slot
from hub.targets.executor import Executor
from hub.targets.plug import Plug
from hub.targets.relay import Relay
from hub.targets.target import Action
from tuya.device import Device
from tuya.errors import NoResources
from tuya.port import sleep_ms


class Pin:
    def __init__(self):
        self.levels = []

    def value(self, level):
        self.levels.append(level)


class Still:
    """A meter that measures nothing."""

    def tick(self):
        pass


class Connections:
    """Everybody has a connection already, unless there is none."""

    is_full = False

    async def need(self, slot, ms):
        slot.task = None if self.is_full else self


def plug_on(wire, broadcast):
    device = Device(ID, "192.0.2.5", KEY, connect=Wires(wire).connect, find=nobody)
    return Plug(
        "lamp",
        device,
        broadcast,
        Slot(device, 1000),
        Connections(),
        lambda device: (Still(), None),
    )


async def test_a_plug_that_gets_no_connection_is_not_to_blame():
    plug = plug_on(Wire(), Broadcast())
    plug._connections.is_full = True
    try:
        await plug.switch(True)
    except NoResources as e:
        assert "no connection was free" in e.seen
    else:
        raise AssertionError("it was switched without a connection")


def finder(*targets):
    return {target.name: target for target in targets}.__getitem__


async def test_a_relay_starts_in_its_boot_state_and_tells_changes():
    broadcast = Broadcast()
    pin = Pin()
    relay = Relay("fan", pin, 0, False, broadcast)
    async with broadcast.listen() as changes:
        await relay.switch(True)
        assert await changes.__anext__() == {"fan": relay}
    assert pin.levels == [1, 0] and relay.on is True


async def test_a_visit_begins_when_there_is_a_network():
    wires = Wires(Wire({1: True}))

    async def connect(host, port, timeout_ms):
        if not has_network:
            raise OSError(118, "no route")  # as lwIP says it
        return await wires.connect(host, port, timeout_ms)

    has_network = False
    with FakeTime():
        plug = plug_on(None, Broadcast())
        plug.device._connect = connect
        slot = plug.slot
        async with plug.device:
            await sleep_ms(60000)
            assert "no network" in plug.reason and "not to blame" in plug.reason
            assert not slot.has_failed and not slot.is_visited
            has_network = True
            await sleep_ms(2500)
            assert plug.on is True
            await sleep_ms(2500)
            assert slot.is_visited


async def test_toggle_turns_around_what_is_confirmed_or_was_just_asked_for():
    wire = Wire({1: True})
    with FakeTime():
        plug = plug_on(wire, Broadcast())
        async with plug.device:
            await plug.device.status()
            assert plug.on is True
            toggle = Action("lamp", "toggle")
            executor = Executor(finder(plug), lambda is_needed: None, None)
            await executor.perform(toggle, "a test")
            assert plug.on is False and plug.cause == "a test"
            # The second tap comes before the plug has answered the first.
            first = asyncio.create_task(executor.perform(toggle, "a test"))
            await sleep_ms(0)
            second = asyncio.create_task(executor.perform(toggle, "a test"))
            await first
            await second
            assert plug.on is False
            wire.push({1: True})
            await sleep_ms(100)
            assert plug.on is True and plug.cause == "by itself"


async def test_led_shows_the_press_the_state_and_three_blinks_for_a_failure():
    relay = Relay("fan", Pin(), 1, False, Broadcast())
    pin = Pin()
    with FakeTime():
        led = LED(pin, 1, finder(relay), "fan", lambda: True)
        task = asyncio.create_task(led.run(lambda: None))
        await sleep_ms(1)
        led.press()
        assert pin.levels[-1] == 1
        led.release(failed=False)  # it shows at once how things are
        assert pin.levels[-1] == 0
        led.press()
        del pin.levels[:]
        led.release(failed=True)
        await sleep_ms(800)
        assert pin.levels[:6] == [1, 0, 1, 0, 1, 0] and pin.levels[-1] == 0
        task.cancel()
        await sleep_ms(0)


async def test_led_blinks_without_wifi():
    pin = Pin()
    with FakeTime():
        led = LED(pin, 1, finder(), None, lambda: False)
        task = asyncio.create_task(led.run(lambda: None))
        await sleep_ms(3100)
        task.cancel()
        await sleep_ms(0)
    assert pin.levels[1:7] == [1, 0, 1, 0, 1, 0]

import asyncio

from fake_time import FakeTime
from wire import ID, KEY, Wire, Wires

from hub.pins.led import LED
from hub.targets.action import Action, run
from hub.targets.broadcast import Broadcast
from hub.targets.connections import Seat
from hub.targets.plug import Plug
from hub.targets.relay import Relay, follow
from tuya.device import Device
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


class Links:
    """Everybody has a connection already."""

    async def need(self, seat, ms):
        pass


def plug_on(wire, broadcast):
    device = Device(ID, "192.0.2.5", KEY, connect=Wires(wire).connect)
    return Plug(
        "lamp", device, broadcast, Seat(device, 0, 1000), Links(), lambda device: (Still(), None)
    )


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
        seat = plug.seat
        async with plug.device:
            await sleep_ms(60000)
            assert "no network" in plug.reason and "not to blame" in plug.reason
            assert not seat.has_failed and not seat.is_visited
            has_network = True
            await sleep_ms(2500)
            assert plug.on is True
            await sleep_ms(2500)
            assert seat.is_visited


async def test_toggle_turns_around_what_is_confirmed_or_was_just_asked_for():
    wire = Wire({1: True})
    with FakeTime():
        plug = plug_on(wire, Broadcast())
        async with plug.device:
            await plug.device.status()
            assert plug.on is True
            toggle = Action("lamp", "toggle")
            assert await run(toggle, plug) is False
            assert plug.on is False
            # The second tap comes before the plug has answered the first.
            first = asyncio.create_task(run(toggle, plug))
            await sleep_ms(0)
            second = asyncio.create_task(run(toggle, plug))
            await first
            await second
            assert plug.on is False


async def test_a_relay_follows_a_plug_and_a_plug_a_relay():
    wire = Wire({1: False})
    with FakeTime():
        broadcast = Broadcast()
        plug = plug_on(wire, broadcast)
        relay = Relay("fan", Pin(), 1, False, broadcast)
        find = finder(plug, relay)

        async def perform(action):
            await run(action, find(action.name))

        async with plug.device:
            await plug.device.status()
            tasks = [
                asyncio.create_task(follow("lamp", "fan", find, perform, broadcast)),
                asyncio.create_task(follow("fan", "lamp", find, perform, broadcast)),
            ]
            await sleep_ms(1)
            wire.push({1: True})
            await sleep_ms(1000)
            assert relay.on is True
            await relay.switch(False)
            await sleep_ms(1000)
            assert plug.on is False
            for task in tasks:
                task.cancel()


async def test_led_shows_the_press_the_state_and_three_blinks_for_a_failure():
    relay = Relay("fan", Pin(), 1, False, Broadcast())
    pin = Pin()
    with FakeTime():
        led = LED(pin, 1, finder(relay), "fan", lambda: True)
        task = asyncio.create_task(led.run(lambda: None))
        await sleep_ms(1)
        led.press()
        assert pin.levels[-1] == 1
        led.release(failed=False)
        await sleep_ms(10)
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

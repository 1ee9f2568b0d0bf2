"""How often a device is connected to that somebody wants all the time."""

import asyncio

from fake_time import FakeTime
from wire import CONTROL, DP_QUERY, DP_QUERY_NEW, HEART_BEAT, ID, KEY, Wire

from tuya.device import Device
from tuya.errors import TuyaError
from tuya.port import sleep_ms, ticks_add, ticks_diff, ticks_ms

OTHER_KEY = "fedcba9876543210"


class Network:
    def __init__(self, make):
        self.make = make
        self.wires = []
        self.opened_at = []
        self.time = None

    async def connect(self, address, port, timeout_ms):
        self.wires.append(self.make())
        self.opened_at.append(self.time.ticks_ms())
        return self.wires[-1]

    async def find(self, id, address, ms, version=None):
        await sleep_ms(ms)

    def device(self, version="3.3"):
        return Device(ID, "192.0.2.5", KEY, version, connect=self.connect, find=self.find)


def brief(version="3.3"):
    """Make a wire of a device that closes after each answer."""
    wire = Wire(version=version)
    answer = wire._answer

    def once(command, payload):
        answer(command, payload)
        if command in (DP_QUERY, DP_QUERY_NEW):
            wire.hang_up()

    wire._answer = once
    return wire


async def polled(device, every_ms, ms):
    """Ask a device on and on; return how many times it has answered."""
    count = 0
    until = ticks_add(ticks_ms(), ms)
    while ticks_diff(until, ticks_ms()) > 0:
        await sleep_ms(every_ms)
        try:
            await device.status()
            count += 1
        except TuyaError:
            pass
    return count


async def test_who_wants_a_failing_device_does_not_have_it_connected_on_and_on():
    def full():
        wire = Wire()
        wire.hang_up()
        return wire

    for make, most in ((full, 18), (brief, 18), (lambda: Wire(key=OTHER_KEY), 5)):
        network = Network(make)
        with FakeTime() as network.time:
            async with network.device() as device:
                await polled(device, 100, 30000)
                assert len(network.wires) <= most, (make, len(network.wires))


async def test_the_first_failure_after_a_lasting_connection_is_made_good_at_once():
    network = Network(Wire)
    with FakeTime() as network.time:
        async with network.device() as device:
            for _ in range(5):
                await sleep_ms(12000)
                network.wires[-1].hang_up()
                await sleep_ms(10)
                began = network.time.ticks_ms()
                await device.status()
                assert ticks_diff(network.time.ticks_ms(), began) < 700


async def test_short_connections_do_not_make_the_pause_short_again():
    def dying():
        wire = Wire()
        deaths.append(asyncio.create_task(die(wire)))
        return wire

    deaths = []

    async def die(wire):
        await sleep_ms(3000)
        wire.hang_up()

    network = Network(dying)
    with FakeTime() as network.time:
        async with network.device():
            await sleep_ms(240000)
    assert len(network.wires) <= 12


async def test_a_device_that_closes_after_each_answer_is_polled_and_stays_online():
    for version in ("3.1", "3.3", "3.4", "3.5"):
        network = Network(lambda version=version: brief(version))
        with FakeTime() as network.time:
            async with network.device(version) as device:
                await polled(device, 10000, 40000)
                opened = len(network.wires)
                states = []
                async with device.changes() as changes:
                    assert await polled(device, 10000, 60000) == 6, version
                    while await changes.within(10) is not None:
                        states.append(device.online)
                    await sleep_ms(120000)
                assert device.online and set(states) == {True}
                # Each answer has had a connection of its own, and nobody else one before long.
                assert 6 <= len(network.wires) - opened <= 12, version
                await device.set({1: True})
                assert device.dps[1] is True
        assert HEART_BEAT not in network.wires[-1].commands()
        assert CONTROL in network.wires[-1].commands() or version >= "3.4"


async def test_a_connection_that_is_begun_again_keeps_the_pace():
    """As the pool does with plugs that take turns."""

    def full():
        wire = Wire()
        wire.hang_up()
        return wire

    network = Network(full)
    with FakeTime() as network.time:
        device = network.device()
        for _ in range(100):
            task = asyncio.create_task(device.run())
            await sleep_ms(200)
            task.cancel()
            await sleep_ms(100)
    assert len(network.wires) <= 31

"""A device that has got another address is followed there, once it has proved who it is."""

import asyncio
import errno

from fake_time import FakeTime
from wire import ID, KEY, Wire

from tuya.device import Device
from tuya.discovery import Found
from tuya.errors import BadFrame, Offline, TuyaError
from tuya.port import sleep_ms, wait_for_ms

OLD, NEW = "192.0.2.5", "192.0.2.9"


class Network:
    """`hosts`: address to what makes the wire that is connected there, None for silence."""

    def __init__(self, hosts):
        self.hosts = hosts
        self.tried = []
        self.announced = None
        self.version = "3.3"
        self.searches = 0

    async def connect(self, address, port, timeout_ms):
        self.tried.append(address)
        make = self.hosts.get(address)
        if not make:
            await sleep_ms(timeout_ms)
            raise OSError(errno.EHOSTUNREACH, "nobody is there")
        return make()

    async def find(self, id, address, ms, version=None):
        self.searches += 1
        await sleep_ms(min(ms, 400))
        return self.announced and Found(id, self.announced, self.version, "")


def device_on(network, address=OLD, key=KEY, version="3.3"):
    return Device(ID, address, key, version, connect=network.connect, find=network.find)


async def online(device, within_ms=20000):
    while not device.online:
        await sleep_ms(50)
        within_ms -= 50
        assert within_ms > 0, device.error


async def test_it_is_followed_to_where_it_announces_itself():
    network = Network({NEW: Wire})
    network.announced = NEW
    with FakeTime():
        async with device_on(network) as device:
            await online(device, 10000)
            assert device.address == NEW


async def test_without_an_address_it_is_looked_for():
    network = Network({NEW: Wire})
    network.announced = NEW
    with FakeTime():
        async with device_on(network, None) as device:
            await online(device, 10000)
            assert device.address == NEW and network.tried == [NEW]


async def test_who_only_says_to_be_the_device_is_not_believed():
    network = Network({NEW: lambda: Wire(key="another-key-16ch")})
    network.announced = NEW
    with FakeTime():
        async with device_on(network) as device:
            await sleep_ms(8000)
            assert NEW in network.tried and network.tried[-1] == OLD
            assert device.address == OLD and isinstance(device.error, Offline)
            network.hosts = {OLD: Wire}
            await online(device)
            assert device.address == OLD


async def test_a_press_looks_for_it_at_once_and_fails_within_its_time():
    network = Network({OLD: Wire})
    with FakeTime() as time:
        async with device_on(network) as device:
            await device.status()
            network.hosts = {}
            device._link.fail(Offline("gone"))
            await sleep_ms(47000)
            began, searches = time.ticks_ms(), network.searches
            try:
                await device.set({1: True})
            except TuyaError:
                assert time.ticks_ms() - began < 2500
            assert network.searches == searches + 1
            network.hosts = {NEW: Wire}
            network.announced = NEW
            await sleep_ms(6000)
            device._attempts._searched_at = None
            await device.set({1: True})
            assert device.address == NEW and device.dps[1] is True


async def test_a_new_key_is_taken_without_a_new_device():
    wires = []

    def make():
        wires.append(Wire(key="another-key-16ch"))
        wires[-1]._theirs = wires[-1].codec
        return wires[-1]

    network = Network({OLD: make})
    with FakeTime():
        async with device_on(network) as device:
            await sleep_ms(30000)
            assert not device.online
            device.use_key("another-key-16ch")
            await wait_for_ms(asyncio.create_task(online(device)), 3000)


async def test_pushes_are_counted_also_when_they_change_nothing():
    wire = Wire()
    pushes = []
    with FakeTime():
        async with device_on(Network({OLD: lambda: wire})) as device:
            await device.status()
            device.on_push = pushes.append
            wire.push({17: 5})
            wire.push({17: 5})
            await sleep_ms(10)
            await device.status()
    assert pushes == [{17: 5}, {17: 5}]


async def test_an_address_that_another_host_has_got_does_not_close_the_lan():
    def refuse():
        raise OSError(errno.ECONNREFUSED, "ECONNREFUSED")

    network = Network({OLD: refuse, NEW: Wire})
    network.announced = NEW
    told = []
    with FakeTime():
        device = device_on(network)
        device._attempts._look = lambda every_ms: None  # as where no socket is free for it
        async with device, device.changes() as changes:
            for _ in range(600):
                await changes.within(100)
                told.append(type(device.error).__name__)
    assert "LanClosed" not in told and device.address == NEW


async def test_a_device_whose_address_another_one_has_got_is_followed():
    for version in ("3.3", "3.4", "3.5"):
        network = Network(
            {
                OLD: lambda version=version: stranger(version),
                NEW: lambda version=version: Wire(version=version),
            }
        )
        network.announced = NEW
        network.version = version
        with FakeTime():
            async with device_on(network, version=version) as device:
                await online(device, 30000)
                assert device.address == NEW


def stranger(version):
    wire = Wire(key="another-key-16ch", version=version)
    wire._theirs = wire.codec
    send = wire.send

    def hang_up(data):
        try:
            send(data)
        except BadFrame:
            wire.hang_up()

    wire.send = hang_up
    return wire

"""Many plugs on few slots. Devices are played: what they open is counted."""

import asyncio

from fake_hub import FakeMemory
from fake_time import FakeTime

from hub.targets.connections import Connections, Slot
from tuya.port import sleep_ms


class Device:
    """Connects in `connect_ms`; `absent` ones try for ever, as tuya.Device does."""

    open = 0
    most = 0

    def __init__(self, id, connect_ms=100, absent=False):
        self.id = id
        self.connect_ms = connect_ms
        self.absent = absent
        self.is_connected = self.is_looking = False
        self.connections = 0
        self.slot = None

    async def run(self):
        while True:
            Device.open += 1
            Device.most = max(Device.most, Device.open)
            try:
                await sleep_ms(self.connect_ms)
                if not self.absent:
                    self.connections += 1
                    self.is_connected = True
                    await asyncio.Event().wait()
            finally:
                self.is_connected = False
                Device.open -= 1
            self.slot.has_failed = True
            await sleep_ms(1000)


class Home:
    def __init__(self, count, devices, ranks=None, interval_ms=300000, left=40000, is_low=False):
        Device.open = Device.most = 0
        memory = FakeMemory(left)
        memory.is_low = is_low
        self.connections = Connections(count, memory)
        self.devices = devices
        for i, device in enumerate(devices):
            device.slot = Slot(device, interval_ms, ranks[i] if ranks else 2)
            self.connections.add(device.slot)
        self.connections.rank()
        self.task = asyncio.create_task(self.connections.run(lambda: None))

    async def press(self, device):
        """Press: return the ms until the device is connected, at most 2000."""
        device.slot.pressed += 1
        await self.connections.need(device.slot, 2000)
        waited = 0
        while not device.is_connected and waited < 2000:
            await sleep_ms(10)
            waited += 10
        device.slot.pressed -= 1
        return waited

    def connected(self):
        return [device.id for device in self.devices if device.is_connected]

    async def end(self):
        self.task.cancel()
        for device in self.devices:
            self.connections.remove(device.slot)
        await sleep_ms(10)
        assert Device.open == 0


def devices(count, **more):
    return [Device(i, **more) for i in range(count)]


async def test_as_many_as_there_are_slots_stay_connected():
    with FakeTime():
        home = Home(5, devices(5))
        await sleep_ms(3600000)
        assert home.connected() == [0, 1, 2, 3, 4]
        assert [device.connections for device in home.devices] == [1] * 5
        await home.end()


async def test_of_many_the_first_in_rank_stay_connected_and_the_others_are_polled_in_turn():
    with FakeTime():
        home = Home(4, devices(24), ranks=[2] * 20 + [0, 0, 1, 2])
        await sleep_ms(3600000)
        assert Device.most <= 4
        lasting = [device for device in home.devices if device.slot.is_persistent]
        assert [device.id for device in lasting] == [20, 21, 22]
        assert all([device.connections == 1 for device in lasting])
        for device in home.devices[:20]:
            # Once at the start and then every 5 minutes: no more, no less.
            assert 12 <= device.connections <= 13, (device.id, device.connections)
        await home.end()


async def test_one_that_has_become_important_stays_connected_from_then_on():
    with FakeTime():
        home = Home(3, devices(6), ranks=[0, 1, 2, 2, 2, 2])
        await sleep_ms(60000)
        home.devices[5].slot.rank = 0
        home.connections.rank()
        await sleep_ms(60000)
        count = home.devices[5].connections
        await sleep_ms(3600000)
        lasting = [device.id for device in home.devices if device.slot.is_persistent]
        assert lasting == [0, 5] and home.devices[5].connections == count
        await home.end()


async def test_absent_ones_cost_the_others_nothing():
    with FakeTime():
        many = devices(12)
        for device in many[3:7]:
            device.absent, device.connect_ms = True, 3000
        home = Home(4, many, ranks=[0, 0, 0] + [2] * 9)
        await sleep_ms(1800000)
        assert all([device.connections == 1 for device in many[:3]])
        assert all([6 <= device.connections <= 7 for device in many[7:]])
        assert Device.most <= 4
        await home.end()


async def test_a_press_gets_a_slot_at_once_from_the_one_idle_for_longest():
    with FakeTime():
        home = Home(4, devices(8), ranks=[0, 0, 0] + [2] * 5)
        await sleep_ms(60000)
        home.devices[0].slot.used_at = home.devices[2].slot.used_at = home.devices[1].slot.used_at
        before = home.connected()
        assert before[:3] == [0, 1, 2]
        wanted = [device for device in home.devices if not device.is_connected]
        for device in wanted:
            assert await home.press(device) <= 150
        assert Device.most <= 4
        # Who lost a lasting connection has it again when it is quiet.
        await sleep_ms(90000)
        assert home.connected()[:3] == [0, 1, 2]
        await home.end()


async def test_more_presses_than_slots_are_served_one_after_the_other():
    with FakeTime():
        home = Home(3, devices(9))
        await sleep_ms(5000)
        waits = await asyncio.gather(*[home.press(device) for device in home.devices])
        assert max(waits) < 2000 and Device.most <= 3
        await home.end()


async def test_a_press_takes_the_slot_of_a_poll_under_way():
    with FakeTime():
        many = devices(6)
        for device in many[2:5]:
            device.absent, device.connect_ms = True, 3000
        home = Home(3, many, ranks=[0, 0, 2, 2, 2, 2])
        await sleep_ms(200)
        home.devices[0].slot.pressed = home.devices[1].slot.pressed = 1  # both are busy
        assert await home.press(many[5]) <= 150
        home.devices[0].slot.pressed = home.devices[1].slot.pressed = 0
        await home.end()


async def test_one_that_is_released_stays_free_until_its_time_or_a_press():
    with FakeTime():
        home = Home(4, devices(3))
        await sleep_ms(1000)
        device = home.devices[1]
        home.connections.release(device.slot, 60000)
        await sleep_ms(59000)
        assert not device.is_connected and device.connections == 1
        await sleep_ms(3000)
        assert device.is_connected
        home.connections.release(device.slot, 60000)
        await sleep_ms(1000)
        assert await home.press(device) <= 150
        await home.end()


async def test_slots_come_back_whatever_happens():
    with FakeTime():
        home = Home(2, devices(5))
        for _ in range(50):
            for device in home.devices:
                home.connections.release(device.slot, 10)
            await sleep_ms(0)
            await home.press(home.devices[3])
        extra = Device(9)
        extra.slot = Slot(extra, 0, 300000)
        home.connections.add(extra.slot)
        home.connections.remove(extra.slot)  # before it has begun
        await sleep_ms(60000)
        assert Device.most <= 2 and home.connections.taken == (Device.open, 2)
        await home.end()
        assert home.connections.taken == (0, 2)


async def test_connections_give_way_one_by_one_and_a_press_has_its_own():
    with FakeTime():
        home = Home(5, devices(5))
        await sleep_ms(1000)
        await home.press(home.devices[0])
        home.connections.pause()
        assert home.connections.let_go() and home.connections.let_go()
        await sleep_ms(5000)
        assert home.connected() == [0, 3, 4]
        assert await home.press(home.devices[1]) < 500
        assert home.connected() == [0, 1, 3, 4]
        while home.connections.let_go():
            await sleep_ms(1)
        await sleep_ms(5000)
        assert home.connected() == []
        home.connections.resume()
        await sleep_ms(1000)
        assert home.connected() == [0, 1, 2, 3, 4]
        await home.end()


async def test_while_it_is_paused_nobody_goes_on_greeting():
    with FakeTime():
        slow, absent, quick = Device(0, 3000), Device(1, 60000, absent=True), Device(2)
        home = Home(3, [slow, absent, quick])
        await sleep_ms(1000)
        assert Device.open == 3 and home.connected() == [2]
        quick.slot.pressed += 1  # it has no part in this
        home.connections.pause()
        assert home.connections.let_go()  # what they hold is still to come back
        await sleep_ms(1)
        assert not home.connections.let_go()
        quick.slot.pressed -= 1
        await sleep_ms(5000)
        assert Device.open == 1 and home.connected() == [2]
        assert await home.press(slow) == 2000  # who is pressed is tried all the same
        home.connections.resume()
        await sleep_ms(4000)
        assert Device.open == 3 and home.connected() == [0, 2]
        await home.end()


async def test_with_little_heap_one_is_greeted_after_the_other_and_a_press_does_not_wait():
    with FakeTime():
        home = Home(5, devices(5, connect_ms=900), left=7000)
        await sleep_ms(50)
        assert Device.open == 1
        waited = await home.press(home.devices[4])
        assert waited <= 1000 and home.connected() == [0, 4]
        await sleep_ms(600)
        assert Device.open == 3 and home.connected() == [0, 4]
        await sleep_ms(6000)
        assert home.connected() == [0, 1, 2, 3, 4]
        await home.end()


async def test_where_the_network_is_short_of_memory_one_is_greeted_after_the_other():
    with FakeTime():
        home = Home(5, devices(5, connect_ms=900), is_low=True)
        await sleep_ms(50)
        assert Device.open == 1
        await sleep_ms(6000)
        assert home.connected() == [0, 1, 2, 3, 4]
        await home.end()


async def test_an_absent_one_does_not_keep_others_from_being_greeted_where_heap_is_short():
    with FakeTime():
        many = devices(3)
        many[0].absent, many[0].connect_ms = True, 3000
        home = Home(5, many, left=7000)
        await sleep_ms(6000)
        assert home.connected() == [1, 2]
        await home.end()


async def test_a_broker_takes_one_of_the_slots_and_gives_it_back():
    with FakeTime():
        home = Home(4, [Device(i) for i in range(4)])
        await sleep_ms(3000)
        assert Device.open == 4
        home.connections.count = 3
        home.connections.rank()
        await sleep_ms(5000)
        assert Device.open == 3 and home.connections.taken == (3, 3)
        assert sum([device.slot.is_persistent for device in home.devices]) == 2
        home.connections.count = 4
        home.connections.rank()
        await sleep_ms(5000)
        assert Device.open == 4
        home.task.cancel()

"""Plugs that have moved are looked for with one socket. What plugs say is played."""

import asyncio

from fake_time import FakeTime

import tuya.search as module
from hub.targets import connections
from tuya.discovery import Found
from tuya.port import sleep_ms, ticks_diff, ticks_ms


class Air:
    """What plugs say by UDP: every `period_ms` on a port, or on 7000 when they are asked."""

    def __init__(self):
        self.open = 0
        self.most = 0
        self.began_at = ticks_ms()
        self.sayings = []  # (id, port, period in ms, phase in ms)
        self.asked = []
        self.fails = 0

    def broadcast(self, id, port, period_ms, phase_ms):
        self.sayings.append((id, port, period_ms, phase_ms))

    def discover(self, ms, addresses=(), ports=()):
        if self.fails:
            self.fails -= 1
            raise OSError(23)
        return Listening(self, ms, addresses, ports)


class Listening:
    def __init__(self, air, ms, addresses, ports):
        assert len(ports) == 1
        self._air = air
        self._port = ports[0]
        self._until = ms
        self._passed = 0
        self._new = [id for id, port, _, _ in air.sayings if port == 7000 == self._port]
        air.asked += addresses
        air.open += 1
        air.most = max(air.most, air.open)

    def close(self):
        self._air.open -= 1

    def __aiter__(self):
        return self

    async def __anext__(self):
        while not self._new:
            if self._passed >= self._until:
                raise StopAsyncIteration
            for id, port, period_ms, phase_ms in self._air.sayings:
                at = ticks_diff(ticks_ms(), self._air.began_at) + phase_ms
                if port == self._port and port != 7000 and at % period_ms < 40:
                    self._new.append(id)
            self._passed += 40
            await sleep_ms(40)
        return Found(self._new.pop(0), "192.0.2.77", "3.3", "")


class Home:
    def __init__(self):
        self.air = Air()
        self.spare = asyncio.Lock()
        self.find = connections.Finder(self.spare).find

    def __enter__(self):
        self._real = module.discover, connections.unload
        module.discover = self.air.discover
        connections.unload = lambda *names: None  # what is played here would go as well
        return self

    def __exit__(self, *exception):
        module.discover, connections.unload = self._real

    async def looked_for(self, ids, apart_ms=0):
        tasks = []
        for id in ids:
            tasks.append(asyncio.create_task(self.find(id, "192.0.2.7", 8000)))
            await sleep_ms(apart_ms)
        return [found and found.id for found in await asyncio.gather(*tasks)]

    async def is_quiet(self):
        await sleep_ms(3000)
        return not self.spare.locked() and not self.air.open and self.air.most <= 1


async def test_eight_that_have_moved_are_found_with_one_socket_at_the_same_time():
    with FakeTime(), Home() as home:
        ids = list("abcdefgh")
        for i, id in enumerate(ids):
            if i % 2:
                home.air.broadcast(id, 6667, 5000 + 400 * i, 700 * i)
            else:
                home.air.broadcast(id, 7000, 0, 0)
        start = ticks_ms()
        assert await home.looked_for(ids, apart_ms=400) == ids
        assert ticks_diff(ticks_ms(), start) < 15000
        assert set(home.air.asked) == {"192.0.2.7"}
        assert await home.is_quiet()


async def test_those_of_3_1_are_heard_in_the_clear_beside_others():
    with FakeTime(), Home() as home:
        home.air.broadcast("old", 6666, 5000, 2000)
        home.air.broadcast("new", 6667, 5000, 1000)
        looking = [home.find(id, None, 8000, v) for id, v in (("old", "3.1"), ("new", "3.3"))]
        found = await asyncio.gather(*looking)
        assert [each.id for each in found] == ["old", "new"]
        assert await home.is_quiet()


async def test_nobody_is_found_while_the_clock_has_the_socket():
    with FakeTime(), Home() as home:
        home.air.broadcast("a", 7000, 0, 0)
        await home.spare.acquire()
        assert await home.looked_for(["a"]) == [None]
        home.spare.release()
        assert await home.looked_for(["a"]) == ["a"]
        assert await home.is_quiet()


async def test_who_is_cancelled_and_a_lack_of_sockets_leave_nothing_behind():
    with FakeTime(), Home() as home:
        home.air.broadcast("a", 7000, 0, 0)
        task = asyncio.create_task(home.find("gone", None, 8000))
        await sleep_ms(100)
        task.cancel()
        assert await home.is_quiet()
        home.air.fails = 2
        assert await home.looked_for(["a"]) == ["a"]
        assert await home.is_quiet()


async def test_a_search_that_cannot_begin_leaves_the_socket_to_others():
    def fail(end):
        raise MemoryError

    real = module.Search
    with FakeTime(), Home() as home:
        home.air.broadcast("a", 7000, 0, 0)
        module.Search = fail
        try:
            await home.find("a", None, 8000)
        except MemoryError:
            assert not home.spare.locked()
        else:
            raise AssertionError("no error")
        finally:
            module.Search = real
        assert await home.looked_for(["a"]) == ["a"]

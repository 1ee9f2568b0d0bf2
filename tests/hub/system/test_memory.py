"""The two heaps of a board: what is left of them, and what happens when the network's runs out."""

import asyncio

from fake_time import FakeTime

from hub.system.guard import guard
from hub.system.memory import BUDGET, Memory, heap_budget
from tuya.port import sleep_ms


class Regions:
    """The ESP-IDF's heap in two regions, as esp32.idf_heap_info() has them."""

    def __init__(self, free):
        self.free = free

    def __call__(self):
        return [(20000, 1000, 800, 500), (90000, self.free - 1000, self.free - 3000, 4000)]


def test_the_regions_of_the_network_are_added_up():
    memory = Memory(Regions(30000))
    assert memory.idf() == (30000, 27000, 4500)
    assert not memory.is_idf_low()
    assert Memory(Regions(19000)).is_idf_low()
    assert memory.is_idf_low(31000) and not memory.is_idf_low(29000)
    assert Memory().idf() is None and not Memory().is_idf_low()


def test_what_is_left_is_remembered_at_its_least():
    memory = Memory()
    left = memory.left()
    assert memory.least_left <= left <= memory.budget
    assert memory.budget == heap_budget() >= BUDGET


class Watched:
    def __init__(self, free):
        self.regions = Regions(free)
        self.let_go = 0
        self.restarts = []

    async def run(self, *steps):
        """Guard the memory while it is (bytes free, seconds)."""
        with FakeTime():
            arguments = Memory(self.regions), self._let_go, self.restarts.append, lambda: None
            task = asyncio.create_task(guard(*arguments))
            for free, seconds in steps:
                self.regions.free = free
                await sleep_ms(seconds * 1000)
            task.cancel()
            try:
                await task
            except asyncio.CancelledError:
                pass

    def _let_go(self):
        self.let_go += 1


async def test_plenty_of_memory_is_left_alone_and_so_is_a_short_lack():
    watched = Watched(30000)
    await watched.run((30000, 60), (15000, 1), (30000, 10))
    assert not watched.let_go and not watched.restarts


async def test_where_it_is_low_streams_go_and_may_come_again_later():
    watched = Watched(30000)
    await watched.run((15000, 5))
    assert 3 <= watched.let_go <= 5 and not watched.restarts
    calm = watched.let_go
    await watched.run((30000, 5))
    assert watched.let_go == calm


async def test_a_network_that_is_dead_has_the_board_start_again():
    watched = Watched(30000)
    await watched.run((1000, 5), (30000, 5))
    assert not watched.restarts  # it came back
    await watched.run((1000, 12))
    assert watched.restarts == ["the network had no memory left"]

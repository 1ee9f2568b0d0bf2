"""Runs on MicroPython: how the heap of a hub grows in hours that pass at once.

hours.py LIB TESTS FILE HOURS: eight plugs in memory, five connected at a time, switched now and
then, with meters, courses and an event stream. FILE is for what the meters keep. Prints a JSON
line.
"""

import asyncio
import gc
import json
import sys

sys.path[:0] = [sys.argv[1], sys.argv[2]]

from fake_time import FakeTime
from wire import KEY, Wire

from hub.broadcast import Broadcast
from hub.energy.meters import Meters
from hub.system.memory import Memory
from hub.targets.connections import Connections, Slot
from hub.targets.plug import Plug
from hub.web.events import EventStream
from tuya.device import Device
from tuya.port import sleep_ms

_PLUGS = 8
_SLOTS = 5
_HOURS = int(sys.argv[4])
_WARM_UP_HOURS = 12  # until courses, lists and sums have their size
_COMPARED_HOURS = 6
_NEVER = 1 << 29  # so much is never used


class LeanWire(Wire):
    """A plug that remembers nothing of what it was asked."""

    def send(self, data):
        super().send(data)
        del self.frames[:], self.writes[:], self.sequences[:]


class Home:
    """As much of a Hub as an event stream wants."""

    def __init__(self):
        self.name = "home"
        self.faults = []
        self.plugs = {}
        self.outlets = self.relays = self.groups = self.scenes = {}
        self.targets = self
        self.notices = None
        self.authentication = self
        self.is_open = True
        self.broadcast = Broadcast()
        self.streams = set()
        self.wires = {}

    def state_of(self, target):
        return target.state()

    def built(self, section):
        return None

    def furnish(self, connections, meters):
        for n in range(_PLUGS):
            id = "bf%020d" % n
            device = Device(id, "192.0.2.%d" % n, KEY, connect=self._connect)
            slot = Slot(device, 60000)
            make = meters.maker("increments", 60000)
            self.plugs[id] = Plug(id, device, self.broadcast, slot, connections, make)
            connections.add(slot)
        connections.rank()

    async def _connect(self, address, port, timeout_ms):
        dps = {1: True, 17: 3, 18: 417, 19: 957, 20: 2304}
        wire = self.wires[address] = LeanWire(dps)
        return wire

    async def listen(self):
        async for parts in EventStream(self):
            for _ in parts:
                pass

    async def live(self, minutes):
        for minute in range(minutes):
            for n, plug in enumerate(self.plugs.values()):
                await sleep_ms(60000 // _PLUGS)
                await plug.switch((minute + n) % 2 == 0)
                wire = self.wires["192.0.2.%d" % n]
                if plug.device.is_connected:
                    wire.push({19: 900 + (minute + n) % 10, 17: minute % 9})


def used():
    gc.collect()
    return gc.mem_alloc()


async def an_hour(home):
    """Return the least that is used at the ends of an hour's minutes.

    What is under way at such a moment makes a hundred bytes of difference, and goes again; what
    has grown does not.
    """
    least = _NEVER
    for _ in range(60):
        await home.live(1)
        least = min(least, used())
    return least


async def main():
    with FakeTime():
        home = Home()
        connections = Connections(_SLOTS, Memory())
        meters = Meters(home.plugs, 10000, sys.argv[3])
        home.furnish(connections, meters)
        tasks = [connections.run(lambda: None), meters.run(lambda: None), home.listen()]
        tasks = [asyncio.create_task(task) for task in tasks]
        for _ in range(_WARM_UP_HOURS):
            await an_hour(home)
        least = [0] * (_COMPARED_HOURS + _HOURS)  # of its size already: it is looked at as well
        for hour in range(len(least)):
            least[hour] = await an_hour(home)
        growth = min(least[-_COMPARED_HOURS:]) - min(least[:_COMPARED_HOURS])
        print(json.dumps({"growth": growth}))
        for task in tasks:
            task.cancel()


asyncio.run(main())

"""A thousand plugs are asked in time, though some keep one waiting."""

import asyncio
from types import SimpleNamespace

from fake_time import FakeTime

from hub.energy.meters import Meters
from plughub.serve.meters import ManyMeters
from tuya.errors import NoReply
from tuya.port import sleep_ms, ticks_ms

COUNT = 1000


class Device:
    is_connected = True
    dps = {}

    def __init__(self, is_silent):
        self.is_silent = is_silent
        self.heard_at = ticks_ms()
        self.asked = []

    async def refresh(self):
        self.asked.append(ticks_ms())
        if self.is_silent:
            await sleep_ms(2000)
            raise NoReply("no answer in time")
        self.heard_at = ticks_ms()

    async def status(self):
        """It has said nothing since it was asked last."""


def home():
    """Return plugs of which one in fifty does not answer."""
    devices = [Device(number % 50 == 0) for number in range(COUNT)]
    return {
        f"p{number}": SimpleNamespace(device=device, meter=None, has_meter=True)
        for number, device in enumerate(devices)
    }


async def asked_within(Kind, seconds):
    """Return how often each plug was asked within some seconds, and all moments of that."""
    beats = []
    with FakeTime():
        plugs = home()
        meters = Kind(plugs, 10000, "nowhere.json")
        task = asyncio.create_task(meters.run(lambda: beats.append(ticks_ms())))
        await asyncio.sleep(seconds)
        task.cancel()
        moments = [at for plug in plugs.values() for at in plug.device.asked]
    times = [len(plug.device.asked) for plug in plugs.values()]
    return times, moments


async def test_each_is_asked_every_ten_seconds():
    times, moments = await asked_within(ManyMeters, 60)
    assert min(times) >= 5 and max(times) <= 7
    # Evenly: never more than a few in the same moment.
    most = max(moments.count(moment) for moment in set(moments))
    assert most <= 8, most


async def test_one_after_the_other_they_would_be_late():
    times, _ = await asked_within(Meters, 60)
    assert min(times) < 5

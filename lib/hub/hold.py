"""Targets that are turned back when their time is over, such as a hall light after two minutes."""

import asyncio

from tuya.errors import TuyaError
from tuya.port import const, ticks_add, ticks_diff, ticks_ms, wait_ms

from .log import WARNING, log

_IDLE_MS = const(10000)
_AGAIN_MS = const(5000)  # a plug that could not be reached is turned back later


class Holds:
    """`switch(name, on)` is a coroutine function. One time a target: the last one said counts."""

    def __init__(self, switch):
        self._switch = switch
        self._due = {}  # name: (ticks_ms, what it becomes then)
        self._news = asyncio.Event()

    def begin(self, name, on, ms, retrigger):
        """Have the target `name` switched `on` in `ms`. A time that runs is begun anew or left."""
        if retrigger or name not in self._due:
            self._due[name] = ticks_add(ticks_ms(), ms), on
            self._news.set()

    def end(self, name):
        """Forget the time of a target: somebody has switched it since."""
        self._due.pop(name, None)

    def left_s(self, name):
        """Return the seconds until a target is turned back, None when it will not be."""
        due = self._due.get(name)
        return due and max(0, ticks_diff(due[0], ticks_ms()) // 1000)

    async def run(self, beat):
        """Turn back what is due, for ever."""
        while True:
            beat()
            now = ticks_ms()
            pause = _IDLE_MS
            for name in list(self._due):
                at, on = self._due[name]
                left = ticks_diff(at, now)
                if left <= 0:
                    await self._turn_back(name, on)
                else:
                    pause = min(pause, left)
            await wait_ms(self._news, pause)
            self._news.clear()

    async def _turn_back(self, name, on):
        due = self._due.pop(name)
        try:
            await self._switch(name, on)
        except KeyError:
            pass  # it is in the configuration no more
        except TuyaError as e:
            log("%s could not be turned back: %s" % (name, e), WARNING)
            if name not in self._due:
                self._due[name] = ticks_add(due[0], _AGAIN_MS), on

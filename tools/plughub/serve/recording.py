"""Has the archive take what the plugs draw, minute by minute, while the hub runs."""

import asyncio
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor

from hub.clock import location
from hub.log import WARNING, log
from plughub.serve.archive import DAY, MINUTE, Archive

# Samples of a History that make a minute.
_SAMPLES = 12
_TIMEOUT_MS = 300000
_SLICE_S = 10


class Recorder:
    """Writes for `hub`, in a thread of its own: a disk may take its time.

    `now()` returns Unix time; `executor`: what runs what is written, None for such a thread.
    Whoever makes one closes it, after the last run().
    """

    def __init__(self, hub, now=time.time, executor=None):
        self._hub = hub
        self._now = now
        self._thread = executor or ThreadPoolExecutor(1, "archive")
        self._archive = None

    async def run(self, beat):
        """Write once a minute, for ever."""
        await self._begin()
        while True:
            beat()
            minute = int(self._now()) // MINUTE * MINUTE
            await self._until(minute + MINUTE, beat)
            await self._do("add", minute, measured(self._hub.targets.plugs.values()))

    async def course(self, id, since, until):
        """As Archive.course(). Raises sqlite3.Error."""
        await self._begin()
        return await self._do("course", id, since, until)

    def close(self):
        """End the thread when it has written what it was given."""
        self._thread.shutdown()
        if self._archive:
            self._archive.close()
            self._archive = None

    async def _begin(self):
        if not self._archive:
            loop = asyncio.get_running_loop()
            make = lambda: Archive(day_of=day_of)  # noqa: E731
            self._archive = await loop.run_in_executor(self._thread, make)

    async def _do(self, method, *arguments):
        loop = asyncio.get_running_loop()
        try:
            work = getattr(self._archive, method)
            return await loop.run_in_executor(self._thread, work, *arguments)
        except sqlite3.Error as e:
            log(f"the archive of what is drawn: {e}", WARNING)
            if method != "add":
                raise
            return None  # a disk that is full now may not be later

    async def _until(self, at, beat):
        """Wait until the clock shows so much, however it is set meanwhile."""
        while 0 < (left := at - self._now()) <= MINUTE:
            beat()
            await asyncio.sleep(min(left, _SLICE_S))


def measured(plugs):
    """Return what Archive.add() takes of the last minute of plugs."""
    found = []
    for plug in plugs:
        if plug.meter:
            last = list(plug.history.short())[-_SAMPLES:]
            known = [watts for watts in last if watts is not None]
            mean = round(sum(known) / len(known), 1) if known else None
            found.append((plug.device.id, mean, plug.meter.wh))
    return found


def day_of(at):
    """Return the Unix time at which the local day of a Unix time has begun."""
    ahead = _ahead(at)
    begin = at - (at + ahead) % DAY
    # Where the clocks were changed meanwhile, it began an hour sooner or later.
    return begin + ahead - _ahead(begin)


def _ahead(at):
    """Return the seconds that the home's clock was ahead of UTC: location.local() knows now."""
    return location.ask("local", at)[0] if location._site else 0


def record(hub):
    """Have a Hub record; return its Recorder."""
    recorder = hub.archive = Recorder(hub)
    hub.supervisor.add("archive", recorder.run, _TIMEOUT_MS)
    return recorder

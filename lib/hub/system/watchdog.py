"""Keeps tasks running, and feeds the hardware watchdog only while all of them are alive."""

import asyncio

from tuya.port import const, sleep_ms, ticks_diff, ticks_ms

from ..log import log, log_exception

_ROUND_MS = const(1000)
# A task that has crashed is started again after this; one that crashes for ever does no harm.
_RESTART_MS = const(5000)


class Supervisor:
    """Runs coroutine functions for ever. `feed()` is called while every one of them is alive.

    Alive is one whose last beat is not older than its patience. A task that only waits for
    events has no patience to lose: it is started again when it ends or crashes.
    """

    def __init__(self, feed):
        self._feed = feed
        self._jobs = []
        self._uptime_ms = 0

    def add(self, name, run, patience_ms=None, *arguments):
        """Have `run` run: a coroutine function of `arguments`, and of `beat` with a patience."""
        self._jobs.append(_Job(name, run, patience_ms, arguments))

    async def run(self):
        """Start everything and watch over it, for ever."""
        seen_at = ticks_ms()
        tasks = [asyncio.create_task(job.run()) for job in self._jobs]
        try:
            while True:
                now = ticks_ms()
                self._uptime_ms += ticks_diff(now, seen_at)
                seen_at = now
                late = self.late()
                if late:
                    log("no sign of life from: %s" % ", ".join(late))
                else:
                    self._feed()
                await sleep_ms(_ROUND_MS)
        finally:
            for task in tasks:
                task.cancel()

    @property
    def uptime_s(self):
        """Seconds since run() began; ticks alone wrap after days."""
        return self._uptime_ms // 1000

    def late(self):
        """Return the names of the jobs that have lost their patience."""
        return [job.name for job in self._jobs if job.is_late()]


class _Job:
    def __init__(self, name, run, patience_ms, arguments):
        self.name = name
        self._run = run
        self._patience_ms = patience_ms
        self._arguments = arguments if patience_ms is None else arguments + (self.beat,)
        self._beat_at = ticks_ms()

    def beat(self):
        self._beat_at = ticks_ms()

    def is_late(self):
        patience = self._patience_ms
        return patience is not None and ticks_diff(ticks_ms(), self._beat_at) > patience

    async def run(self):
        while True:
            try:
                self.beat()
                await self._run(*self._arguments)
            except Exception as e:
                log_exception("%s has crashed" % self.name, e)
            await sleep_ms(_RESTART_MS)

"""Keeps tasks running, and feeds the hardware watchdog only while all of them are alive."""

import asyncio

from tuya.port import const, sleep_ms, ticks_diff, ticks_ms

from ..log import ERROR, log, log_exception

_ROUND_MS = const(250)
# The worst lag is that of the last minute or two.
_LAG_ROUNDS = const(240)
# A task that has crashed is started again after this; one that crashes for ever does no harm.
_RESTART_MS = const(5000)


class Supervisor:
    """Runs coroutine functions for ever. `feed()` is called while every one of them is alive.

    Alive is one whose last beat is not older than its patience. A task that only waits for
    events has no patience to lose: it is started again when it ends or crashes. `confess(names)`
    is called when one has lost it, while there is still time to write that down.
    """

    def __init__(self, feed, confess):
        self._feed = feed
        self._confess = confess
        self._jobs = []
        self._is_running = False
        self._uptime_ms = 0
        self._lags = [0, 0]

    def add(self, name, run, patience_ms=None, *arguments):
        """Have `run` run: a coroutine function of `arguments`, and of `beat` with a patience.

        Returns the job, for remove().
        """
        job = _Job(name, run, patience_ms, arguments)
        self._jobs.append(job)
        if self._is_running:
            job.start()
        return job

    def remove(self, job):
        """End a job."""
        self._jobs.remove(job)
        job.stop()

    async def run(self):
        """Start everything and watch over it, for ever."""
        self._is_running = True
        for job in self._jobs:
            job.start()
        seen_at = ticks_ms()
        rounds = 0
        confessed = False
        try:
            while True:
                late = self.late()
                if not late:
                    self._feed()
                elif not confessed:
                    log("no sign of life from: %s" % ", ".join(late), ERROR)
                    self._confess(late)
                confessed = bool(late)
                await sleep_ms(_ROUND_MS)
                now = ticks_ms()
                passed = ticks_diff(now, seen_at)
                seen_at = now
                self._uptime_ms += passed
                rounds += 1
                if rounds % _LAG_ROUNDS == 0:
                    self._lags = [0, self._lags[0]]
                self._lags[0] = max(self._lags[0], passed - _ROUND_MS)
        finally:
            for job in self._jobs:
                job.stop()

    @property
    def uptime_s(self):
        """Seconds since run() began; ticks alone wrap after days."""
        return self._uptime_ms // 1000

    @property
    def lag_ms(self):
        """How late the event loop was at worst, in the last minute or two."""
        return max(self._lags)

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
        self._task = None

    def beat(self):
        self._beat_at = ticks_ms()

    def is_late(self):
        patience = self._patience_ms
        return patience is not None and ticks_diff(ticks_ms(), self._beat_at) > patience

    def start(self):
        self._task = asyncio.create_task(self.run())

    def stop(self):
        if self._task:
            self._task.cancel()

    async def run(self):
        while True:
            try:
                self.beat()
                await self._run(*self._arguments)
            except Exception as e:
                log_exception("%s has crashed" % self.name, e)
            await sleep_ms(_RESTART_MS)

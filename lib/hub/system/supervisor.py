"""Keeps tasks running, and feeds the hardware watchdog only while all of them are alive."""

import asyncio

from hub.log import ERROR, log, log_exception
from tuya.port import const, failure, sleep_ms, ticks_diff, ticks_ms

_ROUND_MS = const(250)
# The worst lag is that of the last minute or two.
_LAG_ROUNDS = const(240)
# A task that has ended is started again after this; one that crashes for ever does no harm.
_RESTART_MS = const(5000)


class Supervisor:
    """Runs coroutine functions for ever. `feed()` is called while every one of them is alive.

    Alive is one whose last beat is not older than its timeout. A task that only waits for
    events has none: it is started again when it ends or crashes. `report(names)`
    is called when one has lost it, while there is still time to write that down.
    """

    def __init__(self, feed, report):
        self._feed = feed
        self._report = report
        self._jobs = []
        self.is_running = False
        self._uptime_ms = 0
        self._lags = [0, 0]

    def add(self, name, run, timeout_ms=None, *arguments):
        """Have `run` run: a coroutine function of `arguments`, and of `beat` with a timeout.

        Returns the job, whose close() ends it.
        """
        job = _Job(self, name, run, timeout_ms, arguments)
        self._jobs.append(job)
        if self.is_running:
            job.start()
        return job

    def remove(self, job):
        """End a job."""
        self._jobs.remove(job)
        job.stop()

    async def run(self):
        """Start everything and watch over it, for ever."""
        asyncio.get_event_loop().set_exception_handler(self._log_failure)
        self.is_running = True
        for job in self._jobs:
            job.start()
        seen_at = ticks_ms()
        rounds = 0
        is_reported = False
        try:
            while True:
                late = self.late()
                if not late:
                    self._feed()
                elif not is_reported:
                    log("no sign of life from: %s" % ", ".join(late), ERROR)
                    self._report(late)
                is_reported = bool(late)
                self._look()
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

    def _look(self):
        try:
            for job in self._jobs:
                job.look()
        except MemoryError:
            pass  # they are looked at again

    @property
    def uptime_s(self):
        """Seconds since run() began; ticks alone wrap after days."""
        return self._uptime_ms // 1000

    @property
    def lag_ms(self):
        """How late the event loop was at worst, in the last minute or two."""
        return max(self._lags)

    def late(self):
        """Return the names of the jobs whose last beat is too long ago."""
        return [job.name for job in self._jobs if job.is_late()]

    def _log_failure(self, loop, context):
        """Log what nobody else will: tasks that nobody awaits, and subscribers."""
        error = context.get("exception")
        if error and not any([job.is_task(context.get("future")) for job in self._jobs]):
            log_exception(context["message"], error)
        # MicroPython keeps this one, and with it all that the task worked with.
        context["exception"] = context["future"] = None


class _Job:
    def __init__(self, supervisor, name, run, timeout_ms, arguments):
        self._supervisor = supervisor
        self.name = name
        self._run = run
        self._timeout_ms = timeout_ms
        self._arguments = arguments if timeout_ms is None else arguments + (self.beat,)
        self._beat_at = ticks_ms()
        self._task = None

    def close(self):
        """End it for good."""
        self._supervisor.remove(self)

    def beat(self):
        self._beat_at = ticks_ms()

    def is_late(self):
        timeout = self._timeout_ms
        return timeout is not None and ticks_diff(ticks_ms(), self._beat_at) > timeout

    def is_task(self, task):
        return self._task is task

    def start(self):
        self.beat()
        self._task = asyncio.create_task(self._run(*self._arguments))

    def stop(self):
        if self._task:
            self._task.cancel()

    def look(self):
        """Say that it has ended, and start it again some time later.

        Looking costs less than a coroutine around each, which would be 96 bytes of heap.
        """
        if not self._task:
            if ticks_diff(ticks_ms(), self._beat_at) >= _RESTART_MS:
                self.start()
        elif self._task.done():
            error = failure(self._task)
            if error:
                log_exception("%s has crashed" % self.name, error)
            self._task = None
            self.beat()

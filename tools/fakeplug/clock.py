"""Time, passed in: the real one, and one that a test turns by hand."""

import asyncio
import heapq
import itertools
import time


class SystemClock:
    """The real time. Needs a running event loop for `call_later`."""

    def time(self):
        """Unix seconds, for the `t` of a push."""
        return time.time()

    def now(self):
        """Seconds that never jump, for deadlines."""
        return time.monotonic()

    def call_later(self, delay_s, callback, *arguments):
        """Call back once; the result has `cancel()`."""
        return asyncio.get_running_loop().call_later(delay_s, callback, *arguments)


class ManualClock:
    """Time that stands still until `advance`. Callbacks run inside `advance`, in order."""

    def __init__(self, start=1_700_000_000.0):
        self._time = start
        self._order = itertools.count()
        self._timers = []

    def time(self):
        return self._time

    def now(self):
        return self._time

    def call_later(self, delay_s, callback, *arguments):
        timer = _Timer(callback, arguments)
        heapq.heappush(self._timers, (self._time + delay_s, next(self._order), timer))
        return timer

    def advance(self, seconds):
        """Move the time on, running what falls due on the way, each at its own moment."""
        end = self._time + seconds
        while self._timers and self._timers[0][0] <= end:
            self._time, _, timer = heapq.heappop(self._timers)
            timer.run()
        self._time = end


class _Timer:
    def __init__(self, callback, arguments):
        self._callback = callback
        self._arguments = arguments

    def cancel(self):
        self._callback = None

    def run(self):
        if self._callback:
            self._callback(*self._arguments)

"""DP 9: after so many seconds the plug switches itself over, whoever else is awake."""

import math

SWITCH, COUNTDOWN = 1, 9


class Countdown:
    """The countdown of one plug's first switch. Switching by any other way ends it."""

    def __init__(self, plug):
        self._plug = plug
        self._timer = None
        self._due_s = 0.0

    def see(self, changed):
        """Take what has changed: a new countdown begins, another state of the switch ends it.

        Returns what changes because of that.
        """
        seconds = changed.get(COUNTDOWN)
        if seconds is None and SWITCH in changed and self._timer:
            seconds = 0
        if seconds is None:
            return {}
        self.cancel()
        if seconds:
            clock = self._plug.clock
            self._due_s = clock.now() + seconds
            self._timer = clock.call_later(seconds, self._end)
        return self._plug.datapoints().update({COUNTDOWN: seconds})

    def tick(self):
        """Bring DP 9 up to date, for a query."""
        if self._timer:
            left = max(0, math.ceil(self._due_s - self._plug.clock.now()))
            self._plug.measure({COUNTDOWN: left})

    def cancel(self):
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _end(self):
        self._timer = None
        self._plug.press({SWITCH: not self._plug.dps[SWITCH], COUNTDOWN: 0})

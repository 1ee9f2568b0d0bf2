"""Targets that are turned back when their time is over, such as a hall light after 2 min."""

from hub.clock.due import Due, restore
from tuya.port import const

_IDLE_MS = const(86400000)
_LOOK_MS = const(10000)  # so often it is seen whether the clock was set
# A plug that could not be reached is turned back later, and at once when it shows itself.
_RETRY_S = const(5)
_RETRY_MAX_S = const(320)
# The plug's own countdown comes first; the hub sees whether it has.
_GRACE_S = const(5)
_FACTS = const("holds")  # what the state file has called them from the start


class _Timer:
    """Makes a target `on` when it is `due`. `cause`: who began it."""

    def __init__(self, due, on, is_until, cause):
        self.due = due
        self.on = on
        self.is_until = is_until  # a time of day, which stays when the target is switched
        self.cause = cause
        self.retry_s = _RETRY_S

    def save(self):
        return [self.on, self.is_until, self.cause, self.due.save()]


class Timers:
    """One timer a target: the last one said counts. They survive a restart.

    `find(name)` returns a target and raises KeyError; `switch(name, on)` has it switched and
    returns at once; `state` keeps facts; `now()` is ticks_ms, `unix()` Unix time or None.
    """

    def __init__(self, find, switch, state, now, unix):
        self._find = find
        self._switch = switch
        self._state = state
        self._now = now
        self._unix = unix
        self._timers = {}  # by the name of the target
        self._tell = None  # what tells the broadcast of a target
        for name, saved in state.facts(_FACTS).items():
            if isinstance(saved, list) and len(saved) == 4:
                on, is_until, cause, due = saved
                self._timers[name] = _Timer(restore(due, now()), on, is_until, cause)

    def begin(self, name, on, seconds, retrigger=True, is_until=False, cause=None):
        """Have a target switched `on` in so many seconds. One that runs starts again, or is left.

        With `is_until` it is a time of day, and stays when the target is switched meanwhile.
        """
        if name in self._timers and not retrigger:
            return
        counts_down = not is_until and self._count_down(name, seconds)
        due = Due(
            self._now(), seconds + _GRACE_S if counts_down else seconds, self._unix(), is_until
        )
        timer = self._timers[name] = _Timer(due, on, is_until, cause)
        self._state.remember(_FACTS, name, timer.save())
        self._state.write()
        self._tell_of(name)

    def end(self, name):
        """Forget the timer of a target: somebody has switched it since. A time of day stays."""
        timer = self._timers.get(name)
        if timer and not timer.is_until:
            self._cancel(name)

    def cancel(self, cause):
        """Forget all timers that somebody has begun."""
        for name in self.begun_by(cause):
            self._cancel(name)

    def left_s(self, name):
        """Return the seconds until a target is turned back, None when it will not be."""
        timer = self._timers.get(name)
        return timer and max(0, timer.due.left_ms(self._now(), self._unix()) // 1000)

    def begun_by(self, cause):
        """Return the names of targets that are turned back because of `cause`."""
        return [name for name, timer in self._timers.items() if timer.cause == cause]

    async def run(self, broadcast, beat):
        """Turn back what is due, for ever; `broadcast` tells of targets that have changed."""
        async with broadcast.listen() as changes:
            self._tell = broadcast.tell
            while True:
                beat()
                changed = await changes.within(min(self.step(), _LOOK_MS))
                for name in changed or ():
                    self.see(name)

    def see(self, name):
        """Look at a target that has changed: it may be already what its timer would make it."""
        timer = self._timers.get(name)
        if timer and self._is(name, timer.on):
            self.end(name)
        elif timer and timer.retry_s > 2 * _RETRY_S:
            timer.due = Due(self._now(), 0)
            timer.retry_s = _RETRY_S

    def step(self):
        """Turn back what is due; return the ms until something will be."""
        now = self._now()
        unix = self._unix()
        pause = _IDLE_MS
        for name in list(self._timers):
            timer = self._timers[name]
            left = timer.due.left_ms(now, unix)
            if left <= 0:
                if self._is(name, timer.on):
                    self._forget(name)
                    continue
                # It is tried until the target is seen to be so.
                timer.due = Due(now, timer.retry_s)
                timer.is_until = False
                left = timer.retry_s * 1000
                timer.retry_s = min(2 * timer.retry_s, _RETRY_MAX_S)
                self._switch(name, timer.on)
            pause = min(pause, left)
        return pause

    def _is(self, name, on):
        try:
            return self._find(name).on is on
        except KeyError:
            return True  # it is not in the configuration any more

    def _cancel(self, name):
        self._forget(name)
        self._count_down(name, 0)

    def _count_down(self, name, seconds):
        try:
            return self._find(name).count_down(seconds)
        except KeyError:
            return False

    def _forget(self, name):
        del self._timers[name]
        self._state.remember(_FACTS, name, None)
        self._state.write()
        self._tell_of(name)

    def _tell_of(self, name):
        """Tell that the timer of a target is another one; run() hears of it as well."""
        try:
            if self._tell:
                self._tell(self._find(name))
        except KeyError:
            pass  # it is not in the configuration any more

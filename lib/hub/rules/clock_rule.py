"""A rule that runs at a moment of the day, on some days of the week."""

from hub.log import WARNING, log
from hub.rules.rule import Rule
from tuya.port import const, ticks_add

# A busy event loop may be late; what is later has been missed.
_LATE_S = const(60)
_LOOK_MAX_S = const(86400)
_ALL_DAYS = const(127)
# What is kept counts from 2020: a Unix time is no small int, and takes 32 bytes of heap each.
_FROM_S = const(1577836800)


class ClockRule(Rule):
    """Runs when its moment comes, or within `missed` seconds of it after an outage.

    The last moment that was dealt with is remembered, so that it never runs twice.
    """

    kind = "clock"
    days = _ALL_DAYS
    jitter = missed = 0  # s
    ends = None  # the moment of "until"
    _due = None  # as _kept()
    _done = None  # the last one that was dealt with

    def __init__(self, engine, spec):
        super().__init__(engine, spec)
        self.moment = spec["moment"]
        days, jitter, missed, ends = spec["clock"]
        if days != _ALL_DAYS:
            self.days = days
        if jitter:
            self.jitter = jitter
        if missed:
            self.missed = missed
        if ends:
            self.ends = ends
        self.wake_at = engine.now()

    @property
    def due(self):
        """Unix time at which it will run, None while that is not known."""
        return _unix(self._due)

    def look(self, now, unix):
        if unix is None:
            self.wake_at = None  # it is looked at again when the clock is set
            return
        if self._due is None:
            self._find_due(unix)
        due = self.due
        while due is not None and due <= unix:
            # What may fail for lack of heap comes first: it is tried again then.
            following = self._next(max(due, unix - self.missed - _LATE_S))
            until = self._engine.ask("end", due, self.ends) if self.ends else None
            may, _ = self.may_run(unix)
            self._due = _kept(following)
            self._done = _kept(due)
            if self.missed:
                self._engine.remember(self, "done", due, True)
            if may:
                self._come(due, until, unix)
            due = self.due
        left = _LOOK_MAX_S if due is None else min(due - unix, _LOOK_MAX_S)
        self.wake_at = ticks_add(now, left * 1000)

    def forget(self):
        # One that has come meanwhile is dealt with all the same: it is late, or missed.
        due = self.due
        if due is not None and due > (self._engine.unix() or 0):
            self._due = None

    def _find_due(self, unix):
        done = _unix(self._done)
        if self.missed:
            done = self._engine.recall(self, "done")
        if type(done) is not int or done > unix + _LOOK_MAX_S:  # or the clock was wrong then
            done = unix - 1
            if self.missed:
                self._engine.remember(self, "done", done)
        self._due = _kept(self._next(max(done, unix - max(self.missed, 1))))

    def _next(self, after):
        return self._engine.ask("next", after, self.moment, self.days, self.jitter, self.cause)

    def _come(self, due, until, unix):
        late = unix - due
        if late > max(self.missed, _LATE_S):
            log("%s was missed: it is %d min late" % (self.cause, late // 60), WARNING)
            return
        if self.ends and (until is None or until <= unix):
            return  # what it would begin is over
        self.until = until
        self._engine.fire(self)


def _kept(unix):
    return None if unix is None else unix - _FROM_S


def _unix(kept):
    return None if kept is None else kept + _FROM_S

"""A state that has to hold for a while: a power below 4 W for 3 minutes, nobody at home for 10."""

from hub.rules.rule import Rule
from tuya.port import ticks_add, ticks_diff


class Condition:
    """What is watched of a target, and since when it holds.

    `dp`: a measure of a plug; None: whether the target is on; 0: whether the plug is online. It
    holds above `limit`, or below it; it holds no more when that is missed by `band`.
    """

    # What most are takes no heap; it is little.
    above = False
    band = hold_ms = 0
    holds = None  # None: unknown
    since = 0  # ticks_ms

    def __init__(self, spec):
        _, self.dp, above, self.limit, band, seconds = spec
        if above:
            self.above = above
        if band:
            self.band = band
        if seconds:
            self.hold_ms = seconds * 1000

    def look(self, home, name, now):
        """Look at a target; return (holds for long enough, ms until another look is due).

        The first is False when it does not hold, and None while that is open. An unknown state
        ends the wait: only what was seen all the time has held all the time.
        """
        value, fresh_ms = home.read(name, self.dp)
        holds = self._is_met(value)
        if holds is not self.holds:
            self.holds = holds
            self.since = now
        if not holds:
            return holds, fresh_ms
        left = self.hold_ms - ticks_diff(now, self.since)
        if left <= 0:
            return True, fresh_ms
        return None, left if fresh_ms is None else min(left, fresh_ms)

    def _is_met(self, value):
        if value is None:
            return None
        limit = self.limit
        if self.above:
            return value > (limit - self.band if self.holds else limit)
        return value < (limit + self.band if self.holds else limit)


class ConditionRule(Rule):
    """Runs when its Condition has held; once, until the opposite was seen.

    With `after` that has to have held before, since the rule ran last.
    """

    kind = "condition"
    rearm_ms = 0  # for so long the opposite has to be seen
    after = None  # type: Condition | None
    is_primed = True  # `after` has held
    is_armed = True

    def __init__(self, engine, spec):
        super().__init__(engine, spec)
        self.watched = spec["when"][0]
        self.when = Condition(spec["when"])
        if spec.get("rearm"):
            self.rearm_ms = spec["rearm"] * 1000
        recall = engine.recall
        if recall(self, "armed") is False:
            self.is_armed = False
        self.wake_at = engine.now()
        if "after" in spec:
            self.after = Condition(spec["after"])
            self.is_primed = bool(recall(self, "primed"))

    def look(self, now, unix):
        pause = None
        if self.after and self.is_armed:
            held, pause = self.after.look(self._engine.home, self.watched, now)
            if held and not self.is_primed:
                self._note("primed", True)
                self.is_primed = True
        held, wait = self.when.look(self._engine.home, self.watched, now)
        pause = _sooner(pause, wait)
        if held is False:
            if not self.is_armed:
                pause = _sooner(pause, self._arm(now))
            if not self.is_safety:
                self._engine.drop(self)
        elif held and self.is_armed and self.is_primed:
            pause = _sooner(pause, self._run(unix))
        self.wake_at = None if pause is None else ticks_add(now, pause)

    def _arm(self, now):
        """Be ready to run again, or return the ms until it is time for that."""
        left = self.rearm_ms - ticks_diff(now, self.when.since)
        if left > 0:
            return left
        self._note("armed", True)
        self.is_armed = True
        return None

    def _run(self, unix):
        """Run if it may; return the ms until it may, None when it has run or it is not known."""
        may, until = self.may_run(unix)
        if not may:
            return until and (until - unix) * 1000
        self.is_armed = False
        self._note("armed", False)
        if self.after:
            self.is_primed = False
            self._note("primed", False)
        self._engine.fire(self)
        return None

    def _note(self, key, value):
        self._engine.remember(self, key, value)


def _sooner(pause, other):
    return pause if other is None else other if pause is None else min(pause, other)

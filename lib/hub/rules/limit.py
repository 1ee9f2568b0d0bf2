"""How long something may be on, and how long it has to rest: a pump, a compressor."""

from hub.rules.rule import Rule
from hub.targets.target import Action
from tuya.port import const, ticks_add, ticks_diff

_AGAIN_MS = const(5000)
_LONG_S = const(86400)


class Limit(Rule):
    """Switches a target off when it has been on for `max_on`, whoever switched it on.

    For `min_off` after that, or after any other end, it is locked.
    """

    kind = "limit"

    def __init__(self, engine, spec):
        super().__init__(engine, spec)
        self.watched, self.max_on, self.min_off = spec["limit"]
        self._on = None  # as it was seen last; while it is unknown the time goes on
        self._since = engine.now()
        self.wake_at = self._since

    def look(self, now, unix):
        on, _ = self._engine.home.read(self.watched, None)
        if on is not None and bool(on) is not self._on:
            self._turn(bool(on), now, unix)
        self.wake_at = None
        if self._on and self.max_on:
            left = self.left_ms(now)
            if left <= 0:
                self._engine.count(self)
                self._engine.home.act(Action(self.watched, "off"), self)
                left = _AGAIN_MS
            self.wake_at = ticks_add(now, left)
        elif self._on is False and self.min_off:
            left = self.left_ms(now)
            if left > 0:
                self.wake_at = ticks_add(now, left)
            else:
                self._engine.unlock(self)

    def left_ms(self, now):
        """Return the ms that are left of the time on, or of the rest."""
        seconds = self.max_on if self._on else self.min_off
        return (seconds or 0) * 1000 - ticks_diff(now, self._since)

    def _turn(self, on, now, unix):
        is_first = self._on is None
        self._on = on
        self._since = now
        kept = self._engine.recall(self, "since")
        if is_first and unix is not None and isinstance(kept, list) and kept[0] is on:
            # It was so before the restart, and nobody says that it was not all the while.
            self._since = ticks_add(now, -1000 * max(0, min(unix - kept[1], _LONG_S)))
        elif unix is not None:
            self._engine.remember(self, "since", [on, unix], True)
        if not on and self.min_off and self.left_ms(now) > 0:
            self._engine.lock(self, self.watched)

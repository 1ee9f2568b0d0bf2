"""A moment to come that survives a restart, with a clock and without one."""

from tuya.port import ticks_add, ticks_diff


class Due:
    """Comes in `seconds` from `now` (ticks_ms), which is `unix` where that is known.

    `by_clock`: it is a time of day, and comes when the clock says so. Else the clock counts only
    for what was restored: ticks do not outlive the board.
    """

    def __init__(self, now, seconds, unix=None, by_clock=False):
        self._at = ticks_add(now, seconds * 1000)
        self._seconds = seconds
        self._unix = None if unix is None else unix + seconds
        self._by_clock = by_clock

    def left_ms(self, now, unix):
        """Return the ms until it comes, 0 or less when it has come."""
        if self._by_clock and unix is not None and self._unix is not None:
            return (self._unix - unix) * 1000
        return ticks_diff(self._at, now)

    def save(self):
        """Return what restore() takes, as JSON has it."""
        return [self._unix, self._seconds]


def restore(saved, now):
    """Return the Due that was saved before a restart. Without a clock its time starts again."""
    due = Due(now, saved[1], None, True)
    due._unix = saved[0]
    return due

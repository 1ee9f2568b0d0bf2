"""Who has switched what, and why: the last of it, in memory that never grows beyond 1 kB.

Loaded when something is switched first.
"""

from array import array

from tuya.port import clock_is_set, const, unix_time

_COUNT = const(32)

# A ring in four columns. What they hold is in the heap anyway: names, and what causes are called.
_times = array("I")  # Unix time, 0 before the clock was set
_names = []
_becames = []
_causes = []
_total = 0


def note(name, became, cause):
    """Take down that `name` has become `became`: true for on, false, or what else there is."""
    global _total  # noqa: PLW0603 - there is one logbook
    time = unix_time() if clock_is_set() else 0
    at = _total % _COUNT
    for column, value in ((_times, time), (_names, name), (_becames, became), (_causes, cause)):
        if _total < _COUNT:
            column.append(value)
        else:
            column[at] = value
    _total += 1


def entries():
    """Yield what was noted, the oldest first: {"seq", "time", "name", "on", "cause"}.

    `seq` counts from 1; "time" is None before the clock was set.
    """
    for seq in range(max(0, _total - _COUNT), _total):
        at = seq % _COUNT
        yield {
            "seq": seq + 1,
            "time": _times[at] or None,
            "name": _names[at],
            "on": _becames[at],
            "cause": _causes[at],
        }

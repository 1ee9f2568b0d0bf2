"""The course of a plug's power in memory that never grows: 10 minutes and 24 hours.

A byte a sample: what is drawn matters by its share, so that steps are a twentieth of it at most.
"""

from tuya.port import const

#: Seconds a sample of the short course stands for, and how many there are.
STEP_S = 5
COUNT = const(120)
#: The same of the long course: each is the mean of the short one's samples.
LONG_STEP_S = 600
LONG_COUNT = const(144)

_UNKNOWN = const(255)
# Values to 31 stand for themselves (0.1 W), then each doubling has 20 steps.
_EXACT = const(32)
_STEPS = const(20)


class History:
    """0.1 W each, as the plug measures it."""

    def __init__(self):
        # Two rings in one buffer: the short course first.
        self._samples = bytearray(b"\xff" * (COUNT + LONG_COUNT))
        self._at = 0  # where the next sample of the short course goes
        self._long_at = 0
        self._sum = 0
        self._known = 0

    def add(self, power):
        """Take the power of the last 5 s in 0.1 W, None where it is not known."""
        self._samples[self._at] = _packed(power)
        self._at = (self._at + 1) % COUNT
        if power is not None:
            self._sum += power
            self._known += 1
        if self._at == 0:
            mean = self._sum // self._known if self._known else None
            self._samples[COUNT + self._long_at] = _packed(mean)
            self._long_at = (self._long_at + 1) % LONG_COUNT
            self._sum = self._known = 0

    def short(self):
        """Yield W of the last 10 minutes, the oldest first, None where it is not known."""
        return self._values(0, COUNT, self._at)

    def long(self):
        """Yield W of the last 24 hours, as short()."""
        return self._values(COUNT, LONG_COUNT, self._long_at)

    def _values(self, start, count, at):
        for i in range(count):
            sample = self._samples[start + (at + i) % count]
            yield None if sample == _UNKNOWN else unpack(sample) / 10


def pack(power):
    """Return the byte that stands for a power in 0.1 W."""
    base = _EXACT
    code = _EXACT
    if power < _EXACT:
        return max(0, power)
    while power >= 2 * base:
        base *= 2
        code += _STEPS
    return min(code + (power - base) * _STEPS // base, _UNKNOWN - 1)


def unpack(code):
    """Return the power in 0.1 W, the middle of what the byte stands for."""
    if code < _EXACT:
        return code
    base = _EXACT << (code - _EXACT) // _STEPS
    return base + base * (2 * ((code - _EXACT) % _STEPS) + 1) // (2 * _STEPS)


def _packed(power):
    return _UNKNOWN if power is None else pack(power)

"""The ESP32's `time` on MicroPython for a PC: seconds from 2000, whole ones, a clock to set.

`utime` is the module of the interpreter, which this one stands in front of.
"""

import utime
from utime import (  # noqa: F401
    sleep,
    sleep_ms,
    sleep_us,
    ticks_add,
    ticks_cpu,
    ticks_diff,
    ticks_ms,
    ticks_us,
)

_EPOCH = 946684800
_offset = 0  # s between the PC's clock and the board's


def time():
    return int(utime.time()) + _offset - _EPOCH


def time_ns():
    return utime.time_ns() + (_offset - _EPOCH) * 1000000000


def gmtime(seconds=None):
    return utime.gmtime((time() if seconds is None else seconds) + _EPOCH)[:8]


localtime = gmtime


def set_utc(parts):
    """Set the clock to (year, month, day, hour, minute, second)."""
    set_unix(_unix(parts))


def set_unix(seconds):
    """Set the clock to a Unix time."""
    global _offset  # noqa: PLW0603 - the board has one clock
    _offset = seconds - int(utime.time())


def _unix(parts):
    year, month, day, hour, minute, second = parts
    # Days since 1970, years beginning in March so that a leap day is the last one.
    year -= month <= 2
    month = (month + 9) % 12
    days = year * 365 + year // 4 - year // 100 + year // 400
    days += (153 * month + 2) // 5 + day - 719469
    return days * 86400 + hour * 3600 + minute * 60 + second

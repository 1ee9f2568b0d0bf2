"""When a moment of the day comes: by the clock of the place or by its sun. Loaded for a moment.

A moment is ("clock", seconds since midnight), ("sunrise", seconds after it) or ("sunset", ...).
"""

from hub.clock.zone import Zone
from tuya.port import const

_DAY = const(86400)
_NOON = const(43200)
# Where the sun stays up or down for months, a sunset is looked for as long.
_DAYS = const(8)
_SUN_DAYS = const(200)
#: From a sunset to an "until" no more than this: else the two have changed their order.
_PERIOD_MAX = const(64800)


class Almanac:
    """`site`: {"tz": POSIX text, "lat" and "lon": degrees or None}."""

    def __init__(self, site):
        self._zone = Zone(site["tz"])
        self._latitude = site["lat"]
        self._longitude = site["lon"]

    def next(self, after, moment, days=127, jitter=0, name=""):
        """Return the first Unix time later than `after` at which a moment comes, None for never.

        `days`: a bit for each weekday, 1 for Monday. `jitter`: seconds that it may be earlier or
        later, another time each day, but the same whenever it is asked for.
        """
        first = self._day(after - jitter) - 1
        for day in range(first, first + 3 + (_DAYS if moment[0] == "clock" else _SUN_DAYS)):
            if days >> (day + 3) % 7 & 1:
                unix = self._moment(day, moment)
                if unix is not None:
                    unix += _jittered(name, day, jitter)
                    if unix > after:
                        return unix
        return None

    def end(self, begin, moment):
        """Return the Unix time at which what began at `begin` ends, None for one not to begin."""
        end = self.next(begin, moment)
        return None if end is None or end - begin > _PERIOD_MAX else end

    def is_within(self, unix, window):
        """Tell whether it is in a window (begin, end, days); return that and until when it is."""
        begin, end, days = window
        is_within = False
        until = unix + _DAY
        today = self._day(unix)
        for day in (today - 1, today, today + 1):
            if not days >> (day + 3) % 7 & 1:
                continue
            begins = self._moment(day, begin)
            ends = self._moment(day, end)
            if begins is None or ends is None:
                continue
            if ends <= begins:
                ends = self._moment(day + 1, end)
                if ends is None:
                    continue
            if begins <= unix < ends:
                is_within = True
            for change in (begins, ends):
                if unix < change < until:
                    until = change
        return is_within, until

    def local(self, unix):
        """Return (offset of local time in seconds, the Unix time of its next change or None)."""
        return self._zone.offset(unix), self._zone.next_change(unix)

    def _day(self, unix):
        return (unix + self._zone.offset(unix)) // _DAY

    def _moment(self, day, moment):
        kind, seconds = moment
        if kind == "clock":
            return self._zone.unix(day * _DAY + seconds)
        from hub.clock.sun import sun_at

        noon = self._zone.unix(day * _DAY + _NOON)
        unix = sun_at(kind == "sunrise", noon, self._latitude, self._longitude)
        return None if unix is None else unix + seconds


def _jittered(name, day, jitter):
    if not jitter:
        return 0
    # By name and day, so that a restart changes nothing (the hash is that of FNV-1a).
    value = day & 0xFFFF
    for byte in name.encode():
        value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    value ^= value >> 15
    return value % (2 * jitter + 1) - jitter

"""What a plug has drawn: kWh that only grow, by day and in all, and the courses of its power.

Most plugs report increments (DP 17): 1 Wh each since the last report, every half an hour or
100 Wh, and repeat the last one in answers to queries. Between two reports, and for plugs without
any, the power is added up over time; a report then corrects that.
"""

from array import array

from hub.clock.location import local
from tuya.dps import ADDED_ENERGY, POWER, SWITCHES
from tuya.port import clock_is_set, const, ticks_diff, ticks_ms, unix_time

# 0.1 W times ms, in 1 Wh.
_PER_WH = const(36000000)
# A power that nobody has confirmed for so long is not added up any further.
_STALE_MS = const(90000)
# The same report again within this time is the same report.
_SAME_MS = const(10000)
_DAYS = const(30)
_GAP_MAX_MS = const(900000)
# A day that does not follow on the one before is believed when the clock has stayed with it for so
# long: one wrong time must not wipe 30 days.
_DOUBT_MS = const(7200000)
_clock = [None, 0]  # the day it shows; ticks_ms since when, None for long enough


class Meter:
    """Counts for one Device. `kind`: "increments", "total" (DP 17 only grows) or "power".

    What was measured is taken to hold for `stale_ms`. `facts`: what save() returned before.
    """

    # What comes seldom stands here: a board keeps 17 attributes in 160 bytes, and 18 in 208.
    _reported_at = None  # type: int | None  # ticks_ms of the last increment
    _missed = None  # type: int | None  # an increment that no push has told

    def __init__(self, device, kind="increments", stale_ms=_STALE_MS, facts=None):
        facts = facts if isinstance(facts, dict) else {}
        self._device = device
        self._kind = kind
        self._stale_ms = stale_ms
        self._sure = _count(facts.get("wh")) or 0  # Wh, as reports say
        self._guess = _count(facts.get("guess")) or 0  # Wh added up since the last report
        self._shown = self._sure + self._guess
        self._rest = 0  # and what is not a whole Wh of it yet, 0.1 W times ms
        self._power = 0
        self._open_ms = 0  # for which it is assumed, since the plug was heard last
        self._proved_at = None  # its heard_at then
        self._gap_ms = 0  # since it was out of sight
        self._added_at = ticks_ms()
        self._last_report = _count(facts.get("last"))
        self._has_gap = True  # a report may have been missed
        self._day = _count(facts.get("day"))
        self._days = array("I")  # Wh, today last
        if _is_days(facts.get("days")):
            for wh in facts["days"]:
                self._days.append(wh)
        device.on_push = self.take_push

    @property
    def wh(self):
        """Wh since the hub knows the plug."""
        return self._shown

    @property
    def reported(self):
        """Wh of them that the plug itself has reported."""
        return self._sure

    @property
    def kwh(self):
        return self._shown / 1000

    @property
    def today(self):
        """KWh; since the start while the clock is not known."""
        return (self._days[-1] if self._days else 0) / 1000

    @property
    def yesterday(self):
        """KWh, None while there was none."""
        return self._days[-2] / 1000 if len(self._days) > 1 else None

    @property
    def days(self):
        """KWh a day for up to 30 days, today last."""
        return [wh / 1000 for wh in self._days]

    def take_push(self, dps):
        """Take DPs that the plug has pushed."""
        value = dps.get(ADDED_ENERGY)
        # Integers only: true is no increment, and nobody draws less than nothing.
        if type(value) is not int or value < 0 or self._kind == "power":
            return
        now = ticks_ms()
        if self._kind == "total":
            last = self._last_report
            self._last_report = value
            if last is not None and value >= last:
                self._report(value - last)
            return
        is_same = (
            value == self._last_report
            and self._reported_at is not None
            and ticks_diff(now, self._reported_at) < _SAME_MS
        )
        self._last_report = value
        self._reported_at = now
        # A plug that is device22 repeats its last report as a push.
        if not is_same and not self._device.is_device22:
            self._report(value)

    def tick(self):
        """Add up what was drawn since the last call: every few seconds and with each change."""
        now = ticks_ms()
        passed = ticks_diff(now, self._added_at)
        self._added_at = now
        device = self._device
        if not device.is_connected:
            self._has_gap = True
        heard_at = device.heard_at
        if heard_at is None or not device.online or ticks_diff(now, heard_at) > self._stale_ms:
            # It may have been gone before that was seen.
            self._gap_ms = min(self._gap_ms + self._open_ms + passed, _GAP_MAX_MS + 1)
            self._open_ms = 0
            return
        self._count_missed(device.dps)
        power = self._measured(device.dps)
        if self._gap_ms:
            # Out of sight for a while: no less was drawn than both before and after, mostly.
            if self._gap_ms + passed <= _GAP_MAX_MS:
                self._add(min(self._power, power), self._gap_ms + passed)
            self._gap_ms = passed = 0
        self._open_ms += passed
        if heard_at == self._proved_at and power == self._power:
            return
        self._proved_at = heard_at
        self._add(self._power, self._open_ms)
        self._open_ms = 0
        # What is measured now holds from now on.
        self._power = power
        if self._kind == "power":
            self._sure += self._guess
            self._guess = 0
        self._show()

    def save(self):
        """Return the facts to be kept over a reboot, as JSON takes them."""
        return {
            "wh": self._sure,
            "guess": self._shown - self._sure,
            "last": self._last_report,
            "day": self._day,
            "days": list(self._days),
        }

    def _count_missed(self, dps):
        # A query repeats the last report: one that no push has told was made while we were away.
        value = dps.get(ADDED_ENERGY)
        if value == self._last_report or type(value) is not int or self._kind != "increments":
            if self._missed is not None:
                self._missed = None
        elif self._missed != value:
            self._missed = value  # its push may be on its way to us in this very moment
        else:
            # Whether the first one of all was counted before is not known.
            is_known = self._last_report is not None
            self._last_report = value
            if is_known and self._has_gap and not self._device.is_device22:
                # Others may be missing as well, and some has been drawn since: what was added up
                # stays a guess until a push, which comes in the moment of its report.
                self._sure += value
                self._guess = max(0, self._guess - value)
                self._show()
            elif is_known:
                self._report(value)

    def _measured(self, dps):
        power = dps.get(POWER)
        if type(power) is not int or power < 0:
            return 0
        # What is switched off draws nothing, whatever was measured before it was.
        switches = [dps.get(dp) for dp in SWITCHES]
        return 0 if False in switches and True not in switches else power

    def _add(self, power, ms):
        self._rest += power * ms
        self._guess += self._rest // _PER_WH
        self._rest %= _PER_WH

    def _report(self, wh):
        if self._has_gap:
            wh = max(wh, self._guess)
            self._has_gap = not self._device.is_connected
        self._sure += wh
        # The plug keeps what is not a whole Wh for its next report, and so do we.
        if self._guess < wh:
            self._rest = 0
        elif self._guess > wh:
            self._rest = _PER_WH - 1
        self._guess = 0
        self._show()

    def _show(self):
        shown = max(self._shown, self._sure + self._guess)
        self._turn_day()
        self._days[-1] += shown - self._shown
        self._shown = shown

    def _turn_day(self):
        if not self._days:
            self._days.append(0)
        if not clock_is_set():
            return
        day = local(unix_time()) // 86400
        is_settled = _is_settled(day)
        if self._day is None:
            self._day = day
        if day - self._day not in (0, 1) and not is_settled:
            return
        # After a long time off, the days without the hub are days without use. Those that a wrong
        # clock has added stay.
        self._day = max(self._day, day - _DAYS)
        while self._day < day:
            self._day += 1
            self._days.append(0)
        self._day = day
        if len(self._days) > _DAYS:
            self._days = self._days[-_DAYS:]


def _is_settled(day):
    """Tell whether the clock has shown this day, or those before it, for long enough."""
    now = ticks_ms()
    if _clock[0] is None or day - _clock[0] not in (0, 1):
        _clock[1] = now
    elif _clock[1] is not None and ticks_diff(now, _clock[1]) >= _DOUBT_MS:
        _clock[1] = None
    _clock[0] = day
    return _clock[1] is None


def _count(value):
    return value if type(value) is int and value >= 0 else None


def _is_days(value):
    return (
        isinstance(value, list)
        and len(value) <= _DAYS
        and all([type(wh) is int and 0 <= wh < 0xFFFFFFFF for wh in value])
    )

"""A year of rules in six time zones: every run where an independent reference has it."""

import datetime as dt
import math
import struct
import zoneinfo

import pytest
from astral import Observer, sun

from hub.clock.sun import sun_at
from simulator.room import Room

ZONES = [
    ("Europe/Berlin", "CET-1CEST,M3.5.0,M10.5.0/3", 52.5, 13.4),
    ("America/New_York", "EST5EDT,M3.2.0,M11.1.0", 40.7, -74.0),
    ("Australia/Sydney", "AEST-10AEDT,M10.1.0,M4.1.0/3", -33.87, 151.2),
    ("Asia/Kolkata", "IST-5:30", 28.6, 77.2),
    ("Australia/Lord_Howe", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", -31.5, 159.08),
    ("America/St_Johns", "NST3:30NDT,M3.2.0,M11.1.0", 47.6, -52.7),
]
DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
CLOCK = [
    *(
        ("00:00", ""),
        ("00:30", "su"),
        ("01:59", ""),
        ("02:00", ""),
        ("02:15", ""),
        ("02:30", "su"),
    ),
    *(("03:00", ""), ("06:30", "mo-fr"), ("12:00", "sa,su"), ("17:45", "mo,we,fr"), ("23:59", "")),
    *(("01:30", "su"), ("02:01", "sa-mo"), ("05:00", "th")),
]
SUN = [("sunrise", 0), ("sunset", 0), ("sunset", -20), ("sunrise", 90), ("sunset", 60)]
JITTER = ("20:00", 15)
BEGIN = dt.date(2026, 1, 1)
YEAR = [BEGIN + dt.timedelta(days) for days in range(365)]
SUN_TOLERANCE_S = 120


@pytest.mark.parametrize("zone", ZONES, ids=lambda zone: zone[0].rpartition("/")[2])
def test_a_year(zone):
    name, tz, lat, lon = zone
    zone = zoneinfo.ZoneInfo(name)
    rules = [clock_rule(i, *entry) for i, entry in enumerate(CLOCK)]
    rules += [sun_rule(i, *entry) for i, entry in enumerate(SUN)]
    rules += [{"id": "jitter", "at": JITTER[0], "jitter": f"{JITTER[1]}m", "do": {"notify": "j"}}]
    assert len(rules) == 20
    begin = int(dt.datetime(2026, 1, 1, tzinfo=zone).timestamp())
    end = int(dt.datetime(2027, 1, 1, tzinfo=zone).timestamp())
    home = Room({}, {"site": {"tz": tz, "lat": lat, "lon": lon}, "rules": rules}, begin - 10)
    assert home.faults == []
    home.run(end - begin + 5)
    found = {}
    for at, _, _, text in home.events:
        found.setdefault(text, []).append(at)
    for i, (time, days) in enumerate(CLOCK):
        assert found[f"clock {i}"] == [at for at in clock_reference(zone, time, days) if at < end]
    for i, (kind, minutes) in enumerate(SUN):
        expected = sun_reference(zone, Observer(lat, lon), kind, minutes)
        assert len(found[f"sun {i}"]) == len(expected)
        for at, reference in zip(found[f"sun {i}"], expected, strict=True):
            assert abs(at - reference) <= SUN_TOLERANCE_S, (kind, at - reference)
    offsets = [
        at - reference
        for at, reference in zip(found["j"], clock_reference(zone, JITTER[0], ""), strict=True)
    ]
    assert all(abs(offset) <= JITTER[1] * 60 for offset in offsets)
    assert len(set(offsets)) > 250


def clock_rule(i, time, days):
    rule = {"id": f"clock-{i}", "at": time, "do": {"notify": f"clock {i}"}}
    return rule | ({"days": days} if days else {})


def sun_rule(i, kind, minutes):
    at = kind + (f"{minutes:+d}m" if minutes else "")
    return {"id": f"sun-{i}", "at": at, "do": {"notify": f"sun {i}"}}


def clock_reference(zone, time, days):
    """The Unix times at which a clock on the wall shows `time`, or first shows what follows it."""
    wanted = dt.time.fromisoformat(time)
    found = []
    for date in YEAR:
        if not days or DAYS[date.weekday()] in spelled_out(days):
            local = dt.datetime.combine(date, wanted, zone)
            at = int(local.timestamp())
            if dt.datetime.fromtimestamp(at, zone).time() != wanted:
                # It is left out: the first minute that is not.
                at = next(
                    later
                    for later in range(at - 7200, at + 7200, 60)
                    if dt.datetime.fromtimestamp(later, zone).replace(tzinfo=None)
                    > local.replace(tzinfo=None)
                )
            found.append(at)
    return found


def spelled_out(days):
    found = []
    for part in days.split(","):
        first, _, last = part.partition("-")
        i = DAYS.index(first)
        found.append(DAYS[i])
        while last and DAYS[i] != last:
            i = (i + 1) % 7
            found.append(DAYS[i])
    return found


def sun_reference(zone, observer, kind, minutes):
    """The Unix times of a year's sunrises or sunsets, by local date."""
    by_date = {}
    for date in [YEAR[0] - dt.timedelta(1), *YEAR, YEAR[-1] + dt.timedelta(1)]:
        try:
            at = getattr(sun, kind)(observer, date, tzinfo=dt.UTC)
        except ValueError:
            continue  # astral does not find the one or other that there is
        by_date[at.astimezone(zone).date()] = at.timestamp()
    found = []
    for date in YEAR:
        if date not in by_date:
            around = [by_date[date + dt.timedelta(days)] for days in (-1, 1)]
            by_date[date] = sum(around) / 2
        found.append(by_date[date] + minutes * 60)
    return found


class Single(float):
    """A float of 32 bits, as the ESP32 has them."""

    def __new__(cls, value):
        return super().__new__(cls, struct.unpack("f", struct.pack("f", value))[0])


def _rounded(name):
    return lambda self, *others: Single(getattr(float, name)(self, *map(float, others)))


for _name in ("add", "sub", "mul", "truediv", "mod"):
    for _full in (f"__{_name}__", f"__r{_name}__"):
        setattr(Single, _full, _rounded(_full))


def test_floats_of_32_bits_are_enough_for_the_sun(monkeypatch):
    begin = int(dt.datetime(2026, 1, 1, 11, tzinfo=dt.UTC).timestamp())
    places = ((52.5, 13.4), (-33.87, 151.2), (64.1, -21.9))
    asked = [
        (is_rise, begin + 86400 * day, Single(lat), Single(lon))
        for is_rise in (True, False)
        for day in range(0, 9000, 7)
        for lat, lon in places
    ]
    exact = [sun_at(is_rise, at, float(lat), float(lon)) for is_rise, at, lat, lon in asked]
    for name in ("acos", "asin", "atan2", "cos", "degrees", "radians", "sin"):
        function = getattr(math, name)
        monkeypatch.setattr(
            f"hub.clock.sun.{name}", lambda *values, f=function: Single(f(*values))
        )
    rounded = [sun_at(*each) for each in asked]
    assert max(abs(a - b) for a, b in zip(exact, rounded, strict=True)) <= 3

"""What stands in a rule as text: moments of the day, weekdays, thresholds, periods.

Functions for the tables of the checks, as in expect.py, and what reads the values they let pass.
"""

WEEKDAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
_SUNS = ("sunrise", "sunset")
_UNITS = {"s": 1, "m": 60, "h": 3600}
#: Measures: {name: (DP of a plug or value of a kind, {unit: steps of it in one})}. Values of kinds
#: are in tenths: see Context.read().
MEASURES = {
    "power": (19, {"W": 10, "kW": 10000}),
    "current": (18, {"A": 1000, "mA": 1}),
    "voltage": (20, {"V": 10}),
    "brightness": ("brightness", {"%": 10}),
    "position": ("position", {"%": 10}),
    "temperature": ("current", {"": 10, "C": 10, "F": 10}),
    "value": (None, {"": 10}),
}


def moment(value):
    if moment_of(value):
        return None
    return 'a time such as "06:30", "sunset" or "sunrise+20m"'


def moment_of(value):
    """Return (kind, seconds) of a moment as the almanac has it, None for what is none."""
    if not isinstance(value, str):
        return None
    for sun in _SUNS:
        if value.startswith(sun):
            offset = _offset(value[len(sun) :])
            return None if offset is None else (sun, offset)
    hours, colon, minutes = value.partition(":")
    if not colon or len(minutes) != 2 or not 1 <= len(hours) <= 2:
        return None
    if not (hours.isdigit() and minutes.isdigit() and int(hours) < 24 and int(minutes) < 60):
        return None
    return "clock", int(hours) * 3600 + int(minutes) * 60


def _offset(text):
    if not text:
        return 0
    count, unit = text[1:-1], _UNITS.get(text[-1])
    if text[0] not in "+-" or not unit or not count.isdigit() or int(count) * unit > 43200:
        return None
    return int(count) * unit * (1 if text[0] == "+" else -1)


def days(value):
    if days_of(value):
        return None
    return 'weekdays such as "mo-fr", "sa,su" or "mo,we-fr"'


def days_of(value):
    """Return a bit for each weekday, 1 for Monday; None for what is none."""
    bits = 0
    for part in value.split(",") if isinstance(value, str) else ():
        first, _, last = part.strip().partition("-")
        last = last or first
        if first not in WEEKDAYS or last not in WEEKDAYS:
            return None
        day = WEEKDAYS.index(first)
        bits |= 1 << day
        while WEEKDAYS[day] != last:
            day = (day + 1) % 7
            bits |= 1 << day
    return bits or None


def period(value):
    if period_of(value):
        return None
    return 'two times such as "18:00-23:00" or "sunset-sunrise"'


def period_of(value):
    """Return (moment, moment), None for what is none. An offset has a dash in it as well."""
    if isinstance(value, str):
        for i in range(len(value)):
            if value[i] == "-":
                begin, end = moment_of(value[:i]), moment_of(value[i + 1 :])
                if begin and end and begin != end:
                    return begin, end
    return None


def threshold(value, measure):
    if threshold_of(value, measure):
        return None
    unit = max(MEASURES[measure][1], key=len)[-1:]
    return 'a threshold such as "<4%s" or ">10%s"' % (unit, unit)


def plain(value):
    return (
        None if isinstance(value, (bool, int, float, str)) else "true, false, a number or a text"
    )


def threshold_of(value, measure):
    """Return (whether it has to be above, the limit in steps of the DP), None for what is none."""
    if not isinstance(value, str) or value[:1] not in ("<", ">"):
        return None
    limit = amount_of(value[1:], measure)
    return None if limit is None else (value[0] == ">", limit)


def amount_of(value, measure):
    """Return an amount such as "1.5W" in steps of the DP, None for what is none."""
    if not isinstance(value, str):
        return None
    text = value.strip().replace("°", "")
    number = text.rstrip("mkWAV%CF")
    steps = MEASURES[measure][1].get(text[len(number) :])
    sign = -1 if number[:1] == "-" and not isinstance(MEASURES[measure][0], int) else 1
    whole, point, part = number.strip().lstrip("-" if sign < 0 else "").partition(".")
    if not steps or not whole.isdigit() or len(whole) > 5 or len(part) > 3:
        return None
    if point and not part.isdigit():
        return None
    return sign * (int(whole) * steps + (int(part) * steps // 10 ** len(part) if part else 0))


def rule_id(value):
    if not isinstance(value, str) or not 1 <= len(value) <= 32:
        return "letters, digits and dashes, 32 at most"
    if not all([c in "-_" or c.isalpha() or c.isdigit() for c in value]):
        return "letters, digits and dashes only"
    return None


def button(value):
    if isinstance(value, str) and value:
        return None
    if isinstance(value, int) and value is not True and value > 0:
        return None
    return "the name of a button, or 1 for the first one"


def degrees(value, most):
    if isinstance(value, (int, float)) and value is not True and -most <= value <= most:
        return None
    return "degrees from -%d to %d" % (most, most)


def zone(value):
    from hub.clock.zone import Zone

    try:
        Zone(value)
    except (ValueError, TypeError, AttributeError):
        return 'a time zone as POSIX has it, such as "CET-1CEST,M3.5.0,M10.5.0/3"'
    return None

"""When the sun rises and sets, to a minute or two. Loaded for a moment.

The low-precision coordinates of the Astronomical Almanac (page C5): 0.01 degrees until 2050, with
floats of 32 bits as well. The sun is up when its centre is 0.833 degrees below the horizon:
refraction and its own radius.
"""

from math import acos, asin, atan2, cos, degrees, radians, sin

from tuya.port import const

_HALF_DAY = const(43200)
_YEAR_2000 = 946728000  # its noon, in Unix time
_HORIZON = sin(radians(-0.833))
_ROUNDS = const(3)  # the sun moves while it goes from noon to the horizon


def sun_at(is_rise, noon, latitude, longitude):
    """Return the Unix time of the sunrise or sunset that belongs to a day; degrees, east is +.

    `noon`: Unix time of the day's noon by the clock, about. None when the sun does not rise or
    set.
    """
    at = noon
    for _ in range(_ROUNDS):
        declination, equation = _sun(at)
        # Seconds from the clock's noon to the sun's, less than half a day either way.
        solar = int((longitude + equation) * 240)
        transit = noon - (noon % 86400 - _HALF_DAY + solar + _HALF_DAY) % 86400 + _HALF_DAY
        cosine = (_HORIZON - sin(radians(latitude)) * sin(declination)) / (
            cos(radians(latitude)) * cos(declination)
        )
        if not -1 < cosine < 1:
            return None
        angle = int(degrees(acos(cosine)) * 240)
        at = transit - angle if is_rise else transit + angle
    return at


def _sun(unix):
    """Return (declination in radians, equation of time in degrees)."""
    days, rest = divmod(unix - _YEAR_2000, 86400)
    # Whole days first: a float of 32 bits has seven digits for all.
    part = rest / 86400
    longitude = 280.46 + (days * 9856474 // 100 % 36000000) / 100000 + part * 0.98565
    anomaly = radians(357.528 + (days * 9856003 // 100 % 36000000) / 100000 + part * 0.9856)
    ecliptic = radians(longitude + 1.915 * sin(anomaly) + 0.02 * sin(2 * anomaly))
    tilt = radians(23.439 - days * 0.0000004)
    ascension = degrees(atan2(cos(tilt) * sin(ecliptic), cos(ecliptic)))
    equation = (longitude - ascension + 180) % 360 - 180
    return asin(sin(tilt) * sin(ecliptic)), equation

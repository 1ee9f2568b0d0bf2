"""The numbers of the usual data points (DPs) of plugs, in Tuya's standard instruction set.

Others than plugs number theirs differently: see bulb.py, cover.py, climate.py.
"""

from tuya.port import const

SWITCH = const(1)
#: Of strips: the switches of the sockets, then of the USB ports.
SWITCHES = (1, 2, 3, 4, 5, 7)
COUNTDOWN = const(9)  # s until the switch turns over, 0 for none
ADDED_ENERGY = const(17)  # Wh since the report before
CURRENT = const(18)  # mA
POWER = const(19)  # 0.1 W
VOLTAGE = const(20)  # 0.1 V
FAULT = const(26)  # bits
#: What plugs with a meter measure.
METER = (CURRENT, POWER, VOLTAGE)


def number(dps, dp):
    """Return the number that a DP has, None for another value: a breaker may have a text at 19."""
    value = dps.get(dp)
    return value if type(value) is int else None

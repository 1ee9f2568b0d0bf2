"""Names, units and scales of DPs: from a devices.json mapping, else those of the usual plugs."""

import json
import struct
from binascii import a2b_base64

# Code, type, unit, decimals: what most plugs with a meter have (protocol: energy plugs).
_CLASSIC = {
    1: ("switch_1", "Boolean", "", 0),
    9: ("countdown_1", "Integer", "s", 0),
    17: ("add_ele", "Integer", "kWh", 3),
    18: ("cur_current", "Integer", "mA", 0),
    19: ("cur_power", "Integer", "W", 1),
    20: ("cur_voltage", "Integer", "V", 1),
    26: ("fault", "Bitmap", "", 0),
    38: ("relay_status", "Enum", "", 0),
    40: ("light_mode", "Enum", "", 0),
    41: ("child_lock", "Boolean", "", 0),
}
# The meter of the 3.1 era, where there is no other.
_OLD_METER = {
    4: ("cur_current", "Integer", "mA", 0),
    5: ("cur_power", "Integer", "W", 1),
    6: ("cur_voltage", "Integer", "V", 1),
}


class Datapoint:
    """One DP: its `code` (the name), `unit`, and how the number on the wire is to be read."""

    def __init__(self, dp, code, kind, unit="", decimals=0, low=None, high=None, options=()):
        self.dp = dp
        self.code = code
        self.kind = kind
        self.unit = unit
        self.decimals = decimals
        self.low = low  # limits of the number on the wire
        self.high = high
        self.options = options

    def value(self, raw):
        """Return what a raw value means: a number in `unit`, or the value as it is."""
        if self.kind == "Integer" and self.decimals and _is_number(raw):
            return raw / 10**self.decimals
        return raw

    def raw(self, value):
        """Return what to write for `value`. Raises ValueError, which says what is allowed."""
        if self.kind == "Boolean":
            if not isinstance(value, bool):
                raise ValueError("%s is true or false, not %r" % (self._where(), value))
            return value
        if self.kind == "Integer":
            return self._number(value)
        if self.kind == "Enum" and self.options and value not in self.options:
            allowed = ", ".join([str(option) for option in self.options])
            raise ValueError("%s is one of %s, not %r" % (self._where(), allowed, value))
        return value

    def _number(self, value):
        if not _is_number(value):
            raise ValueError("%s is a number, not %r" % (self._where(), value))
        raw = round(value * 10**self.decimals)
        if (self.low is not None and raw < self.low) or (
            self.high is not None and raw > self.high
        ):
            limits = (self._where(), self.value(self.low), self.value(self.high), self.unit, value)
            raise ValueError("%s is between %s and %s %s, not %s" % limits)
        return raw

    def _where(self):
        return "DP %d (%s)" % (self.dp, self.code)


class Datapoints:
    """The DPs of one device by code. `by_dp` and `by_code` hold its Datapoint objects.

    `mapping` is the object of that name that tinytuya writes for each device in devices.json:
    {"19": {"code": "cur_power", "type": "Integer", "values": {"scale": 1, "unit": "W"}}}, `values`
    also as a text. Raises ValueError, which names the DP, for a mapping that is none.
    """

    def __init__(self, mapping):
        self.by_dp = {}
        self.by_code = {}
        for number in mapping:
            try:
                self._add(_datapoint(int(number), mapping[number]))
            except (TypeError, ValueError, AttributeError, KeyError):
                raise ValueError("the mapping of DP %s is none" % number) from None

    def _add(self, datapoint):
        self.by_dp[datapoint.dp] = datapoint
        self.by_code[datapoint.code] = datapoint

    def values(self, dps):
        """Return {code: value} of reported DPs, those of unknown DPs under "dp_<number>"."""
        return {self.code(dp): self.value(dp, dps[dp]) for dp in dps}

    def value(self, dp, raw):
        """Return what a raw value of `dp` means."""
        return self.by_dp[dp].value(raw) if dp in self.by_dp else raw

    def code(self, dp):
        """Return the name of `dp`."""
        return self.by_dp[dp].code if dp in self.by_dp else "dp_%d" % dp

    def unit(self, dp):
        """Return the unit of `dp`, "" where it has none."""
        return self.by_dp[dp].unit if dp in self.by_dp else ""

    def raws(self, values):
        """Return the DPs to write for {code: value}. Raises ValueError."""
        dps = {}
        for code in values:
            if code not in self.by_code:
                raise ValueError("the device has no %s" % code)
            datapoint = self.by_code[code]
            dps[datapoint.dp] = datapoint.raw(values[code])
        return dps


def usual(dps):
    """Return the Datapoints of a plug that has no mapping, by the DPs that it reports."""
    known = Datapoints({})
    table = _CLASSIC
    if not any(dp in dps for dp in (18, 19, 20)) and 5 in dps:
        table = dict(_CLASSIC)
        table.update(_OLD_METER)
    for dp in table:
        code, kind, unit, decimals = table[dp]
        known._add(Datapoint(dp, code, kind, unit, decimals))
    return known


def phase(text):
    """Return (V, A, W) of a phase of a DIN-rail meter, whose DP 6 is base64. Raises ValueError."""
    data = a2b_base64(text)
    if len(data) < 8:
        raise ValueError("a phase has 8 bytes, not %d" % len(data))
    volts, milliamperes, watts = struct.unpack(">HHH", data[:2] + data[3:5] + data[6:8])
    high = (data[2] << 16) + milliamperes, (data[5] << 16) + watts
    return volts / 10, high[0] / 1000, high[1]


def _datapoint(dp, about):
    values = about.get("values") or {}
    if isinstance(values, str):
        values = json.loads(values)
    return Datapoint(
        dp,
        about["code"],
        about.get("type", ""),
        values.get("unit", ""),
        int(values.get("scale") or 0),
        values.get("min"),
        values.get("max"),
        values.get("range") or (),
    )


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)

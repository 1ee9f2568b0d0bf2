"""What the DPs of a device are called, what they measure and which values they take. No I/O.

A name is Tuya's code for the DP, such as "cur_power". Wherever a DP is asked for, its name or its
number does.
"""

# What is specified of a DP may be of any type.
# pyright: reportArgumentType=false, reportOperatorIssue=false, reportReturnType=false

import binascii
import json

from tuya.port import const

if const(0):  # for an IDE: nothing is loaded here
    from tuya.shapes import DPs, Points, Value, Written

# A Tuya integer has 32 bits.
_INT_MIN = -0x80000000
_INT_MAX = 0x7FFFFFFF

_DAY = const(86400)  # seconds

# What older mappings call the kinds.
_KINDS = {"bool": "boolean", "value": "integer", "fault": "bitmap"}

# What of a specification is kept, and the type it must have to be believed.
_SPECIFIED = (
    ("min", int),
    ("max", int),
    ("scale", int),
    ("step", int),
    ("maxlen", int),
    ("unit", str),
    ("range", list),
    ("label", list),
)


class DataPoints:
    """DPs by name and by number.

    `points` is {number: (name, kind, values)}. The kinds are boolean, integer, enum, bitmap,
    string, json and raw; `values` is the part of Tuya's specification that is known: min, max,
    scale, step, maxlen, unit, range, and label, which each bitmap has.
    """

    def __init__(self, points: "Points") -> None:
        self.points: "Points" = points
        self._numbers = {}
        for dp in sorted(points, reverse=True):
            self._numbers[points[dp][0]] = dp  # of several with one name the lowest is meant

    def find(self, *names: str) -> int | None:
        """Return the number of the first of these names that there is, or None."""
        for name in names:
            if name in self._numbers:
                return self._numbers[name]
        return None

    def number(self, dp: int | str) -> int:
        """Return the number of a DP. Raises ValueError when it is none of these."""
        number = self._numbers.get(dp) if isinstance(dp, str) else dp
        if isinstance(number, bool) or number not in self.points:
            raise ValueError("there is no DP %s" % repr(dp))
        return number

    def unit(self, dp: int | str) -> str:
        """Return the unit of a DP, "" when it has none."""
        return self._values(dp).get("unit", "")

    def choices(self, dp: int | str) -> list[str]:
        """Return the texts that an enum takes, [] when they are not known."""
        return self._values(dp).get("range", [])

    def value(self, dp: int | str, raw: object) -> object:
        """Return what a device reports for a DP in its unit.

        An integer is divided by 10 to the scale; a bitmap becomes the list of labels that are
        set. What is not of its kind stays as it is: devices do report such values.
        """
        _, kind, values = self.points[self.number(dp)]
        if isinstance(raw, int) and not isinstance(raw, bool):
            if kind == "integer" and values.get("scale"):
                return raw / 10 ** values["scale"]
            if kind == "bitmap":
                return [label for bit, label in enumerate(values["label"]) if raw >> bit & 1]
        return raw

    def raw(self, dp: int | str, value: object) -> "Value":
        """Return what to write to a DP to have it at `value`, the opposite of value().

        A number goes to the nearest step. Raises ValueError with the DP and what it takes.
        """
        number = self.number(dp)
        name, kind, values = self.points[number]
        convert = _TO_RAW.get(kind, _text)
        raw = convert(value, values)
        if raw is None:
            allowed = _allowed(kind, values)
            raise ValueError("DP %d (%s) takes %s, not %s" % (number, name, allowed, repr(value)))
        return raw

    def read(self, dps: "DPs") -> dict[str | int, object]:
        """Return {name: value} of what a device reports; a DP without name keeps its number."""
        values = {}
        for dp in dps:
            if dp in self.points:
                values[self.points[dp][0]] = self.value(dp, dps[dp])
            else:
                values[dp] = dps[dp]
        return values

    def write(self, values: "Written") -> "DPs":
        """Return the {number: raw} that sets {name: value}. Raises ValueError."""
        return {self.number(dp): self.raw(dp, values[dp]) for dp in values}

    def _values(self, dp):
        return self.points[self.number(dp)][2]


def from_mapping(mapping):
    """Return the DataPoints of a device's "mapping" in the devices.json of `tinytuya wizard`.

    {"19": {"code": "cur_power", "type": "Integer", "values": {...}}, ...}, where `values` may be
    JSON in a text. Entries of another form are left out. Raises ValueError when none is left.
    """
    points = {}
    for dp in mapping if isinstance(mapping, dict) else ():
        try:
            name, kind = mapping[dp]["code"], mapping[dp]["type"].lower()
            values = _specified(mapping[dp].get("values"))
            kind = _KINDS.get(kind, kind)
            if kind == "bitmap" and "label" not in values:
                kind = "integer"
            if isinstance(name, str):
                points[int(dp)] = (name, kind, values)
        except (AttributeError, KeyError, TypeError, ValueError):
            pass  # what has no number cannot be reached on the LAN
    if not points:
        raise ValueError('a mapping is {"1": {"code": "...", "type": "...", "values": ...}}')
    return DataPoints(points)


def _specified(values):
    if isinstance(values, str):
        try:
            values = json.loads(values)
        except ValueError:
            pass
    if not isinstance(values, dict):
        return {}
    specified = {key: values[key] for key, form in _SPECIFIED if isinstance(values.get(key), form)}
    for key in ("range", "label"):
        if key in specified:
            specified[key] = [str(text) for text in specified[key]]
    return specified


# --- from values to what is written; None is what the DP does not take ---


def _boolean(value, values):
    return value if isinstance(value, bool) else None


def _integer(value, values):
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    low = values.get("min", _INT_MIN)
    high = values.get("max", _INT_MAX)
    raw = value * 10 ** values.get("scale", 0)
    if not low - 1 < raw < high + 1:  # neither is a NaN
        return None
    raw = round(raw)
    step = values.get("step", 1)
    if step > 1:
        start = values.get("min", 0)
        raw = start + (raw - start + step // 2) // step * step
        if raw > high:
            raw -= step
    return raw if low <= raw <= high else None


def _enum(value, values):
    return value if isinstance(value, str) and value in values.get("range", (value,)) else None


def _bitmap(value, values):
    if not isinstance(value, (list, tuple)):
        return None
    raw = 0
    for label in value:
        if label not in values["label"]:
            return None
        raw |= 1 << values["label"].index(label)
    return raw


def _text(value, values):
    return value if isinstance(value, str) and len(value) <= values.get("maxlen", 65535) else None


_TO_RAW = {"boolean": _boolean, "integer": _integer, "enum": _enum, "bitmap": _bitmap}


def _allowed(kind, values):
    if kind == "boolean":
        return "True or False"
    if kind == "integer":
        scale = 10 ** values.get("scale", 0)
        text = "%s to %s" % tuple(
            [
                limit / scale if scale > 1 else limit
                for limit in (values.get("min", _INT_MIN), values.get("max", _INT_MAX))
            ]
        )
        return text + " " + values["unit"] if values.get("unit") else text
    if kind == "enum" and "range" in values:
        return " or ".join([repr(choice) for choice in values["range"]])
    if kind == "bitmap":
        return "a list of " + ", ".join([repr(label) for label in values["label"]])
    return "a text of at most %d characters" % values.get("maxlen", 65535)


# --- what plugs have when nobody tells ---


def usual_plug(dps):
    """Return the DataPoints of nearly all plugs, given what one of them reports.

    Plugs from the time of 3.1 measure with DPs 4, 5 and 6, all others with 18, 19 and 20. Of
    these some have lamp and lock at 39 and 40, most at 40 and 41. Each is made once and shared.
    """
    old = 19 not in dps and any([_is_number(dps.get(dp)) for dp in (4, 5, 6)])
    lamp = 39 if isinstance(dps.get(40), bool) else 40
    if (old, lamp) not in _usual:
        _usual[old, lamp] = DataPoints(_old_plug() if old else _plug(lamp))
    return _usual[old, lamp]


_usual = {}


def _is_number(value):
    return isinstance(value, int) and not isinstance(value, bool)


def _meter(current, power, voltage):
    return {
        current: ("cur_current", "integer", {"unit": "mA"}),
        power: ("cur_power", "integer", {"unit": "W", "scale": 1}),
        voltage: ("cur_voltage", "integer", {"unit": "V", "scale": 1}),
    }


def _old_plug():
    points = _meter(4, 5, 6)
    points[1] = ("switch_1", "boolean", {})
    points[2] = ("countdown_1", "integer", {"unit": "s", "min": 0, "max": _DAY})
    return points


def _plug(lamp):
    points = _meter(18, 19, 20)
    countdown = {"unit": "s", "min": 0, "max": _DAY}
    for number in (1, 2, 3, 4, 5, 7):
        points[number] = ("switch_%d" % number, "boolean", {})
        points[8 + number] = ("countdown_%d" % number, "integer", countdown)
    faults = ["ov_cr", "ov_vol", "ov_pwr", "ls_cr", "ls_vol", "ls_pow"]
    points[6] = ("phase_a", "raw", {})
    points[17] = ("add_ele", "integer", {"unit": "kWh", "scale": 3})
    points[26] = ("fault", "bitmap", {"label": faults})
    points[38] = ("relay_status", "enum", {})  # two sets of texts are about
    points[lamp] = ("light_mode", "enum", {"range": ["none", "relay", "pos", "on"]})
    points[lamp + 1] = ("child_lock", "boolean", {})
    return points


def phase(raw):
    """Return (V, A, W) of a phase as DIN-rail meters report it, in base64.

    That is 2 bytes of 0.1 V, 3 of mA and 3 of W, the highest first; what follows is left out.
    Raises ValueError.
    """
    data = binascii.a2b_base64(raw)
    if len(data) < 8:
        raise ValueError("a phase has 8 bytes, not %d" % len(data))
    return (
        int.from_bytes(data[:2], "big") / 10,
        int.from_bytes(data[2:5], "big") / 1000,
        int.from_bytes(data[5:8], "big"),
    )

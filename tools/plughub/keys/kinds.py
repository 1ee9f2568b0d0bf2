"""What the hub has to know of a device that is no plug: its kind, and what counts of its DPs."""

from tuya.datapoints import from_mapping

# Tuya's categories of the standard instruction set.
_PLUGS = ("cz", "pc", "kg", "tdq", "dlq", "zndb", "wkcz")
_BULBS = ("dj", "dd", "dc", "xdd", "fwd", "tgq", "tgkg", "tyndj", "fsd")
_COVERS = ("cl", "clkg", "ckmkzq")
_CLIMATE = ("wk", "wkf", "qn", "kt", "ktkzq", "rs")
# Codes that tell the kind where the category says nothing.
_SHINES = ("bright_value", "bright_value_v2", "colour_data", "colour_data_v2")
_MOVES = ("control", "mach_operate")
_POSITIONS = ("percent_control", "percent_state", "position")
_HEATS = ("temp_set", "TempSet", "target_temp", "set_temp")
_SWITCHES = (1, 2, 3, 4, 5, 6, 7)
# Where the sets of DPs begin that bulbs have: see tuya.bulb.
_BULB_SWITCHES = (1, 20)
_POINTS_MAX = 24
# What is of no use without an app: programs, and colours of which only a bulb knows the meaning.
_OPAQUE = ("raw", "json")


def kind_of(category, mapping):
    """Return (kind, mapping, DPs of switches) for the hub; the kind is None for a plug.

    The mapping is that of devices.json, without what the hub does not use; None where the kind
    needs none.
    """
    try:
        points = from_mapping(mapping).points if mapping else {}
    except ValueError:
        points = {}
    codes = {points[dp][0] for dp in points}
    switches = _switches(points)
    if category in _COVERS or (codes & set(_MOVES) and codes & set(_POSITIONS)):
        kept = _kept(points, _MOVES + _POSITIONS)
        return "cover", kept if codes & set(_MOVES) else None, []
    if (category in _BULBS or codes & set(_SHINES)) and _is_bulb(points):
        return "bulb", None, []
    if category in _CLIMATE or codes & set(_HEATS):
        return ("climate" if codes & set(_HEATS) or not points else "custom"), _kept(points), []
    if len(switches) > 1 and category not in _BULBS:
        return "strip", None, switches
    if not points or (switches and (category in _PLUGS or not category)):
        return None, None, []
    return "custom", _kept(points), []


def _switches(points):
    """Return the DPs of a plug's or strip's switches, in the order of its outlets."""
    found = []
    for dp in _SWITCHES:
        name, kind, _ = points.get(dp, ("", "", None))
        number = name.removeprefix("switch_").removeprefix("usb")
        if kind == "boolean" and (name == "switch" or number.isdigit()):
            found.append(dp)
    return found


def _is_bulb(points):
    """Tell whether its DPs are one of the sets that tuya.bulb knows; also where none is known."""
    if not points:
        return True
    switches = [dp for dp in points if points[dp][0].startswith(("switch_led", "switch"))]
    return len(switches) == 1 and switches[0] in _BULB_SWITCHES


def _kept(points, names=None):
    """Return a mapping with what the hub uses of one; None where that is nothing."""
    kept = {}
    for dp in sorted(points):
        name, kind, values = points[dp]
        if kind in _OPAQUE or (names and name not in names) or len(kept) == _POINTS_MAX:
            continue
        kept[str(dp)] = {"code": name, "type": kind.capitalize()}
        if values:
            kept[str(dp)]["values"] = values
    return kept or None

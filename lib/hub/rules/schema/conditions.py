"""What a rule watches, as people write it and as a Condition is made of it."""

from hub.rules.schema.values import MEASURES, amount_of, threshold_of

#: What has a state that can be watched.
WATCHED = ("plug", "outlet", "relay", "group", "input", "bulb", "cover", "climate")
_STATES = ("on", "is", "online")
# What else can be asked of whom. Of a plug that may be anything all of it can.
_OF_DEVICES = (
    ("bulb", ("on", "online", "brightness", "value")),
    ("cover", ("on", "online", "position", "value")),
    ("climate", ("on", "online", "temperature", "value")),
    ("outlet", ("on", "online")),
    ("input", ("is",)),
)
_DP_ON, _DP_ONLINE = None, 0

#: The tables of "when", of the "after" in it, and of "follow".
AFTER = (
    ("power", ("threshold", "power"), None),
    ("current", ("threshold", "current"), None),
    ("voltage", ("threshold", "voltage"), None),
    ("brightness", ("threshold", "brightness"), None),
    ("position", ("threshold", "position"), None),
    ("temperature", ("threshold", "temperature"), None),
    ("value", "text", None),
    ("equals", "plain", None),
    ("threshold", ("threshold", "value"), None),
    ("on", "flag", None),
    ("is", "flag", None),
    ("online", "flag", None),
    ("for", "duration", None),
    ("hysteresis", "text", None),
)
WHEN = (
    ("plug", "text", None),
    ("relay", "text", None),
    ("group", "text", None),
    ("input", "text", None),
    ("outlet", "text", None),
    ("bulb", "text", None),
    ("cover", "text", None),
    ("climate", "text", None),
    ("after", None, None),
) + AFTER
FOLLOW = (
    ("leader", "text", ...),
    ("followers", "names", ...),
    ("off_delay", "duration", None),
) + AFTER


def condition_of(raw, item, kind, name, place, fault):
    """Return (name, DP, above, limit, band, seconds) of a target; None after calling `fault`.

    `item`: what is right of `raw`; `kind`: that of the target.
    """
    keys = [key for key in MEASURES if key != "value"] + list(_STATES) + ["value"]
    given = [key for key in keys if raw.get(key) is not None]
    if len(given) != 1 or not _fits(kind, given[0]):
        known = [key for key in keys if _fits(kind, key)]
        fault(place, "expected one of " + ", ".join(sorted(known)))
        return None
    key = given[0]
    if item[key] is None:
        return None  # that has been said
    seconds = item["for"] or 0
    if key in _STATES:
        dp = _DP_ONLINE if key == "online" else _DP_ON
        above, limit = item[key], 0 if item[key] else 1
    elif key == "value":
        dp, text = item["value"], item["threshold"]
        if (item["equals"] is None) == (text is None):
            fault(place, 'a "value" needs "equals" or "threshold"')
            return None
        if text is None:
            return name, "%s=%s" % (dp, item["equals"]), True, 0, 0, seconds
        above, limit = threshold_of(text, key) or (None, None)
    else:
        dp = MEASURES[key][0]
        above, limit = threshold_of(item[key], key) or (None, None)
    band = 0
    if item["hysteresis"] is not None:
        band = amount_of(item["hysteresis"], key) if key in MEASURES else None
        if band is None:
            unit = "" if key == "value" else "W"
            fault(place + ".hysteresis", 'expected an amount such as "2%s"' % unit)
    return name, dp, above, limit, band, seconds


def opposite(condition, seconds):
    """Return the condition that holds when the other one does not, its band included."""
    name, dp, above, limit, band, _ = condition
    if dp in (_DP_ON, _DP_ONLINE) or "=" in str(dp):
        limit = 1 - limit
    else:
        # Below or equal is what is not above.
        limit = limit - band + 1 if above else limit + band - 1
    return name, dp, not above, limit, band, seconds


def _fits(kind, key):
    if kind == "plug":
        return key != "is"
    for other, keys in _OF_DEVICES:
        if kind == other:
            return key in keys
    return key == "on"

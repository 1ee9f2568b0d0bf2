"""What a rule watches, as people write it and as a Condition is made of it."""

from hub.rules.schema.values import MEASURES, amount_of, threshold_of

#: What has a state that can be watched.
WATCHED = ("plug", "relay", "group", "input")
_STATES = ("on", "is", "online")
_DP_ON, _DP_ONLINE = None, 0

#: The tables of "when", of the "after" in it, and of "follow".
AFTER = (
    ("power", ("threshold", "power"), None),
    ("current", ("threshold", "current"), None),
    ("voltage", ("threshold", "voltage"), None),
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
    keys = list(MEASURES) + list(_STATES)
    given = [key for key in keys if raw.get(key) is not None]
    if len(given) != 1 or not _fits(kind, given[0]):
        known = [key for key in keys if _fits(kind, key)]
        fault(place, "expected one of " + ", ".join(sorted(known)))
        return None
    key = given[0]
    if item[key] is None:
        return None  # that has been said
    if key in _STATES:
        dp = _DP_ONLINE if key == "online" else _DP_ON
        above, limit = item[key], 0 if item[key] else 1
    else:
        dp = MEASURES[key][0]
        above, limit = threshold_of(item[key], key) or (None, None)
    band = 0
    if item["hysteresis"] is not None:
        band = amount_of(item["hysteresis"], key) if key in MEASURES else None
        if band is None:
            fault(place + ".hysteresis", 'expected an amount such as "2W"')
    return name, dp, above, limit, band, item["for"] or 0


def opposite(condition, seconds):
    """Return the condition that holds when the other one does not, its band included."""
    name, dp, above, limit, band, _ = condition
    if dp in (_DP_ON, _DP_ONLINE):
        limit = 1 - limit
    else:
        # Below or equal is what is not above.
        limit = limit - band + 1 if above else limit + band - 1
    return name, dp, not above, limit, band, seconds


def _fits(kind, key):
    if kind == "plug":
        return key != "is"
    return key == ("is" if kind == "input" else "on")

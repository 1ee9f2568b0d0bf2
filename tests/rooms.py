"""Homes for rules, in which time passes at once: the same for all tests of rules."""

from hub.clock.zone import day_of
from simulator.room import Room

NOON = day_of(2026, 11, 16) * 86400 + 12 * 3600  # a Monday, UTC
HOUR = 3600
DAY = 86400
NAMES = ("lamp", "porch", "washer", "heater", "pump", "pc", "screen")


def plug(i):
    return {"name": NAMES[i], "id": "bf%020d" % i, "key": "0123456789abcdef"}


CONFIG = {
    "plugs": [plug(i) for i in range(len(NAMES))],
    "relays": [{"name": "fan", "pin": 26}],
    "groups": [{"name": "all", "members": ["lamp", "porch"]}],
    "scenes": [{"name": "away", "set": {"lamp": "off", "fan": "off"}}],
    "buttons": [{"pin": 4, "press": {"plug": "lamp"}}],
    "inputs": [{"name": "pir", "pin": 5, "fall": {"plug": "screen"}}],
}


def room(*rules, unix=NOON, site=None, scenes=(), **more):
    """Return a Room that has been running for a second, with all these rules right."""
    config = dict(CONFIG, scenes=CONFIG["scenes"] + list(scenes))
    home = Room(config, {"site": site or {}, "rules": list(rules)}, unix, **more)
    assert home.faults == [], home.faults
    home.run(1)
    home.events = []
    return home


def times(home, what="set"):
    """Return (hours since noon, name, on) of what was switched."""
    return [((at - NOON) / HOUR, name, on) for at, kind, name, on in home.events if kind == what]


#: A washing machine that is done.
WASHER = {
    "id": "done",
    "when": {
        "plug": "washer",
        "power": "<4W",
        "for": "3m",
        "after": {"power": ">10W", "for": "1m"},
    },
    "do": [{"notify": "washer done"}, {"plug": "washer", "set": "off", "delay": "10m"}],
}

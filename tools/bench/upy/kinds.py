"""Runs on MicroPython: the heap that a device takes more than a plug. Prints one JSON line.

kinds.py LIB TESTS. Of each kind the first one is told with what it loads, and a further one.
"""

import gc
import json
import sys

sys.path[:0] = [sys.argv[1], sys.argv[2]]

from kind_home import BULB, COVER, FEEDER, STRIP, THERMOSTAT, Face, plug_of

from hub.targets.kinds.outlets import Outlet

PLUG = {1: True, 9: 0, 18: 417, 19: 957, 20: 2304, 26: 0, 38: "memory"}
FED = {1: True, 3: 2, 4: "standby", 5: 215, 6: "low"}


def used():
    gc.collect()
    return gc.mem_alloc()


def taken(make):
    """Return (what the first one takes, what a further one takes)."""
    start = used()
    first = make()
    between = used()
    second = make()
    end = used()
    del first, second
    return between - start, end - between


def shown(dps, word=None, **settings):
    """Return a plug that was shown once, and a way to make it."""
    plug = plug_of(Face(dict(dps)), word, **settings)
    plug.state()
    return plug


def strip_of_four():
    strip = shown(STRIP, "strip")
    outlets = [Outlet("outlet", dp, strip._broadcast) for dp in (1, 2, 3, 4)]
    for outlet in outlets:
        outlet.attach(strip)
        outlet.state()
    return strip, outlets


def main():
    taken(lambda: shown(PLUG, "outlet"))
    _, plug = taken(lambda: shown(PLUG, "outlet"))
    mapping = {"mapping": FEEDER}
    makers = {
        "bulb": lambda: shown(BULB, "bulb"),
        "cover": lambda: shown(COVER, "cover"),
        "climate": lambda: shown(THERMOSTAT, "climate"),
        "custom_of_5_dps": lambda: shown(FED, "custom", **mapping),
        "strip_of_4": strip_of_four,
    }
    figures = {}
    for name in ("bulb", "cover", "climate", "custom_of_5_dps", "strip_of_4"):
        first, further = taken(makers[name])
        figures["first_%s_more" % name] = first - plug
        figures["further_%s_more" % name] = further - plug
    print(json.dumps(figures))


main()

"""`plughub rules`: what a rules file would do, over days that pass in a second."""

import contextlib
import csv
import datetime as dt
import json
import os
import time

from hub.clock import location as site
from hub.clock.zone import Zone
from hub.rules.explain import why
from hub.rules.schema.values import WEEKDAYS
from hub.targets.action import DEVICES
from simulator.room import Room

_DAY = 86400
_WORDS = ("on", "off", "online", "offline", "true", "false")
# Keys of rules that name targets, and others that name something.
_KINDS = ("outlet", *DEVICES)
_NAMED = ("plug", "relay", "group", "scene", "gpio", "button", "leader", "followers")
_EPOCH = dt.datetime(1970, 1, 1)


def simulate(rules_path, days, start=None, config_path=None, trace_path=None):
    """Print what the rules would do; return 0, or 1 for a file with faults.

    `start`: a date, today without one. The trace is CSV with time, name and value on each line:
    "13:00" (each day), "mo 13:00" or "2026-11-16 13:00"; W, on, off, online, offline, true, false,
    or "current=17.5" of what a thermostat, a bulb or a cover has.
    """
    try:
        rules = json.loads(rules_path.read_text())
        config = json.loads(config_path.read_text()) if config_path else invented_for(rules)
        trace = list(read_trace(trace_path)) if trace_path else []
    except (OSError, ValueError) as e:
        print(f"not understood: {e}")
        return 1
    for i, plug in enumerate(config.get("plugs", ())):
        # Keys stay where they are: no plug is talked to.
        plug.update({"key": "0" * 16, "id": plug.get("id", f"bf{i:020}")})
    start = start or dt.date.today()
    zone = Zone(rules.get("site", {}).get("tz", "UTC0"))
    begin = zone.unix((start - _EPOCH.date()).days * _DAY)
    began = time.perf_counter()
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
        home = Room(config, rules, begin)
        site.use(home.checked["site"])
        _live(home, zone, start, days, trace)
    for text in home.faults + home.checked["warnings"]:
        print(text)
    was = {}
    for event, cause in zip(home.events, home.causes, strict=True):
        _, what, name, value = event
        if what in ("notice", "lock") or was.get(name, False) is not value:
            print(_line(event, cause, zone))
        if what not in ("notice", "lock", "failed"):
            was[name] = value
    _sum_up(home)
    passed = time.perf_counter() - began
    print(f"\n{days} days in {passed:.2f} s, {days * _DAY / passed:,.0f} times as fast as life.")
    return 1 if home.faults else 0


def invented_for(rules):
    """Return a configuration with all that a rules file speaks of."""
    found = {key: set() for key in ("plug", "relay", "group", "scene", "gpio", *_KINDS)}
    buttons = set()
    for rule in rules.get("rules", ()):
        for key, name in _named(rule):
            if key in ("leader", "followers"):
                found["plug"].add(name)
            elif key == "button":
                buttons.add(name)
            else:
                found[key].add(name)
    # Pins that nobody else has: nothing is wired here.
    pins = iter(range(49))
    plugs = sorted(found["plug"])
    kinds = [(name, kind) for kind in DEVICES for name in sorted(found[kind])]
    outlets = sorted(found["outlet"])
    count = max([number for number in buttons if isinstance(number, int)], default=0)
    names = [{"name": name} for name in sorted(b for b in buttons if isinstance(b, str))]
    return {
        "plugs": [{"name": name} for name in plugs]
        + [{"name": name, "kind": kind} for name, kind in kinds]
        + [{"name": f"the strip of {name}", "kind": "strip"} for name in outlets],
        "outlets": [{"name": name, "plug": f"the strip of {name}", "dp": 1} for name in outlets],
        "relays": [{"name": name, "pin": next(pins)} for name in sorted(found["relay"])],
        "groups": [{"name": name, "members": plugs} for name in sorted(found["group"])],
        "scenes": [
            {"name": name, "set": dict.fromkeys(plugs + outlets, "off")}
            for name in sorted(found["scene"])
        ],
        "buttons": [button | {"pin": next(pins)} for button in names or [{}] * count],
        "inputs": [{"name": name, "pin": next(pins)} for name in sorted(found["gpio"])],
    }


def _named(value, key=None):
    """Yield (key, name) of everything in a rule that is called by its name."""
    if isinstance(value, dict):
        for inner in value:
            yield from _named(value[inner], inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _named(inner, key)
    elif key in (*_KINDS, *_NAMED):
        yield key, value


def read_trace(path):
    """Yield (weekday or date or None, seconds since midnight, name, value). Raises ValueError."""
    with open(path, newline="") as file:
        lines = (line for line in file if line.strip() and not line.startswith("#"))
        for number, row in enumerate(csv.reader(lines, skipinitialspace=True), 1):
            try:
                when, name, value = row
                day, _, moment = when.strip().rpartition(" ")
                moment = dt.time.fromisoformat(moment)
                if day and day not in WEEKDAYS:
                    day = dt.date.fromisoformat(day)
                if value not in _WORDS:
                    float(value.partition("=")[2] or value)
            except ValueError:
                raise ValueError(f"{path}: entry {number}: expected TIME, NAME, VALUE") from None
            yield day, moment.hour * 3600 + moment.minute * 60 + moment.second, name, value


def _live(home, zone, start, days, trace):
    for number in range(days):
        date = start + dt.timedelta(number)
        midnight = (date - _EPOCH.date()).days * _DAY
        for day, seconds, name, value in sorted(trace, key=lambda entry: entry[1]):
            if day in ("", date, WEEKDAYS[date.weekday()]):
                home.run(max(0, zone.unix(midnight + seconds) - home.unix()))
                _happen(home, name, value)
        home.run(max(0, zone.unix(midnight + _DAY) - home.unix()))


def _happen(home, name, value):
    if name not in home.things:
        raise SystemExit(f"the trace speaks of {name}, which no rule knows")
    if value in ("online", "offline"):
        home.connect(name, value == "online")
    elif value in ("true", "false"):
        home.tell(name, value == "true")
    elif value in ("on", "off"):
        home.by_hand(name, value == "on")
    elif "=" in value:
        what, _, number = value.partition("=")
        home.show(name, what.strip(), float(number))
    else:
        home.draw(name, float(value))


def _line(event, cause, zone):
    at, what, name, value = event
    local = _EPOCH + dt.timedelta(seconds=at + zone.offset(at))
    if what == "notice":
        text = f"notice: {value}"
    elif what == "lock":
        text = f"{name} is {value}" if value else f"{name} is free again"
    else:
        state = value if isinstance(value, str) else "on" if value else "off"
        text = f"{name} {state}  ({cause if what == 'set' else what})"
    return f"{local:%a %d %b %H:%M:%S}  {text}"


def _sum_up(home):
    print()
    for rule in home.rules.values():
        fired = home.engine.recall(rule, "fired")
        text = "has run" if fired else "has not run"
        print(f"{rule.cause} {text}: {why(rule, home.engine)}")

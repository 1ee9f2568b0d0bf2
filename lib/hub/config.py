"""The configuration: read, checked to the last value, each fault named with its place.

What is faulty is left out and everything else works: a typing error must not put out the light.
"""

import json

from . import expect
from .action import VERBS
from .json_fault import locate

CONFIG_FILE = "config.json"

_REQUIRED = object()

# name: (check, default)
_HUB = {
    "name": (expect.hostname, "plughub"),
    "watchdog": (expect.flag, True),
    "poll": (expect.number(5, 3600, "seconds"), 10),
}
_WIFI = {
    "ssid": (expect.text, _REQUIRED),
    "password": (expect.password, None),
    "country": (expect.country, None),
}
_NTP = {"host": (expect.host, "pool.ntp.org"), "port": (expect.port, 123)}
_WEB = {"port": (expect.port, 80)}
_LED = {
    "pin": (expect.pin, _REQUIRED),
    "active": (expect.level, 1),
    "show": (expect.text, None),
}
_PLUG = {
    "name": (expect.text, _REQUIRED),
    "id": (expect.device_id, _REQUIRED),
    "address": (expect.address, _REQUIRED),
    "key": (expect.key, _REQUIRED),
    "version": (expect.one_of("3.1", "3.2", "3.3", "3.4", "3.5"), None),
    "port": (expect.port, 6668),
}
_RELAY = {
    "name": (expect.text, _REQUIRED),
    "pin": (expect.pin, _REQUIRED),
    "active": (expect.level, 1),
    "boot": (expect.one_of("off", "on"), "off"),
    "follow": (expect.text, None),
    "drive": (expect.text, None),
}
_BUTTON = {
    "name": (expect.text, None),
    "pin": (expect.pin, _REQUIRED),
    "active": (expect.level, 0),
    "press": (None, _REQUIRED),
}
_ACTION = {
    "plug": (expect.text, None),
    "relay": (expect.text, None),
    "set": (expect.one_of(*VERBS), "toggle"),
}
_SECTIONS = {"wifi": _WIFI, "ntp": _NTP, "web": _WEB, "led": _LED}
_LISTS = {"plugs": _PLUG, "relays": _RELAY, "buttons": _BUTTON}


def load(path=CONFIG_FILE):
    """Read the file; return the whole configuration with defaults filled in.

    {"name", "watchdog", "poll", "wifi", "ntp", "web", "led": dict or None, "plugs", "relays",
    "buttons": list of dict, "faults": list of text "FILE: PLACE: what was expected"}.
    Never raises for what is in the file.
    """
    faults = []
    return _check(_read(path, faults), path, faults)


def _read(path, faults):
    try:
        with open(path) as file:
            text = file.read()
    except OSError:
        faults.append("%s: there is no such file yet" % path)
        return {}
    except UnicodeError:
        faults.append("%s: it is no text in UTF-8" % path)
        return {}
    fault = locate(text)
    if fault:
        faults.append("%s: %s" % (path, fault))
        return {}
    try:
        return json.loads(text)
    except ValueError:
        faults.append("%s: it is not JSON" % path)
        return {}


def _check(raw, path, faults):
    checker = _Checker(path, faults)
    if not isinstance(raw, dict):
        faults.append("%s: an object in braces is expected" % path)
        raw = {}
    rest = {key: raw[key] for key in raw if key not in _SECTIONS and key not in _LISTS}
    config = checker.fields(rest, _HUB, "")
    for name in _SECTIONS:
        spec = _SECTIONS[name]
        optional = any(default is _REQUIRED for _, default in spec.values())
        config[name] = (
            None if optional and name not in raw else checker.item(raw.get(name, {}), spec, name)
        )
    for name in _LISTS:
        config[name] = checker.items(raw.get(name, []), _LISTS[name], name)
    checker.resolve(config)
    config["faults"] = faults
    return config


class _Checker:
    """Collects the faults of one file."""

    def __init__(self, path, faults):
        self._path = path
        self._faults = faults

    def fault(self, place, expected):
        self._faults.append("%s: %s: %s" % (self._path, place, expected))

    def fields(self, raw, spec, place):
        """Return the fields of `spec` that are right or have a default."""
        found = {}
        prefix = place + "." if place else ""
        for key in raw:
            if key not in spec and not key.startswith("//"):
                self.fault(prefix + key, "not known here; known are " + ", ".join(sorted(spec)))
        for key in spec:
            check, default = spec[key]
            if raw.get(key) is None:
                if default is _REQUIRED:
                    self.fault(prefix + key, "missing")
                    continue
                found[key] = default
                continue
            expected = check(raw[key]) if check else None
            if expected:
                self.fault(prefix + key, "expected " + expected)
            if not expected:
                found[key] = raw[key]
            elif default is not _REQUIRED:
                found[key] = default
        return found

    def item(self, raw, spec, place):
        """Return all fields of one object, None if a required one is missing or wrong."""
        if not isinstance(raw, dict):
            self.fault(place, "expected an object in braces")
            return None
        found = self.fields(raw, spec, place)
        return found if len(found) == len(spec) else None

    def items(self, raw, spec, place):
        """Return the objects of a list that are right, each with its place as "at"."""
        if not isinstance(raw, list):
            self.fault(place, "expected a list in brackets")
            return []
        good = []
        for i, entry in enumerate(raw):
            at = "%s[%d]" % (place, i)
            found = self.item(entry, spec, at)
            if found:
                found["at"] = at
                good.append(found)
        return good

    def resolve(self, config):
        """Check names and what refers to them; leave out what is twice or refers to nothing."""
        self._unique(config, ("plugs", "relays"), "name")
        self._unique(config, ("plugs",), "id")
        self._unique(config, ("relays", "buttons"), "pin")
        names = {kind: [item["name"] for item in config[kind]] for kind in ("plugs", "relays")}
        for relay in config["relays"]:
            for key in ("follow", "drive"):
                if relay[key] and relay[key] not in names["plugs"]:
                    self.fault("%s.%s" % (relay["at"], key), 'no plug is named "%s"' % relay[key])
                    relay[key] = None
            if relay["follow"] and relay["follow"] == relay["drive"]:
                self.fault(relay["at"] + ".drive", "it follows the same plug already")
                relay["drive"] = None
        buttons = []
        for button in config["buttons"]:
            button["press"] = self._action(button["press"], button["at"] + ".press", names)
            if button["press"]:
                button["name"] = button["name"] or "button on pin %d" % button["pin"]
                buttons.append(button)
        config["buttons"] = buttons
        led = config["led"]
        if led and led["show"] and led["show"] not in names["plugs"] + names["relays"]:
            self.fault("led.show", 'nothing is named "%s"' % led["show"])
            led["show"] = None

    def _action(self, raw, at, names):
        action = self.item(raw, _ACTION, at)
        if not action:
            return None
        if bool(action["plug"]) == bool(action["relay"]):
            self.fault(at, 'expected either "plug" or "relay"')
            return None
        kind = "plug" if action["plug"] else "relay"
        if action[kind] not in names[kind + "s"]:
            self.fault("%s.%s" % (at, kind), 'no %s is named "%s"' % (kind, action[kind]))
            return None
        return action

    def _unique(self, config, kinds, field):
        seen = {}
        for kind in kinds:
            good = []
            for item in config[kind]:
                value = item[field]
                if value in seen:
                    self.fault("%s.%s" % (item["at"], field), "the same as of " + seen[value])
                else:
                    seen[value] = item["at"]
                    good.append(item)
            config[kind] = good

"""The configuration: read, checked to the last value, each fault named with its place.

What is faulty is left out and everything else works: a typing error must not put out the light.
Keys and passwords stand in a file of their own; in the first one they are taken too, and moved.
"""

import json

from . import expect
from .action import VERBS
from .check import REQUIRED, Checker
from .secrets import join
from .system import store
from .system.store import CONFIG_FILE, RULES_FILE, SECRETS_FILE

_HUB = {
    "name": (expect.hostname, "plughub"),
    "watchdog": (expect.flag, True),
    "poll": (expect.number(5, 3600, "seconds"), 10),
    "shared_poll": (expect.number(60, 86400, "seconds"), 300),
    "sockets": (expect.number(8, 64, "sockets"), 10),
    "boot_button": (expect.pin, 0),
}
_WIFI = {
    "ssid": (expect.text, REQUIRED),
    "password": (expect.password, None),
    "country": (expect.country, None),
}
_NTP = {"host": (expect.host, "pool.ntp.org"), "port": (expect.port, 123)}
_WEB = {
    "port": (expect.port, 80),
    "auth": (expect.flag, True),
    "hosts": (expect.hosts, []),
    "tasmota": (expect.flag, False),
    "esphome": (expect.flag, False),
    "metrics": (expect.flag, False),
}
_LED = {
    "pin": (expect.pin, REQUIRED),
    "active": (expect.level, 1),
    "show": (expect.text, None),
}
_PLUG = {
    "name": (expect.text, REQUIRED),
    "id": (expect.device_id, REQUIRED),
    "address": (expect.address, None),
    "key": (expect.key, REQUIRED),
    "version": (expect.one_of("3.1", "3.2", "3.3", "3.4", "3.5"), None),
    "port": (expect.port, 6668),
    "connection": (expect.one_of("auto", "always"), "auto"),
    "energy": (expect.one_of("increments", "total", "power"), "increments"),
}
_RELAY = {
    "name": (expect.text, REQUIRED),
    "pin": (expect.pin, REQUIRED),
    "active": (expect.level, 1),
    "boot": (expect.one_of("off", "on", "last"), "off"),
    "follow": (expect.text, None),
    "drive": (expect.text, None),
    "pulse_ms": (expect.number(10, 600000, "milliseconds"), None),
    "min_off": (expect.duration, None),
    "max_on": (expect.duration, None),
    "interlock": (expect.text, None),
    "dead_ms": (expect.number(0, 60000, "milliseconds"), None),
}
_BUTTON = {
    "name": (expect.text, None),
    "pin": (expect.pin, REQUIRED),
    "active": (expect.level, 0),
    "press": (None, None),
    "double": (None, None),
    "long": (None, None),
    "hold": (None, None),
    "release": (None, None),
}
_INPUT = {
    "name": (expect.text, None),
    "pin": (expect.pin, REQUIRED),
    "active": (expect.level, 1),
    "settle_ms": (expect.number(1, 10000, "milliseconds"), 50),
    "rise": (None, None),
    "fall": (None, None),
}
_GROUP = {"name": (expect.text, REQUIRED), "members": (expect.names, REQUIRED)}
_SCENE = {"name": (expect.text, REQUIRED), "set": (expect.names_to(VERBS), REQUIRED)}
_ACTION = {
    "plug": (expect.text, None),
    "relay": (expect.text, None),
    "group": (expect.text, None),
    "scene": (expect.text, None),
    "set": (expect.one_of(*VERBS), None),
    "for": (expect.duration, None),
    "retrigger": (expect.flag, True),
}
_SECTIONS = {"wifi": _WIFI, "ntp": _NTP, "web": _WEB, "led": _LED}
_LISTS = {
    "plugs": _PLUG,
    "relays": _RELAY,
    "groups": _GROUP,
    "scenes": _SCENE,
    "buttons": _BUTTON,
    "inputs": _INPUT,
}


def load(path=CONFIG_FILE, secrets_path=SECRETS_FILE, rules_path=RULES_FILE):
    """Read the files; return the whole configuration with defaults filled in.

    {"name", "watchdog", "poll", "shared_poll", "sockets", "boot_button", "wifi", "ntp", "web",
    "led", "site": dict or None, "plugs", "relays", "groups", "scenes", "buttons", "inputs",
    "rules": list of dict, "warnings", "faults": list of text "FILE: PLACE: what was expected"}.
    Never raises for what is in them.
    """
    faults = []
    raw = read(path, faults)
    rules = read(rules_path, faults) if store.exists(rules_path) else None
    return check(raw, store.load(secrets_path), rules, path, faults)


def check(raw, secrets, rules=None, path=CONFIG_FILE, faults=None):
    """Return what load() does, of values as JSON has them and of the secrets that belong to it."""
    faults = [] if faults is None else faults
    checker = Checker(path, faults)
    if not isinstance(raw, dict):
        faults.append("%s: an object in braces is expected" % path)
        raw = {}
    raw = join(raw, secrets)
    rest = {key: raw[key] for key in raw if key not in _SECTIONS and key not in _LISTS}
    config = checker.fields(rest, _HUB, "", list(_SECTIONS) + list(_LISTS))
    if "boot_button" in raw and raw["boot_button"] is None:
        config["boot_button"] = None
    for name in _SECTIONS:
        spec = _SECTIONS[name]
        optional = any([default is REQUIRED for _, default in spec.values()])
        value = raw.get(name)
        config[name] = (
            None
            if optional and value is None
            else checker.item({} if value is None else value, spec, name)
        )
    for name in _LISTS:
        value = raw.get(name)
        config[name] = checker.items([] if value is None else value, _LISTS[name], name)
    checker.resolve(config, _ACTION)
    config.update({"site": None, "rules": [], "warnings": []})
    if rules is not None:
        from .rules.check import check_rules

        check_rules(rules, config, _ACTION, RULES_FILE, faults)
    checker.finish(config)
    config["faults"] = faults
    return config


def read(path, faults):
    """Return the value in a file, {} where there is none; append to `faults` what is wrong."""
    try:
        with open(path) as file:
            text = file.read()
    except OSError:
        faults.append("%s: there is no such file yet" % path)
        return {}
    except UnicodeError:
        faults.append("%s: it is no text in UTF-8" % path)
        return {}
    from .json_fault import locate

    fault = locate(text)
    if fault:
        faults.append("%s: %s" % (path, fault))
        return {}
    try:
        return json.loads(text)
    except ValueError:
        faults.append("%s: it is not JSON" % path)
        return {}

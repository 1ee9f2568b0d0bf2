"""What a configuration may hold: checked to the last value, each fault named with its place.

What is faulty is left out and everything else works: a typing error must not put out the light.
"""

from ..system.store import CONFIG_FILE, RULES_FILE
from .entries import Fault, entries_of
from .needs import home_needs, plugs_too_many
from .secrets import with_key, with_password
from .validator import Checker

_HUB = (
    ("name", "hostname", "plughub"),
    ("watchdog", "flag", True),
    ("poll", ("number", 5, 3600, "seconds"), 10),
    ("shared_poll", ("number", 60, 86400, "seconds"), 300),
    ("sockets", ("number", 8, 64, "sockets"), 10),
    ("boot_button", "pin", 0),
)
_WIFI = (("ssid", "text", ...), ("password", "password", None), ("country", "country", None))
_NTP = (("host", "host", "pool.ntp.org"), ("port", "port", 123))
_WEB = (
    ("port", "port", 80),
    ("auth", "flag", True),
    ("hosts", "hosts", ()),
    ("tasmota", "flag", False),
    ("esphome", "flag", False),
    ("metrics", "flag", False),
)
_LED = (("pin", "pin", ...), ("active", "level", 1), ("show", "text", None))
_PLUG = (
    ("name", "text", ...),
    ("id", "device_id", ...),
    ("address", "address", None),
    ("key", "key", ...),
    ("version", ("one_of", "3.1", "3.2", "3.3", "3.4", "3.5"), None),
    ("port", "port", 6668),
    ("connection", ("one_of", "auto", "always"), "auto"),
    ("energy", ("one_of", "increments", "total", "power"), "increments"),
)
_RELAY = (
    ("name", "text", ...),
    ("pin", "pin", ...),
    ("active", "level", 1),
    ("boot", ("one_of", "off", "on", "last"), "off"),
    ("follow", "text", None),
    ("drive", "text", None),
    ("pulse_ms", ("number", 10, 600000, "milliseconds"), None),
    ("min_off", "duration", None),
    ("max_on", "duration", None),
    ("interlock", "text", None),
    ("dead_ms", ("number", 0, 60000, "milliseconds"), None),
)
_BUTTON = (
    ("name", "text", None),
    ("pin", "pin", ...),
    ("active", "level", 0),
    ("press", None, None),
    ("double", None, None),
    ("long", None, None),
    ("hold", None, None),
    ("release", None, None),
)
_INPUT = (
    ("name", "text", None),
    ("pin", "pin", ...),
    ("active", "level", 1),
    ("settle_ms", ("number", 1, 10000, "milliseconds"), 50),
    ("rise", None, None),
    ("fall", None, None),
)
_GROUP = (("name", "text", ...), ("members", "names", ...))
_SCENE = (("name", "text", ...), ("set", ("names_to", "on", "off", "toggle"), ...))
#: What a button, an input or a rule can have done.
ACTION = (
    ("plug", "text", None),
    ("relay", "text", None),
    ("group", "text", None),
    ("scene", "text", None),
    ("set", ("one_of", "on", "off", "toggle"), None),
    ("for", "duration", None),
    ("retrigger", "flag", True),
)
_SECTIONS = {"wifi": _WIFI, "ntp": _NTP, "web": _WEB, "led": _LED}
_LISTS = {
    "plugs": _PLUG,
    "relays": _RELAY,
    "groups": _GROUP,
    "scenes": _SCENE,
    "buttons": _BUTTON,
    "inputs": _INPUT,
}


def check(entries, secrets, read_rules=None, path=CONFIG_FILE):
    """Check a configuration and its rules; return it whole, with defaults filled in.

    `entries`: as config.entries yields them; `secrets`: those that belong to it; `read_rules()`:
    the entries of the rules, if there are any. Returns what check_home() does, and of the rules
    "site": dict or None, "rules": Rules or (), "watched": names of targets whose state has to be
    known at once, "warnings": list of text. Never raises for what is in them.
    """
    config = check_home(entries, secrets, (), path)
    check_rules(config, read_rules)
    return config


def check_home(entries, secrets, names=(), path=CONFIG_FILE):
    """Check a configuration without its rules.

    `names`: those that are in the heap already, and need not be there twice. Returns {"name",
    "watchdog", "poll", "shared_poll", "sockets", "boot_button", "wifi", "ntp", "web", "led",
    "plugs", "relays", "groups", "scenes", "buttons", "inputs", "needs": bytes of heap, "faults":
    list of text "FILE: PLACE: what was expected"}.
    """
    faults = []
    checker = Checker(path, faults, names=names)
    lists = {name: [] for name in _LISTS}
    rest = {}
    try:
        for key, index, value in entries:
            if key in _LISTS:
                raw = with_key(value, secrets) if key == "plugs" else value
                checker.element(raw, _LISTS[key], key, index, lists[key])
            else:
                rest[key] = _whole(rest.get(key), index, value)
    except Fault as e:
        faults.append("%s: %s" % (path, e))
        # What stands in front of the fault is right, and a half-known home would be a riddle.
        lists = {name: [] for name in _LISTS}
        rest = {}
    hub = {key: rest[key] for key in rest if key not in _SECTIONS}
    config = checker.fields(hub, _HUB, "", list(_SECTIONS) + list(_LISTS))
    config.update(lists)
    if "boot_button" in rest and rest["boot_button"] is None:
        config["boot_button"] = None
    rest["wifi"] = with_password(rest.get("wifi"), secrets)
    for name in _SECTIONS:
        config[name] = _section(checker, name, rest.get(name))
    if config["wifi"] and not config["wifi"]["password"]:
        config["wifi"]["password"] = None  # an open network
    excess, why = plugs_too_many(config)
    if excess:
        checker.fault("plugs", why)
        del config["plugs"][-excess:]
    checker.resolve(config, ACTION)
    config["needs"] = home_needs(config)
    config.update({"site": None, "rules": (), "watched": [], "warnings": []})
    config["faults"] = faults
    config["checker"] = checker
    return config


def check_rules(config, read_rules):
    """Check the rules of a configuration, and what there is only because of them."""
    if read_rules:
        from ..rules.schema.book import Rules

        config["rules"] = Rules(read_rules, config, ACTION, RULES_FILE, config["faults"])
        config["rules"].check()
    config.pop("checker").finish(config)


def outline(config):
    """Leave of a configuration what its rules have to know of it: a third of the heap it takes."""
    for kind in ("plugs", "relays", "scenes"):
        config[kind] = [{"name": item["name"]} for item in config[kind]]


def check_values(config, secrets=None, rules=None):
    """Check what stands in memory, as JSON has it; return what check() does, "rules" as a list."""
    read_rules = None if rules is None else lambda: entries_of(rules)
    found = check(entries_of(config), secrets or {}, read_rules)
    if found["rules"]:
        by_name = {rule["name"]: rule for rule in found["rules"]}
        found["rules"] = [by_name[name] for name in found["rules"].order]
    else:
        found["rules"] = []
    return found


def _whole(list_so_far, index, value):
    """Return the value of a key of which one more entry has come."""
    if index is None:
        return value
    return (list_so_far or []) + [value]


def _section(checker, name, value):
    spec = _SECTIONS[name]
    found = None if value is None else checker.item(value, spec, name)
    is_optional = any([default is ... for _, _, default in spec])
    # One that every home has is there with its defaults, whatever stands in its place.
    return found or (None if is_optional else checker.item({}, spec, name))

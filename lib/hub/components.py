"""What a home can consist of. A component is a module with

    SCHEMA                  the table of its fields: see config.validator
    table_of(raw)           [the table for one item, where not all have the same fields]
    check(checker, config)  [checks what refers to something else, and leaves out what is wrong]
    finish(checker, config) [the same, when the rules have been checked]
    NEEDS                   [the bytes of heap that each needs]
    needs(items, config)    [what all need together, where that is not NEEDS of each]
    build(hub, item, config) builds it; returns what has a close(), or None. Raises ValueError
    settle(hub, config)     [does what is due when all lists have been built]
    IDENTITY, ADOPTED       [the field that tells one from another, "name" without; those that
                            a built one takes by adopt(item)]

What is not in brackets has to be there. One that is not configured is never loaded.
"""

from hub.config.schema import Schema

#: Fields of the configuration that belong to no component; they are read once, at the start.
HUB = (
    ("name", "hostname", "plughub"),
    ("watchdog", "flag", True),
    ("poll", ("number", 5, 3600, "seconds"), 10),
    ("shared_poll", ("number", 60, 86400, "seconds"), 300),
    ("sockets", ("number", 8, 64, "sockets"), 10),
    ("boot_button", "pin", 0),
)
#: Those of which there can be several, in the order in which they are built.
LISTS = ("plugs", "outlets", "relays", "groups", "scenes", "buttons", "inputs")
SECTIONS = ("wifi", "ntp", "web", "led", "mqtt", "energy", "cloud")
_OPTIONAL = ("wifi", "led", "mqtt", "energy", "cloud")
#: What boot.py has to know.
OUTPUTS = ("name", "wifi", "relays")
_MODULES = {
    "plugs": "targets.plugs",
    "outlets": "targets.kinds.outlets",
    "relays": "targets.relays",
    "groups": "targets.groups",
    "scenes": "targets.scenes",
    "buttons": "pins.buttons",
    "inputs": "pins.inputs",
    "wifi": "system.wifi",
    "ntp": "clock.sync",
    "web": "web.server",
    "led": "pins.led",
    "mqtt": "mqtt.broker",
    "energy": "energy.price",
    "cloud": "cloud.project",
    "site": "clock.location",
    "rules": "rules.build",
}


def component(kind):
    """Return the module of a component."""
    return __import__("hub." + _MODULES[kind], None, None, ("*",))


def schema():
    """Return the Schema of a whole home."""
    return Schema(HUB, LISTS, SECTIONS, _OPTIONAL, component, _rules)


def outputs():
    """Return the Schema of OUTPUTS."""
    return Schema(HUB, ("plugs", "relays"), ("wifi",), ("wifi",), component, None)


def _rules(read, config, path, faults):
    from hub.rules.schema.book import Rules

    return Rules(read, config, path, faults)

"""The component "scenes"."""

from hub.targets.action import check_name, names_of, value_table, values_of
from hub.targets.group import Scene
from tuya.port import const

NEEDS = const(260)
_TARGETS = ("plug", "outlet", "relay", "group")
SCHEMA = (("name", "target_name", ...), ("set", ("names_to", "on", "off", "toggle"), ...))


def check(checker, config):
    """Leave out targets that are not there."""
    names = names_of(config)
    for scene in config["scenes"]:
        place = scene["at"] + ".set"
        verbs = scene["set"]
        scene["set"] = {}
        for name in verbs:
            own = check_name(checker, name, names, _TARGETS, place)
            become = verbs[name]
            if own and isinstance(become, dict):
                become = _values(checker, become, "%s.%s" % (place, name))
            if own and become:
                scene["set"][own] = become


def _values(checker, raw, place):
    """Return the values that a scene gives a target, None for a fault."""
    table = value_table()
    item = checker.item(raw, table, place)
    values = item and values_of(checker, item, "plug", place)
    if item and not values:
        checker.fault(place, "expected one of " + ", ".join([row[0] for row in table]))
    return values


def build(hub, item, config):
    return Scene(item["name"], item["set"])

"""The component "scenes"."""

from hub.targets.action import check_name, names_of
from hub.targets.group import Scene
from tuya.port import const

NEEDS = const(260)
SCHEMA = (("name", "target_name", ...), ("set", ("names_to", "on", "off", "toggle"), ...))


def check(checker, config):
    """Leave out targets that are not there."""
    names = names_of(config)
    for scene in config["scenes"]:
        place = scene["at"] + ".set"
        verbs = scene["set"]
        scene["set"] = {}
        for name in verbs:
            own = check_name(checker, name, names, ("plug", "relay", "group"), place)
            if own:
                scene["set"][own] = verbs[name]


def build(hub, item, config):
    return Scene(item["name"], item["set"])

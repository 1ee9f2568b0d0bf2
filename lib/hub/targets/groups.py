"""The component "groups"."""

from hub.targets.action import check_name, names_of
from hub.targets.group import Group
from tuya.port import const

NEEDS = const(260)
SCHEMA = (("name", "target_name", ...), ("members", "names", ...))


def check(checker, config):
    """Leave out members that are not there."""
    names = names_of(config)
    for group in config["groups"]:
        place = group["at"] + ".members"
        members = [
            check_name(checker, name, names, ("plug", "outlet", "relay"), place)
            for name in group["members"]
        ]
        group["members"] = [name for name in members if name]


def build(hub, item, config):
    return Group(item["name"], item["members"], hub.targets.find)

"""The component "groups"."""

from hub.targets.action import check_name, names_of
from hub.targets.group import Group
from tuya.port import const

NEEDS = const(260)
SCHEMA = (("name", "target_name", ...), ("members", "names", None), ("room", "text", None))


def check(checker, config):
    """Leave out members that are not there; put in those of a room."""
    names = names_of(config)
    for group in config["groups"]:
        if bool(group["members"]) is bool(group["room"]):
            checker.fault(group["at"], 'expected "members", or a "room"')
            group["members"] = ()
        elif group["room"]:
            _take_room(checker, config, group)
        place = group["at"] + ".members"
        members = [
            check_name(checker, name, names, ("plug", "outlet", "relay"), place)
            for name in group["members"]
        ]
        group["members"] = [name for name in members if name]


def _take_room(checker, config, group):
    room = group["room"]
    group["members"] = [plug["name"] for plug in config["plugs"] if plug["room"] == room]
    if not group["members"]:
        checker.fault(group["at"] + ".room", 'no plug is in the room "%s"' % room)


def build(hub, item, config):
    return Group(item["name"], item["members"], hub.targets.find)

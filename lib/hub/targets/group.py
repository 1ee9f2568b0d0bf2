"""Several targets as one: a group is on when one of them is."""

from hub.targets.action import check_name, names_of, wanted
from tuya.port import const

_NEEDS = const(260)  # bytes of heap


class Group:
    """`members`: names of targets; `find(name)` returns a target and raises KeyError."""

    def __init__(self, name, members, find):
        self.name = name
        self.members = members
        self._find = find

    @property
    def on(self):
        """True when one of them is on, None when that is known of none."""
        states = [self._find(name).on for name in self.members]
        return True if True in states else False if False in states else None

    @property
    def heading(self):
        """What a toggle turns around: where one is on or will be, all go off."""
        return any([self._find(name).heading for name in self.members])

    def parts(self, verb):
        """Return [(name, verb)] of what a verb makes of the members: all become the same."""
        become = "on" if wanted(verb, self) else "off"
        return [(name, become) for name in self.members]

    def state(self):
        return {"name": self.name, "on": self.on, "members": self.members}


# --- the component "groups" ---

SCHEMA = (("name", "target_name", ...), ("members", "names", ...))


def check(checker, config):
    """Leave out members that are not there."""
    names = names_of(config)
    for group in config["groups"]:
        place = group["at"] + ".members"
        members = [
            check_name(checker, name, names, ("plug", "relay"), place) for name in group["members"]
        ]
        group["members"] = [name for name in members if name]


def needs(groups, config):
    return _NEEDS * len(groups)


def build(hub, item, config):
    return Group(item["name"], item["members"], hub.targets.find)

"""Several targets that are set at once, each as the scene says."""

from hub.targets.action import check_name, names_of
from tuya.port import const

_NEEDS = const(260)  # bytes of heap


class Scene:
    """`wanted`: {name of a target: verb}. Switching it on is to set the scene."""

    on = heading = False

    def __init__(self, name, wanted):
        self.name = name
        self.wanted = wanted

    def parts(self, verb):
        """Return [(name, verb)] of what it sets; there is nothing to do for off."""
        return [] if verb == "off" else list(self.wanted.items())

    def state(self):
        return {"name": self.name, "set": self.wanted}


# --- the component "scenes" ---

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


def needs(scenes, config):
    return _NEEDS * len(scenes)


def build(hub, item, config):
    return Scene(item["name"], item["set"])

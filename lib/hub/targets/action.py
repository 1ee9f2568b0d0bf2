"""An Action as buttons, inputs and rules configure it."""

from hub.config.validator import known
from hub.targets.target import RUN, Action

#: What an Action can be for.
KINDS = ("plug", "relay", "group", "scene")
#: What a button, an input or a rule can have done.
SCHEMA = (
    ("plug", "text", None),
    ("relay", "text", None),
    ("group", "text", None),
    ("scene", "text", None),
    ("set", ("one_of", "on", "off", "toggle"), None),
    ("for", "duration", None),
    ("retrigger", "flag", True),
)


def action_of(settings):
    """Return the Action of what check_action() has found right; None for None."""
    if not settings:
        return None
    for_s = settings["for"]
    return Action(settings["name"], settings["set"], for_s and for_s * 1000, settings["retrigger"])


def run_rule(id):
    """Return the settings of an action that runs a rule."""
    return {"name": id, "set": RUN, "for": None, "retrigger": True}


def names_of(config):
    """Return {kind: names} of what a configuration has to switch."""
    return {kind: [item["name"] for item in config[kind + "s"]] for kind in KINDS}


def check_action(checker, raw, place, names, table=SCHEMA):
    """Return {"name", "set", "for", "retrigger"} of what is to be done, None for a fault."""
    action = checker.item(raw, table, place)
    if not action:
        return None
    given = [kind for kind in KINDS if action[kind]]
    if len(given) != 1:
        checker.fault(place, "expected one of " + ", ".join(KINDS))
        return None
    kind = given[0]
    name = check_name(checker, action[kind], names, (kind,), "%s.%s" % (place, kind))
    if name is None:
        return None
    verb = action["set"] or ("on" if kind == "scene" else "toggle")
    if kind == "scene" and (verb != "on" or action["for"]):
        checker.fault(place, 'a scene can only be set "on", and for no time')
        return None
    return {"name": name, "set": verb, "for": action["for"], "retrigger": action["retrigger"]}


def check_name(checker, name, names, kinds, place):
    """Return the name of a target of one of these kinds as it is in the heap; None for a fault."""
    for kind in kinds:
        own = known(name, names[kind])
        if own:
            return own
    checker.fault(place, 'no %s is named "%s"' % (" or ".join(kinds), name))
    return None

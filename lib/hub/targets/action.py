"""An Action as buttons, inputs and rules configure it."""

from hub.config.validator import known
from hub.targets.target import PUBLISH, RUN, Action
from tuya.port import compact_json, const

_PAYLOAD_MAX = const(250)
#: What an Action can be for.
KINDS = ("plug", "relay", "group", "scene")
#: What a button, an input or a rule can have done.
SCHEMA = (
    ("plug", "text", None),
    ("relay", "text", None),
    ("group", "text", None),
    ("scene", "text", None),
    ("mqtt", "topic", None),
    ("payload", None, None),
    ("set", ("one_of", "on", "off", "toggle"), None),
    ("for", "duration", None),
    ("retrigger", "flag", True),
)


def action_of(settings):
    """Return the Action of what check_action() has found right; None for None."""
    if not settings:
        return None
    if "payload" in settings:
        action = Action(settings["name"], settings["set"])
        action.payload = settings["payload"]
        return action
    for_s = settings["for"]
    return Action(settings["name"], settings["set"], for_s and for_s * 1000, settings["retrigger"])


def run_rule(id):
    """Return the settings of an action that runs a rule."""
    return {"name": id, "set": RUN, "for": None, "retrigger": True}


def names_of(config):
    """Return {kind: names} of what there is to switch, and "mqtt": whether there is a broker."""
    names = {kind: [item["name"] for item in config[kind + "s"]] for kind in KINDS}
    return dict(names, mqtt=bool(config["mqtt"]))


def check_action(checker, raw, place, names, table=SCHEMA):
    """Return {"name", "set", "for", "retrigger"} of what is to be done, None for a fault.

    Of a message it is {"name": topic, "set", "payload": text}.
    """
    action = checker.item(raw, table, place)
    if not action:
        return None
    given = [kind for kind in KINDS + ("mqtt",) if action[kind]]
    if len(given) != 1:
        checker.fault(place, "expected one of " + ", ".join(KINDS + ("mqtt",)))
        return None
    if action["mqtt"]:
        return _message(checker, action, place, names)
    kind = given[0]
    name = check_name(checker, action[kind], names, (kind,), "%s.%s" % (place, kind))
    if name is None:
        return None
    verb = action["set"] or ("on" if kind == "scene" else "toggle")
    if kind == "scene" and (verb != "on" or action["for"]):
        checker.fault(place, 'a scene can only be set "on", and for no time')
        return None
    return {"name": name, "set": verb, "for": action["for"], "retrigger": action["retrigger"]}


def _message(checker, action, place, names):
    payload = action["payload"]
    if payload is None or not isinstance(payload, str):
        payload = "" if payload is None else compact_json(payload)
    if len(payload) > _PAYLOAD_MAX:
        checker.fault(place + ".payload", "expected %d characters at most" % _PAYLOAD_MAX)
    elif action["set"] or action["for"]:
        checker.fault(place, 'a message has a "payload", and nothing to be set')
    elif not names["mqtt"]:
        checker.fault(place + ".mqtt", 'there is no broker: "mqtt" is missing in config.json')
    else:
        return {"name": action["mqtt"], "set": PUBLISH, "payload": payload}
    return None


def check_name(checker, name, names, kinds, place):
    """Return the name of a target of one of these kinds as it is in the heap; None for a fault."""
    for kind in kinds:
        own = known(name, names[kind])
        if own:
            return own
    checker.fault(place, 'no %s is named "%s"' % (" or ".join(kinds), name))
    return None

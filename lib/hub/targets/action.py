"""An Action as buttons, inputs and rules configure it."""

from hub.config.validator import known
from hub.targets.target import PUBLISH, RUN, Action
from tuya.port import compact_json, const

_PAYLOAD_MAX = const(250)
#: What an Action can be for.
KINDS = ("plug", "outlet", "relay", "group", "scene")
#: Plugs that an Action can call what they are.
DEVICES = ("bulb", "cover", "climate")
_NAMED = ("plug", "outlet", "relay", "group", "scene", "bulb", "cover", "climate", "mqtt")
# What can be set besides on and off, and whose it is. A plug may be anything, a group too.
_VALUES = (
    ("brightness", ("bulb",)),
    ("temperature", ("bulb",)),
    ("colour", ("bulb",)),
    ("effect", ("bulb",)),
    ("dim", ("bulb",)),
    ("position", ("cover",)),
    ("target", ("climate",)),
    ("mode", ("bulb", "climate")),
)
_ANYTHING = ("plug", "group")
_ENDS = {"open": "on", "close": "off"}
#: What a button, an input or a rule can have done.
SCHEMA = (
    ("plug", "text", None),
    ("outlet", "text", None),
    ("bulb", "text", None),
    ("cover", "text", None),
    ("climate", "text", None),
    ("relay", "text", None),
    ("group", "text", None),
    ("scene", "text", None),
    ("mqtt", "topic", None),
    ("payload", None, None),
    ("set", ("one_of", "on", "off", "toggle", "open", "close", "stop"), None),
    ("for", "duration", None),
    ("retrigger", "flag", True),
    ("brightness", "percent", None),
    ("temperature", "percent", None),
    ("colour", "colour", None),
    ("effect", "note", None),
    ("dim", "percent", None),
    ("position", "percent", None),
    ("target", "temperature", None),
    ("mode", "text", None),
    ("values", "values", None),
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


def value_table():
    """Return the rows of SCHEMA that are values: what a scene can give one of its targets."""
    names = [row[0] for row in _VALUES] + ["values"]
    return tuple([row for row in SCHEMA if row[0] in names])


def names_of(config):
    """Return {kind: names} of what there is to switch, and "mqtt": whether there is a broker.

    "kinds" is {name: kind} of the plugs of which that is said.
    """
    names = {kind: [item["name"] for item in config[kind + "s"]] for kind in KINDS}
    kinds = {item["name"]: item["kind"] for item in config["plugs"] if item.get("kind")}
    return dict(names, kinds=kinds, mqtt=bool(config["mqtt"]))


def check_action(checker, raw, place, names, table=SCHEMA):
    """Return {"name", "set", "for", "retrigger"} of what is to be done, None for a fault.

    "set" is a verb, or the values that are to be set; of a message it is {"name": topic, "set",
    "payload": text}.
    """
    action = checker.item(raw, table, place)
    if not action:
        return None
    given = [kind for kind in _NAMED if action[kind]]
    if len(given) != 1:
        checker.fault(place, "expected one of " + ", ".join(_NAMED))
        return None
    if action["mqtt"]:
        return _message(checker, action, place, names)
    kind = given[0]
    name = check_name(checker, action[kind], names, (kind,), "%s.%s" % (place, kind))
    if name is None:
        return None
    verb = _verb(checker, action, kind, place)
    if kind == "scene" and (verb != "on" or action["for"]):
        checker.fault(place, 'a scene can only be set "on", and for no time')
        return None
    if not verb:
        return None
    return {"name": name, "set": verb, "for": action["for"], "retrigger": action["retrigger"]}


def _verb(checker, action, kind, place):
    """Return what is to become of a target of this kind; None for a fault."""
    values = values_of(checker, action, kind, place)
    verb = action["set"]
    if values is None or not (values or verb):
        return None if values is None else "on" if kind == "scene" else "toggle"
    if values and verb not in (None, "on"):
        checker.fault(place + ".set", "there are values to be set already")
        return None
    if values:
        return values
    if verb in ("open", "close", "stop") and kind not in ("cover",) + _ANYTHING:
        checker.fault(place + ".set", '"%s" is for a cover' % verb)
        return None
    if verb == "stop":
        return {"command": "stop"}
    return _ENDS.get(verb or "", verb)


def values_of(checker, action, kind, place):
    """Return the values of what the tables let pass, {} for none; None for a fault."""
    values = dict(action["values"] or {})
    for name, kinds in _VALUES:
        if action[name] is None:
            continue
        if kind not in kinds + _ANYTHING:
            text = "it belongs to a %s; a %s has none"
            checker.fault("%s.%s" % (place, name), text % (" or a ".join(kinds), kind))
            return None
        values[name] = action[name]
    return values


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
        own = known(name, names["plug" if kind in DEVICES else kind])
        # Of what a plug is nobody may have said anything: it is found when the plug is seen.
        if own and (kind not in DEVICES or names["kinds"].get(own, kind) == kind):
            return own
    checker.fault(place, 'no %s is named "%s"' % (" or ".join(kinds), name))
    return None

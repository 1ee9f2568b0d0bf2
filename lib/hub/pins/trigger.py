"""What buttons and inputs have in common: pins that have something done."""

from hub.targets.action import action_of, check_action, names_of

#: What can be bound to a button.
GESTURES = ("press", "double", "long", "hold", "release")
#: What can be bound to an input.
EDGES = ("rise", "fall")


def check_triggers(checker, config, kind, events):
    """Check what each button or input does; leave out those of which all is wrong."""
    names = names_of(config)
    good = []
    for item in config[kind]:
        given = [event for event in events if item[event] is not None]
        for event in given:
            place = "%s.%s" % (item["at"], event)
            item[event] = check_action(checker, item[event], place, names)
        if not item["name"]:
            item["name"] = "%s on pin %d" % (kind[:-1], item["pin"])
        if not given or any([item[event] for event in given]):
            good.append(item)
    config[kind] = good


def check_used(checker, config, kind, events):
    """Leave out what nothing and no rule asks for."""
    used = []
    for item in config[kind]:
        if item.get("watched") or any([item[event] for event in events]):
            used.append(item)
        else:
            checker.fault(item["at"], "it does nothing: expected " + " or ".join(events))
    config[kind] = used


def wired(hub, item, kind, events):
    """Return what a "button" or an "input" of these settings is made of.

    (its pin, pulled to where it is not active; what it calls with an Action; {event: Action}).
    Raises ValueError for a pin that the board does not have.
    """
    Pin = hub.machine.Pin
    pin = Pin(item["pin"], Pin.IN, Pin.PULL_DOWN if item["active"] else Pin.PULL_UP)
    name = item["name"]
    cause = name if name.startswith(kind) else "%s %s" % (kind, name)
    bound = {event: action_of(item[event]) for event in events if item[event]}
    act = hub.executor.presser(cause)
    if item.get("is_told"):
        from hub.mqtt.buttons import told

        act = told(hub, name, act, bound)
    return pin, act, bound

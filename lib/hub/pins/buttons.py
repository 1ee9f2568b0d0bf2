"""The component "buttons"."""

from hub.pins import trigger
from hub.pins.button import Button
from tuya.port import const

_NEEDS = const(1000)  # bytes of heap

SCHEMA = (
    ("name", "trigger_name", None),
    ("pin", "pin", ...),
    ("active", "level", 0),
    ("press", None, None),
    ("double", None, None),
    ("long", None, None),
    ("hold", None, None),
    ("release", None, None),
)


def check(checker, config):
    trigger.check_triggers(checker, config, "buttons", trigger.GESTURES)


def finish(checker, config):
    trigger.check_used(checker, config, "buttons", trigger.GESTURES)


def needs(buttons, config):
    return _NEEDS * len(buttons)


def build(hub, item, config):
    """Have the button run. Raises ValueError for a pin that the board does not have."""
    name = item["name"]
    pin = trigger.input_pin(hub.machine.Pin, item)
    act = hub.executor.presser(trigger.cause_of("button", name))
    button = Button(pin, item["active"], act, trigger.bound_actions(item, trigger.GESTURES))
    return hub.supervisor.add(name, button.run)

"""The component "buttons"."""

from hub.pins import trigger
from hub.pins.button import Button
from tuya.port import const

NEEDS = const(1000)
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


def build(hub, item, config):
    """Have the button run. Raises ValueError for a pin that the board does not have."""
    pin, act, bound = trigger.wired(hub, item, "button", trigger.GESTURES)
    button = Button(pin, item["active"], act, bound)
    return hub.supervisor.add(item["name"], button.run)

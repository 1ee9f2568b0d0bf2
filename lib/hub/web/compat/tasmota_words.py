"""Tasmota's words for on and off."""

#: What may stand behind Power, in small letters, and the verb of an Action that it means.
VERBS = {
    "on": "on",
    "1": "on",
    "true": "on",
    "off": "off",
    "0": "off",
    "false": "off",
    "toggle": "toggle",
    "2": "toggle",
}


def word(on):
    """Return what Tasmota calls on and off."""
    return "ON" if on else "OFF"

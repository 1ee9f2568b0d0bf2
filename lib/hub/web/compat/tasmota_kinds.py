"""Bulbs, strips and covers in Tasmota's words: Dimmer, Color, CT, Power2, ShutterPosition.

Loaded for the first device that is no plug.
"""

from hub.web.compat.tasmota_words import VERBS, word

# Mireds of the coldest and the warmest white, as Tasmota has them.
_COLD = 153
_WARM = 500
_SHUTTER = {"shutteropen": "on", "shutterclose": "off", "shutterstop": {"command": "stop"}}
_DIRECTIONS = {"open": 1, "close": -1}


def wish(plug, command, argument):
    """Return the verb, or the values, that a command in small letters asks of a device.

    None for a command that is none of its kind's, or only asks. Raises ValueError for a wrong
    argument.
    """
    if not (argument or command.startswith("shutter")):
        return None
    kind = plug.kind.word
    name = command.rstrip("1") if kind == "cover" else command
    if kind == "strip" and command.startswith("power"):
        return _switch(plug.kind, command[5:], argument)
    if kind == "bulb" and command == "dimmer":
        return {"brightness": _whole(argument, 0, 100)}
    if kind == "bulb" and command in ("color", "color1", "color2"):
        return {"colour": _colour(argument)}
    if kind == "bulb" and command == "ct":
        mireds = _whole(argument, _COLD, _WARM)
        return {"temperature": (_WARM - mireds) * 100 // (_WARM - _COLD)}
    if kind == "cover" and name in _SHUTTER:
        return _SHUTTER[name]
    if kind == "cover" and name == "shutterposition":
        return {"position": _whole(argument, 0, 100)}
    return None


def _switch(strip, number, argument):
    """Return the values for one of a strip's outlets, which Tasmota counts from 1."""
    switches = strip.switches
    if argument not in VERBS or not number.isdigit() or not 1 <= int(number) <= len(switches):
        raise ValueError
    dp = switches[int(number) - 1]
    verb = VERBS[argument]
    on = not strip.device.dps[dp] if verb == "toggle" else verb == "on"
    return {"switch_%d" % dp: on}


def _whole(text, low, high):
    number = int(text)
    if not low <= number <= high:
        raise ValueError
    return number


def _colour(text):
    if "," in text:
        parts = [_whole(part, 0, 255) for part in text.split(",")]
        text = "%02x%02x%02x" % tuple(parts) if len(parts) == 3 else ""
    text = text.lstrip("#")[:6]
    int(text, 16)
    if len(text) != 6:
        raise ValueError
    return "#" + text


def more(plug):
    """Return what Tasmota's STATE says of a device besides its power."""
    kind = plug.kind
    values = kind.values()
    if kind.word == "strip":
        dps = kind.device.dps
        return {"POWER%d" % (n + 1): word(dps[dp]) for n, dp in enumerate(kind.switches)}
    if kind.word == "cover":
        direction = _DIRECTIONS.get(values.get("moving"), 0)
        return {"Shutter1": {"Position": values.get("position"), "Direction": direction}}
    if kind.word != "bulb":
        return {}
    shown = {"Dimmer": values.get("brightness"), "Color": values.get("colour", "")[1:]}
    if "temperature" in values:
        shown["CT"] = _WARM - values["temperature"] * (_WARM - _COLD) // 100
    return {name: shown[name] for name in shown if shown[name] not in (None, "")}

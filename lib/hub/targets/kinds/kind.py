"""What a device is when it is no plug, and how that is found. Each kind is loaded by the first."""

from tuya.dps import SWITCH, SWITCHES

#: What can stand as "kind" in the configuration.
WORDS = ("outlet", "strip", "bulb", "cover", "climate", "custom")
# What tells them apart, where nobody says it: DPs of tuya.bulb's sets A and B, of covers and of
# thermostats. A dimmer looks like an old plug with a countdown, and has to be told.
_MODES = ("white", "colour", "scene", "music")
_COMMANDS = ("open", "close", "stop", "fz", "zz", "fopen", "fclose")
_BULB_SWITCH = 20


class Kind:
    """What a Plug asks of its kind. `device` is a tuya.Device; values are in units for people.

    What writes returns when the device has confirmed it, and raises TuyaError, and ValueError for
    what the device does not take.
    """

    word = ""
    has_meter = False  # at the DPs that plugs have it at
    also = ("on",)  # what set() takes besides its fields

    def __init__(self, device):
        self.device = device

    @property
    def on(self):
        """Whether it is on, None while that is not known."""
        raise NotImplementedError

    def toggled(self):
        # type: () -> bool | dict | None
        """Return what a toggle makes of it: True, False or values; None for the opposite."""
        return

    def see(self, changed):
        """Look at {DP: value} that have changed."""

    def values(self):
        """Return {name: value} of what is known."""
        raise NotImplementedError

    def fields(self):
        """Return {name: what it is} of all its values.

        {"type": "switch", "number", "enum", "text" or "colour", "settable"}, and where they are
        known "min", "max", "step", "unit", "options".
        """
        raise NotImplementedError

    async def switch(self, on):
        """Switch on or off."""
        raise NotImplementedError

    async def set(self, values):
        """Set {name: value}."""
        raise NotImplementedError


def make(word, device, settings):
    """Return the Kind of a device; None for an outlet. `settings`: those of its plug."""
    if word == "outlet":
        return None
    module = __import__("hub.targets.kinds." + word, None, None, ("*",))
    return getattr(module, word[0].upper() + word[1:])(device, settings)


def guess(dps):
    """Return the word for what reports such DPs, None for what may be an outlet."""
    first, second = dps.get(SWITCH), dps.get(2)
    if isinstance(dps.get(_BULB_SWITCH), bool) and (21 in dps or 22 in dps):
        return "bulb"
    if isinstance(first, bool) and isinstance(second, str) and _begins(second, _MODES):
        return "bulb"
    if isinstance(first, str) and first.lower() in _COMMANDS:
        return "cover"
    if isinstance(first, bool) and isinstance(dps.get(4), str) and type(second) is int:
        return "climate"
    if len([dp for dp in SWITCHES if isinstance(dps.get(dp), bool)]) > 1:
        return "strip"
    return None


def _begins(text, beginnings):
    return any([text.startswith(beginning) for beginning in beginnings])


def number(unit, low, high, step=1, settable=True):
    # type: (str, float | None, float | None, float | None, bool) -> dict
    """Return what a number is, for fields()."""
    about = {"type": "number", "settable": settable}
    known = {"min": low, "max": high, "step": step, "unit": unit}
    about.update({key: known[key] for key in known if known[key] not in (None, "")})
    return about


def choice(options, settable=True):
    """Return what an enum is, for fields()."""
    return {"type": "enum", "settable": settable, "options": options}

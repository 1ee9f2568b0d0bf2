"""Bulbs, strips and dimmers: on, brightness, colour temperature, colour, scenes.

set A (older, 3.1)  1 on, 2 mode, 3 brightness 25-255, 4 temperature 0-255, 5 colour
set B               20 on, 21 mode, 22 brightness 10-1000, 23 temperature 0-1000, 24 colour,
                    25 scene
set C (dimmers)     1 on, 2 brightness 10-1000
"""

# On, mode, brightness, temperature, colour, scene; least and greatest brightness.
_A = (1, 2, 3, 4, 5, None, 25, 255)
_B = (20, 21, 22, 23, 24, 25, 10, 1000)
_C = (1, None, 2, None, None, None, 10, 1000)


class Bulb:
    """Wraps a Device, which stays its owner's to run.

    Which set it has is told by what it reports, so its first status must have come before any
    call. Levels are percent. All that is read is None where the device reported nothing. Writing
    raises ValueError for what the bulb has not, TuyaError as Device.set does.
    """

    def __init__(self, device):
        self.device = device

    @property
    def on(self):
        return self.device.dps.get(self._set()[0])

    async def turn(self, on):
        await self.device.set({self._set()[0]: bool(on)})

    @property
    def mode(self):
        """ "white", "colour", "scene", "music", or None for a dimmer."""
        return self.device.dps.get(self._set()[1])

    @property
    def brightness(self):
        kit = self._set()
        if self.mode == "colour":
            color = self.hsv
            return None if color is None else color[2]
        return _percent(self.device.dps.get(kit[2]), kit[6], kit[7])

    @property
    def temperature(self):
        """The colour temperature: 0 is warm, 100 is cold."""
        kit = self._set()
        return _percent(self.device.dps.get(kit[3]), 0, kit[7])

    async def white(self, brightness=None, temperature=None):
        """Be white, or be dimmed where it is a dimmer; what is None stays as it is."""
        kit = self._set()
        dps = {}
        if kit[1]:
            dps[kit[1]] = "white"
        if brightness is not None:
            dps[kit[2]] = _level(brightness, kit[6], kit[7])
        if temperature is not None:
            dps[self._has(kit[3], "colour temperature")] = _level(temperature, 0, kit[7])
        if dps:
            await self.device.set(dps)

    @property
    def hsv(self):
        """(hue in degrees, saturation in percent, value in percent) of the colour, or None."""
        text = self.device.dps.get(self._set()[4])
        return parse_color(text) if isinstance(text, str) else None

    @property
    def rgb(self):
        """(red, green, blue) of the colour, 0 to 255 each, or None."""
        hsv = self.hsv
        return None if hsv is None else to_rgb(*hsv)

    async def set_rgb(self, red, green, blue):
        """Be of this colour, each part 0 to 255."""
        for part in (red, green, blue):
            _check(part, 255, "a part of a colour")
        await self._colour(lambda kit: color_text(red, green, blue, kit is _A))

    async def set_hsv(self, hue, saturation, value):
        """Be of this colour: degrees, percent, percent."""
        _check(hue, 360, "a hue")
        _check(saturation, 100, "a saturation")
        _check(value, 100, "a value")
        if self._set() is _A:
            await self.set_rgb(*to_rgb(hue, saturation, value))
            return
        text = "%04x%04x%04x" % (round(hue), round(saturation * 10), round(value * 10))
        await self._colour(lambda kit: text)

    async def set_scene(self, text):
        """Play a scene: the hexadecimal text that the app has put into the scene's DP."""
        kit = self._set()
        await self.device.set({self._has(kit[5], "scene"): text, kit[1]: "scene"})

    async def _colour(self, text_for):
        kit = self._set()
        await self.device.set({self._has(kit[4], "colour"): text_for(kit), kit[1]: "colour"})

    def _set(self):
        dps = self.device.dps
        if 20 in dps:
            return _B
        if isinstance(dps.get(2), int) and 3 not in dps:
            return _C
        return _A

    def _has(self, dp, what):
        # Colours and scenes are in no answer of some bulbs: only a set without them is refused.
        if dp is None:
            raise ValueError("this light has no %s" % what)
        return dp


def color_text(red, green, blue, is_old):
    """Return a colour as bulbs take it: rrggbbhhhhssvv in set A, hhhhssssvvvv in set B.

    The parts are cut off and not rounded, as the app does (tinytuya: rgb_to_hexvalue), and in
    whole numbers: those with a point have 6 digits on the board.
    """
    most = max(red, green, blue)
    spread = most - min(red, green, blue)
    hue = 0
    if spread:
        if most == red:
            turn, parts = 0, green - blue
        elif most == green:
            turn, parts = 120, blue - red
        else:
            turn, parts = 240, red - green
        hue = (turn + parts * 60 // spread) % 360
    if is_old:
        saturation = spread * 255 // most if most else 0
        return "%02x%02x%02x%04x%02x%02x" % (red, green, blue, hue, saturation, most)
    saturation = spread * 1000 // most if most else 0
    return "%04x%04x%04x" % (hue, saturation, most * 1000 // 255)


def parse_color(text):
    """Return (hue, saturation, value) of a colour of either set, None for any other text."""
    try:
        if len(text) == 12:
            return int(text[:4], 16), int(text[4:8], 16) / 10, int(text[8:], 16) / 10
        if len(text) == 14:
            return to_hsv(int(text[:2], 16), int(text[2:4], 16), int(text[4:6], 16))
    except ValueError:
        pass
    return None


def to_hsv(red, green, blue):
    """Return (degrees, percent, percent)."""
    most = max(red, green, blue)
    spread = most - min(red, green, blue)
    if not spread:
        return 0, 0, most * 100 / 255
    if most == red:
        hue = (green - blue) / spread % 6
    elif most == green:
        hue = (blue - red) / spread + 2
    else:
        hue = (red - green) / spread + 4
    return hue * 60, spread * 100 / most, most * 100 / 255


def to_rgb(hue, saturation, value):
    """Return (red, green, blue), 0 to 255, of degrees, percent, percent."""
    most = value * 255 / 100
    least = most * (1 - saturation / 100)
    parts = []
    for offset in (0, 240, 120):
        away = abs((hue + offset) % 360 - 180) / 60
        parts.append(round(least + (most - least) * min(max(away - 1, 0), 1)))
    return tuple(parts)


def _percent(level, low, high):
    if not isinstance(level, int):
        return None
    return min(max((level - low) * 99 / (high - low) + 1 if low else level * 100 / high, 0), 100)


def _level(percent, low, high):
    _check(percent, 100, "a level")
    if not low:
        return round(percent * high / 100)
    return round(low + (max(percent, 1) - 1) * (high - low) / 99)


def _check(value, most, what):
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= most:
        raise ValueError("%s is 0 to %d, not %r" % (what, most, value))

"""Bulbs, LED strips and dimmers by what they do. The device is passed in.

Percent are 1 to 100 of what the bulb can do; hue is in degrees, saturation and value in percent.
"""

# What a device reports may be of any type, and is looked at where it is used.
# pyright: reportArgumentType=false, reportCallIssue=false, reportIndexIssue=false
# pyright: reportOperatorIssue=false, reportOptionalOperand=false, reportOptionalSubscript=false
# pyright: reportReturnType=false

from tuya.errors import Rejected
from tuya.port import const

if const(0):  # for an IDE: nothing is loaded here
    from tuya.changes import Observed

# The three sets of DPs (protocol facts of tinytuya's BulbDevice): switch, mode, brightness,
# temperature, colour, scene; then the least and the greatest brightness. Temperatures begin at 0.
_SETS = {
    "A": (1, 2, 3, 4, 5, 6, 25, 255),
    "B": (20, 21, 22, 23, 24, 25, 10, 1000),
    "C": (1, None, 2, 3, None, None, 25, 255),
}  # type: dict
_NAMES = ("switch", "mode", "brightness", "temperature", "colours", "scenes")


def rgb_hex(red, green, blue):
    """Return the colour text of set A, rrggbbhhhhssvv: red, green, blue of 255, hue of 360
    degrees, saturation and value of 255.
    """
    hue, saturation, value = _hsv(red, green, blue, 255)
    return "%02x%02x%02x%04x%02x%02x" % (red, green, blue, hue, saturation, value)


def hsv_hex(red, green, blue):
    """Return the colour text of set B, hhhhssssvvvv: hue of 360 degrees, the others of 1000."""
    return "%04x%04x%04x" % _hsv(red, green, blue, 1000)


def _hsv(red, green, blue, full):
    # Rounded down as by all programs that such bulbs have met, but in whole numbers: where the
    # result is one, theirs fall one short of it at times (tinytuya: int(hue * 360) of a float).
    value = max(red, green, blue)
    span = value - min(red, green, blue)
    if not span:
        return 0, 0, value * full // 255
    if value == red:
        hue = 60 * (green - blue) // span
    elif value == green:
        hue = 120 + 60 * (blue - red) // span
    else:
        hue = 240 + 60 * (red - green) // span
    return hue % 360, span * full // value, value * full // 255


def hsv_to_rgb(hue, saturation, value):
    """Return (red, green, blue), 0 to 255, of degrees and percent."""
    rgb = []
    for corner in (0, 120, 240):
        # How far the colour is from the corner that is all red, green or blue, in sixths.
        distance = abs((hue - corner + 180) % 360 - 180) / 60
        share = min(max(distance - 1, 0), 1)
        rgb.append(round(value * (100 - saturation * share) * 255 / 10000))
    return tuple(rgb)


class Bulb:
    """A bulb. `kind` is its set of DPs, "A", "B" or "C", found in what it reports when None.

    What the bulb has not reported is None. All that writes returns when the bulb has confirmed
    it, and switches it on; it raises TuyaError, and ValueError for what no bulb takes.
    """

    def __init__(self, device: "Observed", kind: str | None = None) -> None:
        if kind is not None and kind not in _SETS:
            raise ValueError("kind is A, B or C, not %s" % repr(kind))
        self.device: "Observed" = device
        self._kind = kind

    @property
    def kind(self) -> str | None:
        """The set of DPs: "A", "B", "C", or None when the bulb has not shown it yet."""
        if not self._kind:
            dps = self.device.dps
            if isinstance(dps.get(20), bool) and (21 in dps or 22 in dps):
                self._kind = "B"
            elif 1 in dps and isinstance(dps.get(2), str):
                self._kind = "A"
            elif 2 in dps and _is_number(dps[2]):
                self._kind = "C"
        return self._kind

    @property
    def on(self) -> bool | None:
        """Whether it shines."""
        return self._reported(0)

    @property
    def mode(self) -> str | None:
        """What it shows: "white", "colour", "scene" (set A: "scene_1" to "scene_4"), "music"."""
        return self._reported(1)

    @property
    def brightness(self) -> int | None:
        """Percent; of a colour, its value."""
        if self.mode == "colour":
            hsv = self.hsv
            return hsv and hsv[2]
        raw = self._reported(2)
        if not _is_number(raw):
            return None
        low, high = self._span()
        return min(max(1 + round((raw - low) * 99 / (high - low)), 1), 100)

    @property
    def temperature(self) -> int | None:
        """Percent, from 0, the warmest white, to 100, the coldest."""
        raw = self._reported(3)
        return min(round(raw * 100 / self._span()[1]), 100) if _is_number(raw) else None

    @property
    def hsv(self) -> tuple[int, int, int] | None:
        """(hue, saturation, value) of the colour, which is kept while it shows white."""
        text = self._reported(4)
        try:
            if len(text) == 12:
                full, parts = 10, (text[:4], text[4:8], text[8:])
            else:
                full, parts = 2.55, (text[6:10], text[10:12], text[12:14])
            hue, saturation, value = [int(part, 16) for part in parts]
        except (TypeError, ValueError):
            return None
        return hue, round(saturation / full), round(value / full)

    @property
    def rgb(self) -> tuple[int, int, int] | None:
        """(red, green, blue) of the colour, 0 to 255."""
        text = self._reported(4)
        if self._kind == "A" and isinstance(text, str):
            try:
                return int(text[:2], 16), int(text[2:4], 16), int(text[4:6], 16)
            except ValueError:
                return None
        hsv = self.hsv
        return hsv and hsv_to_rgb(*hsv)

    async def switch(self, on: bool) -> None:
        """Switch on (True) or off (False)."""
        if not isinstance(on, bool):
            raise ValueError("on is True or False, not %s" % repr(on))
        await self.device.set({await self._dp(0): on})

    async def set_brightness(self, percent: float) -> None:
        """Shine as brightly, in colour if it shows one, else white; 0 switches off."""
        _check("brightness", percent, 100)
        if percent == 0:
            await self.switch(False)
        elif await self._found() and self.mode == "colour" and self.hsv:
            await self.set_hsv(*(self.hsv[:2] + (percent,)))
        else:
            await self.set_white(percent)

    async def set_white(
        self, brightness: float | None = None, temperature: float | None = None
    ) -> None:
        """Show white, in percent; what is None stays. Not each bulb has a temperature."""
        await self._found()
        dps = {}
        low, high = self._span()
        if brightness is not None:
            _check("brightness", brightness, 100)
            dps[await self._dp(2)] = low + round(max(brightness - 1, 0) * (high - low) / 99)
        if temperature is not None:
            _check("temperature", temperature, 100)
            dps[await self._dp(3)] = round(temperature * high / 100)
        await self._show("white", dps)

    async def set_rgb(self, red: float, green: float, blue: float) -> None:
        """Show a colour: red, green and blue of 0 to 255."""
        for name, part in (("red", red), ("green", green), ("blue", blue)):
            _check(name, part, 255)
        dp = await self._dp(4)
        text = rgb_hex if self._kind == "A" else hsv_hex
        await self._show("colour", {dp: text(round(red), round(green), round(blue))})

    async def set_hsv(self, hue: float, saturation: float, value: float) -> None:
        """Show a colour: hue of 0 to 360 degrees, saturation and value of 0 to 100 percent."""
        _check("hue", hue, 360)
        _check("saturation", saturation, 100)
        _check("value", value, 100)
        dp = await self._dp(4)
        if self._kind == "A":
            rgb = "%02x%02x%02x" % hsv_to_rgb(hue, saturation, value)
            scaled = (round(hue), round(saturation * 2.55), round(value * 2.55))
            text = rgb + "%04x%02x%02x" % scaled
        else:
            text = "%04x%04x%04x" % (round(hue), round(saturation * 10), round(value * 10))
        await self._show("colour", {dp: text})

    async def set_scene(self, scene: int | str) -> None:
        """Show a scene: a number of 1 to 4 in set A, in set B the hex text that DP 25 reports."""
        dp = await self._dp(5)
        if self._kind == "A":
            if not _is_number(scene) or not 1 <= scene <= 4:
                raise ValueError("a scene is a number of 1 to 4, not %s" % repr(scene))
            await self._show("scene_%d" % scene, {})
        else:
            if not isinstance(scene, str) or not scene:
                raise ValueError("a scene is a hex text, not %s" % repr(scene))
            await self._show("scene", {dp: scene})

    async def set_mode(self, mode: str) -> None:
        """Show what the bulb keeps for a mode, such as "white", "colour", "scene" or "music"."""
        if not isinstance(mode, str):
            raise ValueError("a mode is a text, not %s" % repr(mode))
        await self._dp(1)
        await self._show(mode, {})

    # ---

    async def _show(self, mode, dps):
        switch, mode_dp = _SETS[self._kind][:2]
        dps[switch] = True
        # A bulb that can show nothing but white may have no mode.
        if mode_dp and (mode != "white" or mode_dp in self.device.dps):
            dps[mode_dp] = mode
        await self.device.set(dps)

    async def _found(self):
        if not self.kind:
            await self.device.status()
            if not self.kind:
                raise Rejected("no DPs of a bulb are reported, only %s" % sorted(self.device.dps))
        return self._kind

    async def _dp(self, place):
        await self._found()
        dp = self._number(place)
        if dp is None:
            raise Rejected("a bulb of this kind has no " + _NAMES[place])
        return dp

    def _number(self, place):
        kind = self.kind
        if kind == "C" and place == 3 and 4 in self.device.dps:
            return None  # a dimmer, whose DP 3 is the least it may be dimmed to
        return kind and _SETS[kind][place]

    def _reported(self, place):
        return self.device.dps.get(self._number(place))

    def _span(self):
        # Newer dimmers have the DPs of set C with the brightness of set B.
        raw = self.device.dps.get(2)
        if self._kind == "C" and _is_number(raw) and raw > 255:
            return _SETS["B"][6:]
        return _SETS[self._kind][6:]


def _is_number(value):
    return isinstance(value, int) and not isinstance(value, bool)


def _check(name, value, most):
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= most:
        raise ValueError("%s is 0 to %d, not %s" % (name, most, repr(value)))

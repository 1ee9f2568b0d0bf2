"""Bulbs, LED strips and dimmers: brightness and temperature in percent, colours as "#rrggbb"."""

import tuya.bulb
from hub.targets.kinds.kind import Kind, choice, number
from tuya.port import const, ticks_diff, ticks_ms

# A hold repeats every 300 ms; the next one after a pause dims the other way.
_HOLD_MS = const(700)


class Bulb(Kind):
    """Takes "brightness" and "temperature" (0 the warmest white) in percent, "colour", "mode",
    "effect" (a scene of the bulb's own), and "dim": so many percent up or down, the other way
    with each hold.
    """

    word = "bulb"
    also = ("on", "dim", "effect")
    _direction = -1
    _dimmed_at = None  # ticks_ms
    _is_dimming = False

    def __init__(self, device, settings):
        super().__init__(device)
        self._bulb = tuya.bulb.Bulb(device)

    @property
    def on(self):
        return self._bulb.on

    async def switch(self, on):
        await self._bulb.switch(on)

    def values(self):
        bulb = self._bulb
        rgb = bulb.rgb
        found = {
            "brightness": bulb.brightness,
            "temperature": bulb.temperature,
            "colour": rgb and "#%02x%02x%02x" % rgb,
            "mode": bulb.mode,
        }
        return {name: found[name] for name in found if found[name] is not None}

    def fields(self):
        known = self.values()
        fields = {"brightness": number("%", 0, 100)}
        if "temperature" in known:
            fields["temperature"] = number("%", 0, 100)
        if "colour" in known:
            fields["colour"] = {"type": "colour", "settable": True}
        if "mode" in known:
            fields["mode"] = choice(["white", "colour", "scene", "music"])
        return fields

    async def set(self, values):
        bulb = self._bulb
        given = values.get
        if given("on") is False:
            await bulb.switch(False)
        elif given("dim"):
            await self._dim(given("dim"))
        elif given("effect") is not None:
            await bulb.set_scene(given("effect"))
        elif given("colour"):
            await bulb.set_rgb(*_rgb(given("colour"), given("brightness")))
        elif given("temperature") is not None:
            await bulb.set_white(given("brightness"), given("temperature"))
        elif given("brightness") is not None:
            await bulb.set_brightness(given("brightness"))
        elif given("mode"):
            await bulb.set_mode(given("mode"))
        else:
            await bulb.switch(True)

    async def _dim(self, step):
        # Where the bulb is slower than the finger a step is left out, and none comes late.
        if self._is_dimming:
            return
        now = ticks_ms()
        level = (self._bulb.brightness or 0) if self.on else 0
        if self._dimmed_at is None or ticks_diff(now, self._dimmed_at) > _HOLD_MS:
            self._direction = -self._direction
            if level <= 1 or level >= 100:
                self._direction = 1 if level <= 1 else -1
        self._is_dimming = True
        try:
            await self._bulb.set_brightness(min(max(level + self._direction * step, 1), 100))
        finally:
            self._is_dimming = False
            self._dimmed_at = ticks_ms()


def _rgb(text, brightness):
    """Return (red, green, blue) of a colour, as bright as `brightness` percent where given."""
    try:
        parts = [int(text[at : at + 2], 16) for at in (1, 3, 5)]
    except (TypeError, ValueError):
        parts = []
    if len(parts) != 3 or len(text) != 7 or text[0] != "#":
        raise ValueError('a colour is a text such as "#ff8000", not %r' % (text,))
    if brightness is None:
        return parts
    most = max(parts) or 1
    return [part * 255 * brightness / most / 100 for part in parts]

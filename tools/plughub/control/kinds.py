"""What a device is, and what words set it: by its category, its mapping, or what it reports."""

import tuya
from tuya.datapoints import from_mapping, usual_plug

# Tuya's categories of the standard instruction set.
_BULBS = ("dj", "dd", "dc", "xdd", "fwd", "tgq", "tgkg")
_COVERS = ("cl", "clkg")
_CLIMATE = ("wk", "qn", "kt", "ktkzq", "wkf")
_COLOURS = {
    "red": (255, 0, 0),
    "orange": (255, 128, 0),
    "yellow": (255, 255, 0),
    "green": (0, 255, 0),
    "cyan": (0, 255, 255),
    "blue": (0, 0, 255),
    "purple": (128, 0, 255),
    "magenta": (255, 0, 255),
    "pink": (255, 105, 180),
}
_ON = ("on", "true", "yes")
_OFF = ("off", "false", "no")


def made_for(known, device):
    """Return the kind that fits a Known, on top of its device."""
    if known.category in _BULBS:
        return BulbWords(device, known.mapping)
    if known.category in _COVERS:
        return CoverWords(device, known.mapping)
    if known.category in _CLIMATE:
        return ClimateWords(device, known.mapping)
    return Words(device, known.mapping)


class Words:
    """A device by the names of its mapping; without one by those of a usual plug, or by numbers.

    `tell` turns what it reports into {name: (value, unit)}; `set` takes {word: text}.
    """

    def __init__(self, device, mapping):
        self.device = device
        self._mapped = _points_of(mapping)

    @property
    def points(self):
        """The DataPoints of the device."""
        return self._mapped or usual_plug(self.device.dps)

    def tell(self, dps):
        """Return {name: (value, unit)} of {number: raw}."""
        told = {}
        points = self.points
        for dp in dps:
            is_known = dp in points.points
            name = points.points[dp][0] if is_known else str(dp)
            value = points.value(dp, dps[dp]) if is_known else dps[dp]
            told[name] = (value, points.unit(dp) if is_known else "")
        return told

    async def set(self, words):
        """Write {word: text}, all in one frame. Raises ValueError in words, and TuyaError."""
        await self.device.set(self.raw(words))

    def raw(self, words):
        """Return {number: raw} of {word: text}; a word is a name, or the number of a DP."""
        raw = {}
        for word, text in words.items():
            dp = self._dp(word)
            if dp in self.points.points:
                raw[dp] = self.points.raw(dp, self._value(dp, text))
            else:
                raw[dp] = plain(text)
        return raw

    def _dp(self, word):
        if word.isdigit():
            return int(word)
        found = self.points.find(word, f"{word}_1", f"cur_{word}")
        if found is None:
            reported = [dp for dp in self.points.points if self._mapped or dp in self.device.dps]
            names = [self.points.points[dp][0] for dp in reported]
            raise ValueError(f"there is no {word}; it has {', '.join(names)}, or numbers of DPs")
        return found

    def _value(self, dp, text):
        _, kind, values = self.points.points[dp]
        if kind == "boolean":
            return as_switch(text)
        if kind == "integer" and text.endswith("%") and "max" in values:
            low = values.get("min", 0)
            raw = low + (values["max"] - low) * percent(text) / 100
            return raw / 10 ** values.get("scale", 0)
        if kind == "integer":
            return number(text)
        if kind == "bitmap":
            return [label for label in text.split(",") if label]
        return text


class BulbWords(Words):
    """A bulb: on, brightness=40%, temperature=60%, colour=red or #ff8000, scene=..., mode=..."""

    def __init__(self, device, mapping):
        super().__init__(device, mapping)
        self._bulb = tuya.Bulb(device)

    async def set(self, words):
        left = dict(words)
        white = {}
        for word in ("brightness", "temperature"):
            if word in left:
                white[word] = percent(left.pop(word))
        colour = left.pop("colour", left.pop("color", None))
        if colour:
            value = white.pop("brightness", 100)
            await self._bulb.set_rgb(*[round(part * value / 100) for part in rgb(colour)])
        if white:
            await (
                self._bulb.set_brightness(white["brightness"])
                if list(white) == ["brightness"]
                else self._bulb.set_white(**white)
            )
        if "scene" in left:
            scene = left.pop("scene")
            await self._bulb.set_scene(int(scene) if scene.isdigit() else scene)
        if "mode" in left:
            await self._bulb.set_mode(left.pop("mode"))
        if left:
            await super().set(left)


class CoverWords(Words):
    """A cover: open, close, stop as `cover=open`, and position=40%."""

    def __init__(self, device, mapping):
        super().__init__(device, mapping)
        self._cover = tuya.Cover(device, mapping or None)

    async def set(self, words):
        left = dict(words)
        if "cover" in left:
            word = left.pop("cover")
            if word not in ("open", "close", "stop"):
                raise ValueError(f"cover takes open, close or stop, not {word}")
            await getattr(self._cover, word)()
        if "position" in left:
            await self._cover.set_position(percent(left.pop("position")))
        if left:
            await super().set(left)


class ClimateWords(Words):
    """A thermostat: on, target=21.5, mode=..."""

    def __init__(self, device, mapping):
        super().__init__(device, mapping)
        self._climate = tuya.Climate(device, mapping or None)

    async def set(self, words):
        left = dict(words)
        if "target" in left:
            await self._climate.set_target(number(left.pop("target")))
        if "mode" in left:
            await self._climate.set_mode(left.pop("mode"))
        if left:
            await super().set(left)


def as_switch(text):
    """Return True or False of on, off and the like. Raises ValueError."""
    if text.lower() in _ON:
        return True
    if text.lower() in _OFF:
        return False
    raise ValueError(f"expected on or off, not {text}")


def number(text):
    """Return the number that a text is. Raises ValueError."""
    try:
        return int(text) if text.lstrip("+-").isdigit() else float(text)
    except ValueError:
        raise ValueError(f"expected a number, not {text}") from None


def percent(text):
    """Return 40 of "40%" or "40". Raises ValueError."""
    found = number(text.removesuffix("%"))
    if not 0 <= found <= 100:
        raise ValueError(f"expected 0% to 100%, not {text}")
    return found


def rgb(text):
    """Return (red, green, blue), 0 to 255, of a name or of #rrggbb. Raises ValueError."""
    if text.lower() in _COLOURS:
        return _COLOURS[text.lower()]
    digits = text.removeprefix("#")
    try:
        if len(digits) == 6:
            return tuple(bytes.fromhex(digits))
    except ValueError:
        pass
    raise ValueError(f"expected a colour as #ff8000 or {', '.join(_COLOURS)}, not {text}")


def plain(text):
    """Return what a text is where nothing says what is expected: a bool, a number or a text."""
    if text.lower() in _ON + _OFF:
        return as_switch(text)
    try:
        return number(text)
    except ValueError:
        return text


def _points_of(mapping):
    try:
        return from_mapping(mapping) if mapping else None
    except ValueError:
        return None

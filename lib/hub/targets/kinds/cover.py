"""Curtains, blinds and shutters: on is open; positions are percent, 100 is open."""

import tuya.cover
from hub.targets.kinds.kind import Kind, choice, number
from tuya.port import const, ticks_diff, ticks_ms

# Longer than this no cover is on its way. A press while it is stops it.
_WAY_MS = const(60000)
_ENDS = {"open": 100, "close": 0}
_STOP = {"command": "stop"}


class Cover(Kind):
    """Takes "position", and "command": open, close or stop. "moving" is where it is on its way."""

    word = "cover"
    _moved_at = None  # ticks_ms at which it was told to open or close

    def __init__(self, device, settings):
        super().__init__(device)
        self._cover = tuya.cover.Cover(
            device, settings.get("mapping"), inverted=bool(settings.get("inverted"))
        )
        self._last = None  # what it was told last, as far as that was seen

    @property
    def on(self):
        position = self._cover.position
        if position is not None:
            return position > 0
        last = self._cover.last
        return last == "open" if last in _ENDS else None

    @property
    def moving(self):
        """Where it is on its way to, "open" or "close"; None while it stands still."""
        last = self._cover.last
        if self._moved_at is None or last not in _ENDS:
            return None
        is_there = self._cover.position == _ENDS[last]
        return None if is_there or ticks_diff(ticks_ms(), self._moved_at) > _WAY_MS else last

    def toggled(self):
        return _STOP if self.moving else None

    def see(self, changed):
        last = self._cover.last
        if last != self._last:
            # What it was told before the hub knew it is no news.
            self._moved_at = ticks_ms() if self._last and last in _ENDS else None
            self._last = last

    async def switch(self, on):
        await self._do("open" if on else "close")

    def values(self):
        values = {"moving": self.moving}  # type: dict
        if self._cover.position is not None:
            values["position"] = self._cover.position
        return values

    def fields(self):
        return {
            "position": number("%", 0, 100),
            "command": choice(["open", "close", "stop"]),
            "moving": choice(["open", "close"], False),
        }

    async def set(self, values):
        if "command" in values:
            if values["command"] not in ("open", "close", "stop"):
                raise ValueError("a command is open, close or stop, not %r" % values["command"])
            await self._do(values["command"])
        elif "position" in values:
            await self._cover.set_position(values["position"])
        else:
            await self.switch(values["on"])

    async def _do(self, command):
        self._moved_at = ticks_ms() if command in _ENDS else None
        self._last = command
        await getattr(self._cover, command)()

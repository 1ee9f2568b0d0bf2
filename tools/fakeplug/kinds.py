"""What stands in a home besides plugs: a strip, a bulb, a curtain and a thermostat, alive."""

import random

from fakeplug.plug import FakePlug

_TICK_S = 1.0
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
#: (name, version, DPs) of each.
DEVICES = (
    ("strip", "3.3", {1: True, 2: False, 3: False, 4: True, 9: 0, 10: 0, 11: 0, 12: 0}),
    ("hall bulb", "3.5", {20: False, 21: "white", 22: 700, 23: 300, 24: "001e03e803e8", 26: 0}),
    ("curtain", "3.4", {1: "stop", 2: 100, 3: 100}),
    ("bathroom", "3.3", {1: True, 2: 21, 3: 19, 4: "auto"}),
)
_CURTAIN, _BATHROOM = 2, 3
# A curtain moves so many percent in a second; the room warms up by a degree in so many seconds.
_STEP = 8
_WARMING_S = 20


class Kinds:
    """One device of each kind, on one host. Ids and keys depend on `seed` alone."""

    def __init__(self, seed=2, clock=None):
        dice = random.Random(seed)
        self.plugs = [
            FakePlug(
                id="bf" + "".join(dice.choices(_LETTERS, k=20)),
                key="".join(dice.choices(_LETTERS, k=16)),
                version=version,
                dps=dict(dps),
                clock=clock,
            )
            for _, version, dps in DEVICES
        ]
        self._clock = self.plugs[0].clock
        self._timer = None
        self._seconds = 0

    async def __aenter__(self):
        try:
            for plug in self.plugs:
                await plug.start()
        except OSError:
            await self.__aexit__()
            raise
        self._timer = self._clock.call_later(_TICK_S, self._tick)
        return self

    async def __aexit__(self, *_):
        if self._timer:
            self._timer.cancel()
        for plug in self.plugs:
            await plug.stop()

    def describe(self):
        """Return a list with what a hub's configuration says of each."""
        return [
            {
                "name": name,
                "id": plug.id,
                "key": plug.key.decode(),
                "address": plug.host,
                "port": plug.port,
                "version": plug.version,
            }
            for (name, _, _), plug in zip(DEVICES, self.plugs, strict=True)
        ]

    def outlets(self):
        """Return a list with what a hub's configuration says of the strip's outlets."""
        names = ("television", "console", "aquarium", "router")
        return [{"name": name, "plug": "strip", "dp": dp} for dp, name in enumerate(names, 1)]

    def _tick(self):
        self._seconds += 1
        self._move(self.plugs[_CURTAIN])
        if self._seconds % _WARMING_S == 0:
            self._warm(self.plugs[_BATHROOM])
        self._timer = self._clock.call_later(_TICK_S, self._tick)

    @staticmethod
    def _move(curtain):
        """Go on where it was told to go: by a command, or to a position."""
        dps = curtain.dps
        goal = {"open": 100, "close": 0}.get(dps[1], dps[2])
        if dps[3] == goal:
            return
        step = max(-_STEP, min(_STEP, goal - dps[3]))
        changes = {3: dps[3] + step}
        if dps[1] != "stop":
            changes[2] = changes[3]
            if changes[3] == goal:
                changes[1] = "stop"
        curtain.press(changes)

    @staticmethod
    def _warm(thermostat):
        dps = thermostat.dps
        goal = dps[2] if dps[1] else 16
        if dps[3] != goal:
            thermostat.press({3: dps[3] + (1 if goal > dps[3] else -1)})

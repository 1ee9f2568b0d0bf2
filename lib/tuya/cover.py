"""Curtains, blinds, shutters and garage doors. The words that move them differ a lot."""

# Open, close, stop: what devices of one kind or another take in their control DP
# (tinytuya: CoverDevice). The first is the usual one.
_DIALECTS = (
    ("open", "close", "stop"),
    ("on", "off", "stop"),
    ("1", "2", "3"),
    ("01", "02", "03"),
    ("fopen", "fclose", "stop"),
    ("ZZ", "FZ", "STOP"),
    ("up", "down", "stop"),
    ("open", "close", "continue"),
    (True, False, None),
)
_CONTROL = 1
_SET_POSITION = 2
_POSITION = 3


class Cover:
    """Wraps a Device, which stays its owner's to run.

    `words`: what opens, closes and stops it, where that is known; else it is told by what the
    device reports, so its first status must have come before any call. Positions are percent,
    100 is open; `inverted` for a device that counts the other way round. Writing raises
    ValueError for what the cover can not do, TuyaError as Device.set does.
    """

    def __init__(self, device, words=None, inverted=False, control=_CONTROL):
        self.device = device
        self._words = words
        self._inverted = inverted
        self._control = control

    @property
    def words(self):
        """What opens, closes and stops it."""
        if self._words:
            return self._words
        reported = self.device.dps.get(self._control)
        if isinstance(reported, (str, bool)):
            for words in _DIALECTS:
                if reported in words:
                    return words
        return _DIALECTS[0]

    @property
    def position(self):
        """Percent open as it was reported last, or None."""
        dps = self.device.dps
        position = dps.get(_POSITION)
        if not isinstance(position, int) or isinstance(position, bool):
            position = dps.get(_SET_POSITION)
        if not isinstance(position, int) or isinstance(position, bool):
            return None
        return 100 - position if self._inverted else position

    async def open(self):
        await self._say(0)

    async def close(self):
        await self._say(1)

    async def stop(self):
        await self._say(2)

    async def move_to(self, percent):
        """Go to a position, where the cover has one. Returns when it has been told."""
        if isinstance(percent, bool) or not isinstance(percent, int) or not 0 <= percent <= 100:
            raise ValueError("a position is 0 to 100, not %r" % (percent,))
        if self.position is None:
            raise ValueError("this cover has no position")
        await self.device.set({_SET_POSITION: 100 - percent if self._inverted else percent})

    async def _say(self, number):
        word = self.words[number]
        if word is None:
            raise ValueError("this cover can not be stopped")
        # Some report the word, some what they are doing, some nothing.
        await self.device.set({self._control: word}, confirm=False)

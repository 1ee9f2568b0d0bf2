"""The status LED: that a press was seen, then how things really are.

off, on             all is well; the shown plug is off, on
slow blink (1 Hz)   no Wi-Fi
three quick blinks  a press failed
"""

import asyncio

from tuya.port import const, sleep_ms, wait_ms

from ..relay import level

_SLOW_MS = const(500)
_QUICK_MS = const(100)
_FAILURE_BLINKS = const(3)


class LED:
    """Owns an output `pin`. `shows`: a target whose state it shows, or None. `is_up()`: Wi-Fi."""

    def __init__(self, pin, active, shows, is_up):
        self._pin = pin
        self._active = active
        self._shows = shows
        self._is_up = is_up
        self._lit = False
        self._pending = 0
        self._failed = False
        self._woken = asyncio.Event()
        self._light(False)

    def press(self):
        """A press was seen: light up within this turn of the loop."""
        self._pending += 1
        self._light(True)

    def release(self, failed):
        """What the press asked for is done, or has failed."""
        self._pending -= 1
        self._failed = self._failed or failed
        self._woken.set()

    async def run(self, beat):
        """Keep the LED right, for ever."""
        while True:
            beat()
            if self._failed:
                await self._blink_failure()
            if not self._pending:
                self._light(
                    bool(self._shows and self._shows.on) if self._is_up() else not self._lit
                )
            await wait_ms(self._woken, _SLOW_MS)
            self._woken.clear()

    async def _blink_failure(self):
        self._failed = False
        for _ in range(_FAILURE_BLINKS):
            for lit in (True, False):
                self._light(lit)
                await sleep_ms(_QUICK_MS)

    def _light(self, lit):
        self._lit = lit
        self._pin.value(level(lit, self._active))

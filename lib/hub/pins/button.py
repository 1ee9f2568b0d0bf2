"""A push button: press, double, long, hold and release.

A gesture delays another only where both are bound: a press alone acts at its first edge, beside
"double" it waits for a second one, beside "long" or "hold" for the release.
"""

import asyncio

from tuya.port import ThreadSafeFlag, const, sleep_ms, ticks_add, ticks_diff, ticks_ms, wait_for_ms

_SETTLE_MS = const(50)
_DOUBLE_MS = const(300)
_LONG_MS = const(600)
_REPEAT_MS = const(300)


class Button:
    """Owns an input `pin` whose level is `active` while pressed.

    `act(action)` is called with what is bound: {gesture: action}. "long" is told once, "hold" at
    the same moment and again every 300 ms, while it is pressed; "release" after every press.
    """

    def __init__(self, pin, active, act, bound):
        self._pin = pin
        self._active = active
        self._act = act
        self._bound = bound
        self._edge = ThreadSafeFlag()
        self._settled_at = ticks_ms()
        self._is_late = "long" in bound or "hold" in bound

    async def run(self):
        """Watch the pin, for ever. A pin that is active at the start is ignored until released."""
        pin = self._pin
        pin.irq(handler=self._interrupt, trigger=pin.IRQ_FALLING | pin.IRQ_RISING)
        try:
            if pin.value() == self._active:
                await self._becomes(False)
            while True:
                await self._becomes(True)
                await self._gesture()
        finally:
            pin.irq(handler=None)

    async def _gesture(self):
        is_early = not self._is_late and "double" not in self._bound
        if is_early:
            self._tell("press")
        if not await self._becomes(False, _LONG_MS if self._is_late else None):
            self._tell("long")
            self._tell("hold")
            while not await self._becomes(False, _REPEAT_MS):
                self._tell("hold")
            self._tell("release")
            return
        self._tell("release")
        if "double" in self._bound and await self._becomes(True, _DOUBLE_MS):
            self._tell("double")
            await self._becomes(False)
            self._tell("release")
        elif not is_early:
            self._tell("press")

    def _tell(self, gesture):
        action = self._bound.get(gesture)
        if action:
            self._act(action)

    async def _becomes(self, pressed, ms=None):
        """Wait until it is pressed, or is not, at most `ms`. Tell whether it is."""
        due = None if ms is None else ticks_add(ticks_ms(), ms)
        # What the contact does right after it moved says nothing.
        await sleep_ms(max(0, ticks_diff(self._settled_at, ticks_ms())))
        self._edge.clear()
        while (self._pin.value() == self._active) != pressed:
            if due is None:
                await self._edge.wait()
            elif not await self._moves(due):
                return False
            if pressed:
                break  # the first edge of a press is a press, whatever level it bounces to
        self._settled_at = ticks_add(ticks_ms(), _SETTLE_MS)
        return True

    async def _moves(self, due):
        left = ticks_diff(due, ticks_ms())
        if left <= 0:
            return False
        try:
            await wait_for_ms(self._edge.wait(), left)
        except asyncio.TimeoutError:
            return False
        return True

    def _interrupt(self, pin):
        self._edge.set()

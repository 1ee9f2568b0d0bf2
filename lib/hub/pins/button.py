"""A push button on a GPIO: acts on the first edge, then ignores what bounces after it."""

from tuya.port import ThreadSafeFlag, const, sleep_ms

# Contacts settle within 50 ms. The press itself never waits for it.
_SETTLE_MS = const(50)


class Button:
    """Owns an input `pin` whose level is `active` while pressed.

    `press(action)` is called at each press. A pin that is active when the hub starts is ignored
    until it has been released: a button that hangs must not switch at every boot.
    """

    def __init__(self, name, pin, active, press, action):
        self.name = name
        self._pin = pin
        self._active = active
        self._press = press
        self._action = action
        self._edge = ThreadSafeFlag()

    async def run(self):
        """Watch the pin, for ever."""
        edge = self._edge
        pin = self._pin
        pin.irq(handler=self._interrupt, trigger=pin.IRQ_FALLING | pin.IRQ_RISING)
        try:
            pressed = pin.value() == self._active
            while True:
                await edge.wait()
                # The first edge of a press is a press, whatever level the contact bounces to.
                if not pressed:
                    self._press(self._action)
                await sleep_ms(_SETTLE_MS)
                pressed = pin.value() == self._active
                edge.clear()
                if (pin.value() == self._active) != pressed:
                    edge.set()  # it moved between the two lines above
        finally:
            pin.irq(handler=None)

    def _interrupt(self, pin):
        self._edge.set()

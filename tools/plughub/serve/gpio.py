"""The pins of a Raspberry Pi as MicroPython's machine.Pin, by gpiozero, where that is installed.

Numbers are those of the GPIOs (BCM). gpiozero calls from a thread of its own, the hub runs in its
event loop: each edge is passed on to that.
"""

import asyncio
import contextlib

_NO_PINS = (
    "it has no pins: on a Raspberry Pi they want gpiozero and lgpio (pipx inject plughub "
    "gpiozero lgpio)"
)


class NoPin:
    """In place of Pin where there are none. Each says why."""

    IN, OUT, OPEN_DRAIN = 1, 3, 7
    PULL_DOWN, PULL_UP = 1, 2
    IRQ_RISING, IRQ_FALLING = 1, 2

    def __init__(self, number, mode=None, pull=None, *, value=None):
        raise ValueError(_NO_PINS)


def pin_class():
    """Return machine.Pin for this PC."""
    try:
        import gpiozero
    except ImportError:
        return NoPin
    return make_pin_class(gpiozero)


def make_pin_class(gpiozero):
    """Return machine.Pin on top of gpiozero. What that refuses raises ValueError."""

    class Pin(NoPin):
        _FUNCTIONS = {NoPin.IN: "input", NoPin.OUT: "output", NoPin.OPEN_DRAIN: "output"}
        _PULLS = {None: "floating", NoPin.PULL_DOWN: "down", NoPin.PULL_UP: "up"}

        def __init__(self, number, mode=None, pull=None, *, value=None):
            self._mode = mode
            self._handler = self._loop = None
            try:
                gpiozero.Device.ensure_pin_factory()
                self._pin = gpiozero.Device.pin_factory.pin(number)
                if mode == self.IN:
                    self._pin.function = "input"
                    self._pin.pull = self._PULLS[pull]
            except gpiozero.GPIOZeroError as e:
                raise ValueError(str(e) or type(e).__name__) from None
            if value is not None:
                self.value(value)

        def value(self, level=None):
            """Return the level, or set that of an output; it drives nothing before that."""
            if level is None:
                return int(self._pin.state)
            if self._pin.function == "output":
                self._pin.state = int(bool(level))
            else:
                # Both in one step: a relay that is on at 0 must not click at the start.
                self._pin.output_with_state(int(bool(level)))
            return None

        def irq(self, handler=None, trigger=NoPin.IRQ_RISING | NoPin.IRQ_FALLING):
            """Have `handler(pin)` called in the event loop at each edge, None for no more."""
            self._handler = handler
            if handler is None:
                self._pin.when_changed = None
                return
            self._loop = asyncio.get_running_loop()
            self._pin.edges = {1: "rising", 2: "falling", 3: "both"}[trigger]
            self._pin.when_changed = self._changed

        def _changed(self, ticks, state):
            with contextlib.suppress(RuntimeError):  # the event loop has ended
                self._loop.call_soon_threadsafe(self._call)

        def _call(self):
            if self._handler:
                self._handler(self)

    return Pin

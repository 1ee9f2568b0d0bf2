"""The ESP32's `machine` in software: as much of it as firmware for plugs touches."""

import os
import time

PWRON_RESET, HARD_RESET, WDT_RESET, DEEPSLEEP_RESET, SOFT_RESET = 1, 2, 3, 4, 5

_PINS = (0, 1, 2, 3, 4, 5) + tuple(range(12, 40))
_INPUTS_ONLY = range(34, 40)
_AS_IT_IS = object()


class Pin:
    """One object for each GPIO, however often it is made."""

    IN, OUT, OPEN_DRAIN = 1, 3, 7
    PULL_DOWN, PULL_UP = 1, 2
    IRQ_RISING, IRQ_FALLING = 1, 2

    _made = {}

    def __new__(cls, id, *args, **kwargs):
        if id not in _PINS:
            raise ValueError("invalid pin")
        pin = cls._made.get(id)
        if pin is None:
            pin = cls._made[id] = object.__new__(cls)
            pin.id = id
            pin._level = 0
            pin._mode = None
            pin._driven = False
            pin._handler = None
            pin._trigger = 0
        return pin

    def __init__(self, id, mode=None, pull=None, *, value=None):
        self.init(mode, pull, value=value)

    def init(self, mode=None, pull=None, *, value=None):
        if mode in (self.OUT, self.OPEN_DRAIN) and self.id in _INPUTS_ONLY:
            raise ValueError("pin can only be input")
        if mode is not None:
            self._mode = mode
        if pull is not None and not self._driven:
            self._level = 1 if pull == self.PULL_UP else 0
        if value is not None:
            self.value(value)

    def value(self, level=None):
        if level is None:
            return self._level
        level = 1 if level else 0
        if self._mode in (self.OUT, self.OPEN_DRAIN) and level != self._level:
            self._level = level
            print("@ pin", self.id, level)
        return None

    __call__ = value

    def on(self):
        self.value(1)

    def off(self):
        self.value(0)

    def irq(self, handler=_AS_IT_IS, trigger=3):
        """Return the interrupt; called it does what an edge does, as on the board."""
        if handler is not _AS_IT_IS:
            self._handler = handler
            self._trigger = trigger
        return self._interrupt

    def _interrupt(self):
        self._handler(self)

    def drive(self, level):
        """The world holds the pin at a level, against its pull."""
        self._driven = True
        if level == self._level:
            return
        self._level = level
        if self._handler and self._trigger & (self.IRQ_RISING if level else self.IRQ_FALLING):
            self._handler(self)


class WDT:
    """The watchdog; made again it takes the new timeout, as on the ESP32."""

    _deadline = None

    def __init__(self, id=0, timeout=5000):
        self._timeout = timeout
        self.feed()

    def feed(self):
        WDT._deadline = time.ticks_add(time.ticks_ms(), self._timeout)

    @staticmethod
    def is_late():
        return WDT._deadline is not None and time.ticks_diff(time.ticks_ms(), WDT._deadline) > 0


class Timer:
    """A timer of the chip; it fires while the event loop runs."""

    ONE_SHOT, PERIODIC = 0, 1

    _running = {}

    def __init__(self, id):
        self._id = id

    def init(self, *, mode=PERIODIC, period=-1, callback=None):
        due = time.ticks_add(time.ticks_ms(), period)
        Timer._running[self._id] = (self, mode, period, callback, due)

    def deinit(self):
        Timer._running.pop(self._id, None)

    @staticmethod
    def look():
        """Call those that are due."""
        for timer, mode, period, callback, due in list(Timer._running.values()):
            if time.ticks_diff(time.ticks_ms(), due) >= 0:
                timer.deinit()
                if mode == Timer.PERIODIC:
                    timer.init(mode=mode, period=period, callback=callback)
                callback(timer)


_RESET_FILE = ".reset"  # what a reset leaves behind: its cause, and the RTC's memory


def _after_reset():
    try:
        with open(_RESET_FILE, "rb") as file:
            data = file.read()
        os.remove(_RESET_FILE)
    except OSError:
        return PWRON_RESET, b""
    # One that was cut off while it was written is a power cut.
    return (data[0], data[1:]) if data else (PWRON_RESET, b"")


def leave(cause):
    """Keep what a reset of this cause keeps, for the next start in this folder."""
    memory = RTC().memory()  # before the file that it may come from is emptied
    with open(_RESET_FILE, "wb") as file:
        file.write(bytes((cause,)) + memory)


class RTC:
    _memory = None
    _cause = None

    def __init__(self):
        if RTC._cause is None:
            RTC._cause, RTC._memory = _after_reset()

    def datetime(self, parts=None):
        if parts is None:
            t = time.gmtime()
            return (t[0], t[1], t[2], t[6], t[3], t[4], t[5], 0)
        if hasattr(time, "set_utc"):
            time.set_utc((parts[0], parts[1], parts[2], parts[4], parts[5], parts[6]))
        return None

    def memory(self, data=None):
        if data is None:
            return RTC._memory
        RTC._memory = bytes(data)
        return None


def unique_id():
    return b"\x24\x0a\xc4\x00\x00\x01"


def freq(hertz=None):
    return 160000000


def reset_cause():
    RTC()
    return RTC._cause


def reset_softly():
    """A soft reset keeps the memory of the RTC, and is a cause of its own."""
    RTC()
    RTC._cause = SOFT_RESET


def reset():
    print("@ reset")
    leave(HARD_RESET)
    raise SystemExit(5)


def soft_reset():
    print("@ soft reset")
    raise SystemExit(6)

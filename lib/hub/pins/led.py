"""The status LED: that a press was seen, then how things really are.

off, on               all is well; the shown target is off, on
slow blink (1 Hz)     no Wi-Fi
fast blink (5 Hz)     the setup access point is open
three quick blinks    a press failed
"""

from hub.system import wifi
from hub.targets.relay import level
from tuya.port import const, sleep_ms, ticks_ms

_SLOW_MS = const(500)
_QUICK_MS = const(100)
_FAILURE_BLINKS = const(3)
_TIMEOUT_MS = const(10000)


class LED:
    """Owns an output `pin`. `is_up()` tells of the Wi-Fi.

    When all is well it shows whether the target `shows` is on; `find(name)` returns that.
    """

    def __init__(self, pin, active, find, shows, is_up):
        self._pin = pin
        self._active = active
        self._find = find
        self._shows = shows  # a name, None for staying dark
        self._is_up = is_up
        self._lit = False
        self._pending = 0
        self._failed = False
        self._blink_ms = None
        self._light(False)

    def press(self):
        """A press was seen: light up within this turn of the loop."""
        self._pending += 1
        self._light(True)

    def release(self, failed):
        """What the press asked for is done, or has failed."""
        self._pending -= 1
        self._failed = self._failed or failed
        self._show()

    def blink(self, ms):
        """Blink, lit and dark for `ms` each, whatever else there is to show; None ends it."""
        self._blink_ms = ms

    async def run(self, beat):
        """Keep the LED right, for ever.

        Looking ten times a second costs no heap; a wait that can be ended costs 400 bytes of it.
        """
        while True:
            beat()
            if self._blink_ms:
                self._light(not self._lit)
            elif self._failed:
                await self._blink_failure()
            self._show()
            await sleep_ms(self._blink_ms or _QUICK_MS)

    async def _blink_failure(self):
        self._failed = False
        for _ in range(_FAILURE_BLINKS):
            for lit in (True, False):
                self._light(lit)
                await sleep_ms(_QUICK_MS)

    def _show(self):
        """Show how things are, where nothing else is to be shown."""
        if not (self._blink_ms or self._failed or self._pending):
            is_slow = ticks_ms() // _SLOW_MS % 2 == 1
            lit = self._is_shown_on() if self._is_up() else is_slow
            if lit != self._lit:
                self._light(lit)

    def _is_shown_on(self):
        try:
            return bool(self._shows and self._find(self._shows).on)
        except KeyError:
            return False  # it is in the configuration no more

    def _light(self, lit):
        self._lit = lit
        self._pin.value(level(lit, self._active))


# --- the component "led" ---

NEEDS = const(1350)
SCHEMA = (("pin", "pin", ...), ("active", "level", 1), ("show", "text", None))


def check(checker, config):
    """Have it show nothing that is not there."""
    led = config["led"]
    kinds = ("plugs", "outlets", "relays", "groups")
    shown = [item["name"] for kind in kinds for item in config[kind]]
    if led["show"] and led["show"] not in shown:
        checker.fault("led.show", 'nothing is named "%s"' % led["show"])
        led["show"] = None


def build(hub, item, config):
    """Have the LED run. Raises ValueError for a pin that the board does not have."""
    Pin = hub.machine.Pin
    pin = Pin(item["pin"], Pin.OUT)
    led = LED(pin, item["active"], hub.targets.find, item["show"], wifi.is_up)
    return hub.supervisor.add("LED", _shine, _TIMEOUT_MS, led, hub.executor)


async def _shine(led, executor, beat):
    """Run the LED, and have it tell of what people press for so long."""
    executor.light = led
    try:
        await led.run(beat)
    finally:
        if executor.light is led:
            executor.light = None

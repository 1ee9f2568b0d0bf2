"""The board's own button: short says which board this is, 5 s open the way in, 15 s erase all."""

from tuya.port import const, sleep_ms, ticks_diff, ticks_ms

_ROUND_MS = const(50)
_SETUP_MS = const(5000)
_WARN_MS = const(10000)
_RESET_MS = const(15000)
_SETUP_BLINK_MS = const(100)
_WARN_BLINK_MS = const(50)
_TIMEOUT_MS = const(20000)


class BootButton:
    """Watches an input `pin` whose level is `active` while pressed, for long presses only.

    `blink(ms)` blinks the LED (None: no more), `act(wish)` does what is wished. Released before
    5 s: "identify", before 10 s: "set_up"; then the LED warns, and a release does nothing; after
    15 s: "erase". It has no interrupt, so that the pin may be that of a Button as well: it
    `is_bound` then, and its short press is the button's alone.
    """

    def __init__(self, pin, active, blink, act, is_bound):
        self._pin = pin
        self._active = active
        self._blink = blink
        self._act = act
        self._is_bound = is_bound

    async def run(self, beat):
        """Watch the pin, for ever. One that is active at the start is ignored until released."""
        await self._wait(False, beat)
        while True:
            await self._wait(True, beat)
            await self._press(beat)

    async def _wait(self, pressed, beat):
        while (self._pin.value() == self._active) != pressed:
            beat()
            await sleep_ms(_ROUND_MS)

    async def _press(self, beat):
        began = ticks_ms()
        shown = None
        while self._pin.value() == self._active:
            beat()
            await sleep_ms(_ROUND_MS)
            held = ticks_diff(ticks_ms(), began)
            if held >= _RESET_MS:
                self._act("erase")
                await self._wait(False, beat)
                return
            blink = None
            if held >= _SETUP_MS:
                blink = _WARN_BLINK_MS if held >= _WARN_MS else _SETUP_BLINK_MS
            if blink != shown:
                shown = blink
                self._blink(blink)
        self._blink(None)
        held = ticks_diff(ticks_ms(), began)
        if held >= _WARN_MS:
            return
        if held >= _SETUP_MS:
            self._act("set_up")
        elif not self._is_bound:
            self._act("identify")


def watch(hub, config):
    """Have the board's own button watched, unless the user has wired something else there."""
    number = config["boot_button"]
    if number in [item["pin"] for item in config["relays"] + config["inputs"]]:
        return
    is_bound = number in [item["pin"] for item in config["buttons"]]
    Pin = hub.machine.Pin
    try:
        pin = Pin(number, Pin.IN, Pin.PULL_UP)
    except ValueError as e:
        hub.faults.append("config.json: boot_button: this board says: %s" % e)
        return
    wishes = []  # loaded with the first one

    def grant(wish):
        if not wishes:
            from hub.pins.wishes import Wishes

            wishes.append(Wishes(hub))
        wishes[0].grant(wish)

    button = BootButton(pin, 0, hub.blink, grant, is_bound)
    hub.supervisor.add("boot button", button.run, _TIMEOUT_MS)

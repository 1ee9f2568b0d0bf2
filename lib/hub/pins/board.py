"""What the board's own button does: say which board this is, open the way in, erase all."""

import asyncio

from tuya.port import const, sleep_ms

from ..log import WARNING, log, log_exception

_IDENTIFY_MS = const(3000)
_IDENTIFY_BLINK_MS = const(250)


class Board:
    """What a BootButton asks of `hub`. Loaded when it does."""

    def __init__(self, hub):
        self._hub = hub
        self._task = None

    def close(self):
        """End what goes on."""
        if self._task:
            self._task.cancel()

    def identify(self):
        """Blink for 3 s, and say the address."""
        from ..system.wifi import address

        log("this is %s at %s" % (self._hub.name, address()))
        self._begin(self._blink_for_a_while())

    def set_up(self):
        """Open the setup access point."""
        self._begin(self._open())

    def erase(self):
        """Erase what the board was told and has found out, and start anew."""
        from ..system.factory_reset import erase

        log("everything is erased: the button was held for 15 s", WARNING)
        erase()
        self._hub.machine.reset()

    def _begin(self, coroutine):
        self._task = asyncio.create_task(coroutine)

    async def _blink_for_a_while(self):
        try:
            self._hub.blink(_IDENTIFY_BLINK_MS)
            await sleep_ms(_IDENTIFY_MS)
        finally:
            self._hub.blink(None)

    async def _open(self):
        from ..system.setup_ap import open_for_setup

        try:
            await open_for_setup(self._hub.name, self._hub.blink)
        except Exception as e:
            log_exception("the setup access point has failed", e)

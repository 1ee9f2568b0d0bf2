"""What the board's own button can ask for: which board this is, the way in, a factory reset."""

import asyncio

from hub.log import WARNING, log, log_exception


class Wishes:
    """What a BootButton can ask of `hub`."""

    def __init__(self, hub):
        self._hub = hub
        self._task = None

    def grant(self, wish):
        """Do what is wished, a name of a method, in place of what goes on."""
        if self._task:
            self._task.cancel()
        getattr(self, wish)()

    def identify(self):
        """Blink for 3 s, and say the address."""
        self._begin(self._hub.identify())

    def set_up(self):
        """Open the setup access point."""
        self._begin(self._open())

    def erase(self):
        """Erase what the board was told and has found out, and restart."""
        from hub.setup.factory_reset import erase

        log("everything is erased: the button was held for 15 s", WARNING)
        erase()
        self._hub.machine.reset()

    def _begin(self, coroutine):
        self._task = asyncio.create_task(coroutine)

    async def _open(self):
        from hub.setup.access_point import open_for_setup

        try:
            await open_for_setup(self._hub)
        except Exception as e:
            log_exception("the setup access point has failed", e)

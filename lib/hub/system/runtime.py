"""How the board runs: watched over, started again when it has to be, and let go at the prompt."""

import asyncio

from hub.log import ERROR, log
from hub.system.reset import leave_note, leave_reason, take_note
from hub.system.supervisor import Supervisor
from hub.system.unload import unload
from tuya.port import const, sleep_ms

# The hardware watchdog resets the board when the event loop has stood still for this long.
_WATCHDOG_MS = const(30000)
# It cannot be stopped: whoever interrupts the hub gets this long to work at the prompt.
_MAINTENANCE_MS = const(3600000)
_RESTART_MS = const(500)
# A start is a good one when everything is alive after this.
_GOOD_S = const(30)


class Runtime:
    """`machine` is the board's module; `keep_all()` writes what must not be lost in a restart."""

    def __init__(self, machine, has_watchdog, keep_all):
        self._machine = machine
        self._keep_all = keep_all
        self._watchdog = machine.WDT(timeout=_WATCHDOG_MS) if has_watchdog else None
        self._is_good = False  # this start
        self._task = None
        self.reset_reason = take_note()
        self.is_safe = _lives().is_safe_mode()  # without plugs and pins
        self.supervisor = Supervisor(self._feed, leave_note)

    def restart_because(self, why):
        """Start the board again, and have it say then why."""
        log("the board restarts: %s" % why, ERROR)
        leave_reason(why)
        self.restart_soon()

    def restart_soon(self):
        """Start the board again when what is being answered has been."""
        self._task = asyncio.create_task(self._restart())

    def rest(self):
        """Leave time for work at the prompt: the watchdog goes on without the hub."""
        if self._watchdog:
            self._machine.WDT(timeout=_MAINTENANCE_MS)

    async def _restart(self):
        await sleep_ms(_RESTART_MS)
        self._keep_all()
        self._machine.reset()

    def _feed(self):
        if self._watchdog:
            self._watchdog.feed()
        if not self._is_good and self.supervisor.uptime_s >= _GOOD_S:
            self._is_good = True
            _lives().approve()
            unload("startup")


def _lives():
    from startup import lives  # 200 bytes, for two moments

    return lives

"""The hub while it runs: its targets, the presses that are carried out, and its start."""

import asyncio
import gc
from collections import OrderedDict

from tuya.errors import TuyaError
from tuya.port import MICROPYTHON, const

from .action import run
from .change import Broadcast
from .log import log
from .system.unload import unload
from .system.watchdog import Supervisor

# The hardware watchdog resets the board when the event loop has stood still for this long.
_WATCHDOG_MS = const(30000)
# It can not be stopped: whoever interrupts the hub gets this long to work at the prompt.
_MAINTENANCE_MS = const(3600000)

# What only the start needs. It takes 15 kB of heap and comes back when somebody changes the
# configuration.
_DONE_AT_START = ("system.boot", "config", "expect", "json_fault", "assemble")


class Hub:
    """A home. assemble() furnishes it; `machine` is the board's module."""

    def __init__(self, name, faults, machine):
        self.name = name
        self.faults = faults
        self.broadcast = Broadcast()
        self.plugs = OrderedDict()  # by name, in the order of the configuration
        self.relays = OrderedDict()
        self.led = None
        self.supervisor = Supervisor(self._feed)
        self.streams = set()  # the event streams that are open
        self.has_watchdog = False
        self._machine = machine
        self._acting = set()
        self._watchdog = None

    def target(self, name):
        """Return the plug or relay of that name, None when there is none."""
        return self.plugs.get(name) or self.relays.get(name)

    async def run(self):
        """Run the home, for ever."""
        for fault in self.faults:
            log(fault)
        if self.has_watchdog:
            self._watchdog = self._machine.WDT(timeout=_WATCHDOG_MS)
        log("%s runs: %d plugs" % (self.name, len(self.plugs)))
        await self.supervisor.run()

    def rest(self):
        """Leave time for work at the prompt: the watchdog goes on without the hub."""
        if self._watchdog:
            self._machine.WDT(timeout=_MAINTENANCE_MS)

    def press(self, action):
        """Have an action carried out. Returns at once; the LED tells how it goes."""
        if self.led:
            self.led.press()
        task = asyncio.create_task(self._act(action))
        self._acting.add(task)

    async def _act(self, action):
        failed = True
        try:
            await run(action)
            failed = False
            log("pressed: %s" % action)
        except TuyaError as e:
            log("pressed: %s failed: %s" % (action, e))
        finally:
            if self.led:
                self.led.release(failed)
            self._acting.discard(asyncio.current_task())

    def _feed(self):
        if self._watchdog:
            self._watchdog.feed()


def start():
    """Build the hub from its configuration and run it until the board is reset."""
    import machine

    if MICROPYTHON:
        # Collecting early keeps the heap from being cut into pieces that fit nothing.
        gc.threshold(16384)
    hub = _build(machine)
    try:
        asyncio.run(hub.run())
    finally:
        hub.rest()


def _build(machine):
    from .assemble import assemble
    from .config import load

    config = load()
    hub = Hub(config["name"], config["faults"], machine)
    assemble(hub, config, machine.Pin)
    unload(*_DONE_AT_START)
    return hub

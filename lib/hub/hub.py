"""The hub while it runs: its targets, and the actions that are carried out."""

import asyncio
from collections import OrderedDict

from tuya.errors import TuyaError
from tuya.port import const, sleep_ms

from .log import ERROR, WARNING, log
from .system.memory import board_memory
from .system.supervisor import Supervisor
from .targets.action import wanted
from .targets.broadcast import Broadcast
from .targets.connections import CLIENTS, OTHERS, Links

# The hardware watchdog resets the board when the event loop has stood still for this long.
_WATCHDOG_MS = const(30000)
# It can not be stopped: whoever interrupts the hub gets this long to work at the prompt.
_MAINTENANCE_MS = const(3600000)
_RESTART_MS = const(500)
# A start is a good one when everything is alive after this.
_GOOD_S = const(30)


class Hub:
    """A home. assemble() furnishes it; `machine` is the board's module."""

    def __init__(self, config, machine):
        self.name = config["name"]
        self.faults = config["faults"]
        self.broadcast = Broadcast()
        self.links = Links(config["sockets"] - OTHERS)
        self.spare = asyncio.Lock()  # the socket that the clock and discovery take turns with
        self.find = None  # looks for a plug in the network, as tuya.discovery.find() does
        self.plugs = OrderedDict()  # by name, in the order of the configuration
        self.relays = OrderedDict()
        self.groups = OrderedDict()
        self.scenes = OrderedDict()
        self.inputs = OrderedDict()  # those that rules ask about
        self.rules = OrderedDict()
        self.engine = None  # runs the rules
        self.notices = None
        self.furnished = {}  # {kind: a number for what there is of it}: see assemble.py
        self.parts = {}  # what furnishes the home, and the jobs of it that have to end with it
        self.led = None
        self.meters = None
        self.authentication = None  # which requests are answered
        self.listener = None  # a socket that was opened before anything else
        self.memory = board_memory()
        self.state = None
        self.is_changing = False  # the configuration, just now
        self.trial = None  # a configuration that waits for somebody to confirm it
        self.is_safe = False
        self.reset_reason = ""
        self.supervisor = Supervisor(self._feed, self._confess)
        self.streams = set()  # the event streams that are open
        self.machine = machine
        self._acting = set()
        self._is_good = False  # this start
        self.held = None  # the Holds, when there are any
        self._board = None
        self._watchdog = machine.WDT(timeout=_WATCHDOG_MS) if config["watchdog"] else None

    def target(self, name):
        """Return the plug, relay, group, scene or rule of that name. Raises KeyError."""
        for kind in (self.plugs, self.relays, self.groups, self.scenes):
            if name in kind:
                return kind[name]
        return self.rules[name]

    async def run(self):
        """Run the home, for ever."""
        if self.reset_reason:
            log("started because %s" % self.reset_reason)
        for fault in self.faults:
            log(fault, WARNING)
        log("%s runs: %d plugs" % (self.name, len(self.plugs)))
        await self.supervisor.run()

    async def serve(self, settings):
        """Serve the page and the API, for ever. `settings`: "web" of the configuration."""
        from .web.auth import create_authentication
        from .web.server import listen, serve

        self.authentication = create_authentication(settings, self.name)
        listener = self.listener or listen(settings["port"])
        self.listener = None  # it ends with serve(); after a crash there is another one
        await serve(self, listener, CLIENTS)

    def board(self, wish):
        """Do what the board's own button asks for: "identify", "set_up" or "erase"."""
        from .pins.board import Board

        if self._board:
            self._board.close()
        self._board = Board(self)
        getattr(self._board, wish)()

    def blink(self, ms):
        """Blink the LED, if there is one, lit and dark for `ms` each; None ends it."""
        if self.led:
            self.led.blink(ms)

    def rest(self):
        """Leave time for work at the prompt: the watchdog goes on without the hub."""
        if self._watchdog:
            self.machine.WDT(timeout=_MAINTENANCE_MS)

    def close_streams(self):
        """End all event streams; their pages ask for others when they can."""
        for stream in list(self.streams):
            stream.close()

    def restart_because(self, why):
        """Start the board again, and have it say then why."""
        from .system.reset import leave_reason

        log("the board restarts: %s" % why, ERROR)
        leave_reason(why)
        self.restart_soon()

    def restart_soon(self):
        """Start the board anew, when what is being answered has been."""
        self._acting.add(asyncio.create_task(self._restart()))

    async def _restart(self):
        """Write what is known and start the board anew."""
        await sleep_ms(_RESTART_MS)
        if self.meters:
            self.meters.save()
        if self.state:
            self.state.write()
        self.machine.reset()

    def act(self, action):
        """Have an Action carried out. Returns at once; the LED tells how it goes."""
        led = self.led  # which another configuration may replace meanwhile
        if led:
            led.press()
        task = asyncio.create_task(self._act(action, led))
        self._acting.add(task)

    async def _act(self, action, led):
        failed = True
        try:
            failed = not await self.carry_out(action)
        finally:
            if led:
                led.release(failed)
            self._acting.discard(asyncio.current_task())

    async def carry_out(self, action, owner=None):
        """Do what an Action says, now; tell whether it worked. `owner`: the rule that wants it."""
        try:
            await self.perform(action, owner)
        except KeyError:
            log("%s is not there any more" % action.name, WARNING)
            return False
        except TuyaError as e:
            log("failed: %s: %s" % (action, e), WARNING)
            return False
        log("done: %s" % action)
        return True

    async def perform(self, action, owner=None):
        """Do what an Action says; return its target. Raises KeyError, TuyaError.

        The one way by which anything is switched: it ends or begins the timers of all that it
        switches.
        """
        target = self.target(action.name)
        on = wanted(action, target)
        error = None
        try:
            await target.switch(on)
        except TuyaError as e:
            error = e
        names = getattr(target, "members", (action.name,))
        # Where one of several has failed, the others are to be turned back all the same.
        if (action.for_ms or self.held) and (not error or len(names) > 1):
            for name in names:
                self._hold(name, action, on, owner)
        if error:
            raise error
        return target

    def _hold(self, name, action, on, owner):
        if action.for_ms:
            arguments = action.for_ms // 1000, action.retrigger, action.is_until, owner
            self.holds().begin(name, not on, *arguments)
        else:
            self.held.end(name)

    def holds(self):
        """Return the Holds of the home, which are loaded when they are used first."""
        if not self.held:
            from .targets.timer_home import begin_holds

            self.held = begin_holds(self)
        return self.held

    def _feed(self):
        if self._watchdog:
            self._watchdog.feed()
        if not self._is_good and self.supervisor.uptime_s >= _GOOD_S:
            self._is_good = True
            from .system.safe_mode import approve

            approve()

    def _confess(self, names):
        from .system.reset import leave_note

        leave_note(names)

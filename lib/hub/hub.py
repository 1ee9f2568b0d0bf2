"""The hub while it runs: what a home consists of."""

import asyncio
from collections import OrderedDict

from hub.broadcast import Broadcast
from hub.energy.meters import Meters
from hub.log import WARNING, log
from hub.system.memory import board_memory
from hub.system.runtime import Runtime
from hub.system.state import State
from hub.targets.connections import Connections, Finder, slots_of
from hub.targets.executor import Executor
from hub.targets.target import RUN, Action, Targets
from tuya.port import const, known_time, sleep_ms, ticks_ms

_STATE_TIMEOUT_MS = const(30000)
_METERS_TIMEOUT_MS = const(60000)
_CONNECTIONS_TIMEOUT_MS = const(10000)
_TIMERS_TIMEOUT_MS = const(120000)
_MEMORY_TIMEOUT_MS = const(20000)
_IDENTIFY_MS = const(3000)
_IDENTIFY_BLINK_MS = const(250)


class Hub:
    """A home. furnish.py puts into it what is configured; `machine` is the board's module."""

    portal = None  # while the access point is open: see setup/portal.py

    def __init__(self, config, machine):
        self.name = config["name"]
        self.machine = machine
        self.faults = []  # what is wrong, in words, for the page
        self.memory = board_memory()
        self.state = State()
        self.runtime = Runtime(machine, config["watchdog"], self._keep_all)
        self.supervisor = self.runtime.supervisor
        self.broadcast = Broadcast()
        self.targets = Targets()
        self.connections = Connections(slots_of(config), self.memory)
        self.spare = asyncio.Lock()  # the socket that the clock and discovery take turns with
        self.find = Finder(self.spare).find  # as tuya.discovery.find()
        self.executor = Executor(self.targets.find, self.timers, self._run)
        self.meters = Meters(self.targets.plugs, config["poll"] * 1000)
        self.inputs = OrderedDict()  # those that rules ask about
        self.rules = OrderedDict()  # by id
        self.engine = None  # runs the rules
        self.notices = None
        self.furniture = {}  # what was built from the configuration: see furnish.py
        self.is_changing = False  # the configuration, just now
        self.clients = 0  # those whose requests are read or answered, just now
        self.unconfirmed = None  # the task that reverts network settings unless somebody confirms
        self.authentication = None  # which requests are answered
        self.listener = None  # a socket that was opened before anything else
        self.streams = set()  # the event streams that are open
        self._timers = None
        self._add_jobs()
        self.timers(bool(self.state.facts("holds")))  # what was to be turned back still is

    def _add_jobs(self):
        add = self.supervisor.add
        add("state", self.state.keep, _STATE_TIMEOUT_MS)
        add("connections", self.connections.run, _CONNECTIONS_TIMEOUT_MS)
        add("meters", self.meters.run, _METERS_TIMEOUT_MS)
        if self.memory.idf():
            from hub.system.guard import guard

            arguments = self.memory, self.close_streams, self.runtime.restart_because
            add("memory", guard, _MEMORY_TIMEOUT_MS, *arguments)

    async def run(self):
        """Run the home, for ever."""
        log("started because %s" % self.runtime.reset_reason)
        for fault in self.faults:
            log(fault, WARNING)
        log("%s runs: %d plugs" % (self.name, len(self.targets.plugs)))
        await self.supervisor.run()

    def timers(self, is_needed=False):
        """Return the Timers, None while nobody has needed them: they take 1.6 kB of heap."""
        if is_needed and not self._timers:
            from hub.targets.timers import Timers

            moment = ticks_ms, known_time
            self._timers = Timers(self.targets.find, self._turn_back, self.state, *moment)
            arguments = _TIMERS_TIMEOUT_MS, self.broadcast
            self.supervisor.add("timers", self._timers.run, *arguments)
        return self._timers

    def state_of(self, target):
        """Return what is shown of a target: its state, and "timer", the s until it is turned back.

        Of a group it is the first of its members'.
        """
        state = target.state()
        left = None
        if self._timers:
            names = state.get("members") or (target.name,)
            times = [self._timers.left_s(name) for name in names]
            left = min([time for time in times if time is not None], default=None)
        # The plug's own countdown comes first, and the hub's some seconds later.
        state["timer"] = state.get("countdown") or left
        rooms = getattr(self, "rooms", None)  # {name of a plug: room}, where there are any
        if rooms and target.name in rooms:
            state["room"] = rooms[target.name]
        cloud = self.built("cloud")
        if cloud and state.get("id") in cloud.sent:
            state["cloud"] = cloud.sent[state["id"]]
        return state

    def changes(self):
        """Return the Changes of the configuration. Let go of them and call unload_furnishers()."""
        from hub.components import schema
        from hub.config.changes import Changes

        return Changes(self, self.home, schema())

    def home(self):
        """Return the Furniture of the hub. Let go of it as well."""
        from hub.furnish import Furniture

        return Furniture(self)

    def built(self, section):
        """Return what was built from a section of the configuration, None where there is none."""
        return self.furniture.get(section, {}).get(section, (0, None))[1]

    def blink(self, ms):
        """Blink the LED, if there is one, lit and dark for `ms` each; None ends it."""
        if self.executor.light:
            self.executor.light.blink(ms)

    async def identify(self):
        """Show which of several boards this is: say its address, and blink for 3 s."""
        from hub.system.wifi import address

        log("this is %s at %s" % (self.name, address()))
        try:
            self.blink(_IDENTIFY_BLINK_MS)
            await sleep_ms(_IDENTIFY_MS)
        finally:
            self.blink(None)

    def close_streams(self):
        """End all event streams; their pages ask for others when they can."""
        for stream in list(self.streams):
            stream.close()
            sender = getattr(stream, "sender", None)
            if sender:
                sender.cancel()  # it may be in the middle of a long event, and hold its parts

    def _turn_back(self, name, on):
        self.executor.begin(Action(name, "on" if on else "off"), "timer")

    def _run(self, action):
        bridge = self.built("mqtt")
        if action.verb == RUN and self.engine:
            self.engine.run_rule(action.name)
        elif action.verb != RUN and bridge:
            bridge.publish(action)
        else:
            raise KeyError(action.name)

    def _keep_all(self):
        """Write what is known, before a restart."""
        self.meters.save()
        self.state.write()

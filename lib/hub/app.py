"""The whole: builds everything from the configuration, starts it and watches over it.

Only this file knows all others.
"""

import asyncio
import gc
import sys
from collections import OrderedDict

from tuya.errors import TuyaError
from tuya.port import MICROPYTHON, const

from .action import Action, run
from .change import Broadcast
from .follow import follow
from .log import log
from .plug import make_plug, poll_meters
from .relay import Relay
from .system.state import State
from .system.watchdog import Supervisor
from .triggers.button import Button

# The hardware watchdog resets the board when the event loop has stood still for this long.
_WATCHDOG_MS = const(30000)
# It can not be stopped: whoever interrupts the hub gets this long to work at the prompt.
_MAINTENANCE_MS = const(3600000)
_CLOCK_PATIENCE_MS = const(120000)
_STATE_PATIENCE_MS = const(30000)

_DONE_AT_START = (
    ("hub.system", "boot"),
    ("hub", "config"),
    ("hub", "expect"),
    ("hub", "json_fault"),
)


class Hub:
    """A home. `config` is what config.load() returns, `machine` the board's module."""

    def __init__(self, config, machine):
        self._config = config
        self.name = config["name"]
        self.faults = config["faults"]
        self.broadcast = Broadcast()
        self.plugs = OrderedDict()  # by name, in the order of the configuration
        self.relays = OrderedDict()
        self.led = None
        self.supervisor = None
        self.streams = set()  # the event streams that are open
        self._machine = machine
        self._buttons = []
        self._acting = set()
        self._watchdog = None
        self._state = State()
        for settings in config["plugs"]:
            self.plugs[settings["name"]] = make_plug(settings, self.broadcast, self._state)
        for settings in config["relays"]:
            self._with_pin(settings, self._add_relay)
        if config["led"]:
            self._with_pin(config["led"], self._add_led)
        for settings in config["buttons"]:
            self._with_pin(settings, self._add_button)

    def target(self, name):
        """Return the plug or relay of that name, None when there is none."""
        return self.plugs.get(name) or self.relays.get(name)

    async def run(self):
        """Run the home, for ever."""
        for fault in self.faults:
            log(fault)
        if self._config["watchdog"]:
            self._watchdog = self._machine.WDT(timeout=_WATCHDOG_MS)
        self.supervisor = supervisor = Supervisor(self._feed)
        self._add_plug_jobs(supervisor)
        for button in self._buttons:
            supervisor.add(button.name, button.run)
        self._add_services(supervisor)
        # All is built from it now, and its 2 kB are wanted back.
        self._config = {}
        gc.collect()
        log("%s runs: %d plugs" % (self.name, len(self.plugs)))
        await supervisor.run()

    def rest(self):
        """Leave time for work at the prompt: the watchdog goes on without the hub."""
        if self._watchdog:
            self._machine.WDT(timeout=_MAINTENANCE_MS)

    def _feed(self):
        if self._watchdog:
            self._watchdog.feed()

    def _with_pin(self, settings, add):
        try:
            add(settings)
        except ValueError as e:
            place = settings.get("at", "led")
            self.faults.append("%s.pin: this board says: %s" % (place, e))

    def _add_relay(self, settings):
        pin = self._machine.Pin(settings["pin"], self._machine.Pin.OUT)
        on = settings["boot"] == "on"
        name = settings["name"]
        self.relays[name] = Relay(name, pin, settings["active"], on, self.broadcast)

    def _add_led(self, settings):
        from .services.led import LED
        from .system.wifi import is_up

        pin = self._machine.Pin(settings["pin"], self._machine.Pin.OUT)
        self.led = LED(pin, settings["active"], self.target(settings["show"]), is_up)

    def _add_button(self, settings):
        Pin = self._machine.Pin
        press = settings["press"]
        target = self.target(press["plug"] or press["relay"])
        if not target:
            return  # its relay has no pin; that fault is told already
        action = Action(target, press["set"])
        pull = Pin.PULL_DOWN if settings["active"] else Pin.PULL_UP
        pin = Pin(settings["pin"], Pin.IN, pull)

        def fire():
            self._press(action)

        self._buttons.append(Button(settings["name"], pin, settings["active"], fire))

    def _press(self, action):
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

    def _add_plug_jobs(self, supervisor):
        for name in self.plugs:
            supervisor.add(name, self.plugs[name].device.run)
        plugs = list(self.plugs.values())
        if plugs:
            interval_ms = self._config["poll"] * 1000

            def poll(beat):
                return poll_meters(plugs, interval_ms, beat)

            supervisor.add("meters", poll, 3 * interval_ms)
        for settings in self._config["relays"]:
            relay = self.relays.get(settings["name"])
            if relay and settings["follow"]:
                self._add_follow(supervisor, self.plugs[settings["follow"]], relay)
            if relay and settings["drive"]:
                self._add_follow(supervisor, relay, self.plugs[settings["drive"]])

    def _add_follow(self, supervisor, leader, follower):
        def job():
            return follow(leader, follower, self.broadcast)

        supervisor.add("%s after %s" % (follower.name, leader.name), job)

    def _add_services(self, supervisor):
        from .services.web.server import serve

        port = self._config["web"]["port"]

        supervisor.add("page", lambda: serve(self, port))
        supervisor.add("state", self._state.keep, _STATE_PATIENCE_MS)
        if self.led:
            supervisor.add("LED", self.led.run, 10000)
        if self._config["wifi"]:
            from .system import clock, wifi

            ntp = self._config["ntp"]

            def keep_clock(beat):
                return clock.keep_clock(
                    ntp["host"], ntp["port"], wifi.is_up, wifi.name_server, clock.set_rtc, beat
                )

            supervisor.add("clock", keep_clock, _CLOCK_PATIENCE_MS)


def start():
    """Build the hub from its configuration and run it until the board is reset."""
    import machine

    if MICROPYTHON:
        # Collecting early keeps the heap from being cut into pieces that fit nothing.
        gc.threshold(16384)
    hub = Hub(_load_config(), machine)
    try:
        asyncio.run(hub.run())
    finally:
        hub.rest()


def _load_config():
    from .config import load

    config = load()
    # The checks cost 10 kB of heap and are done until somebody changes the configuration.
    for package, name in _DONE_AT_START:
        if sys.modules.pop("%s.%s" % (package, name), None):
            delattr(sys.modules[package], name)
    gc.collect()
    return config

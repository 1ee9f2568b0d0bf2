"""Builds the hub from its configuration. Only this file knows all others.

It is forgotten after the start, so nothing that runs may hold on to a function of its.
"""

from tuya.port import const

from .action import Action
from .plug import make_plug, poll_meters
from .system.state import State

_CLOCK_PATIENCE_MS = const(120000)
_STATE_PATIENCE_MS = const(30000)
_LED_PATIENCE_MS = const(10000)
_CLIENTS = const(3)


def assemble(hub, config, Pin):
    """Furnish a Hub. `config` is what config.load() returns, `Pin` the board's class."""
    hub.has_watchdog = config["watchdog"]
    state = State()
    hub.supervisor.add("state", state.keep, _STATE_PATIENCE_MS)
    _add_plugs(hub, config, state)
    for settings in config["relays"]:
        _with_pin(hub, settings, _add_relay, Pin)
    if config["led"]:
        _with_pin(hub, config["led"], _add_led, Pin)
    for settings in config["buttons"]:
        _with_pin(hub, settings, _add_button, Pin)
    _add_services(hub, config)


def _with_pin(hub, settings, add, Pin):
    try:
        add(hub, settings, Pin)
    except ValueError as e:
        place = settings.get("at", "led")
        hub.faults.append("%s.pin: this board says: %s" % (place, e))


def _add_plugs(hub, config, state):
    for settings in config["plugs"]:
        plug = make_plug(settings, hub.broadcast, state)
        hub.plugs[plug.name] = plug
        hub.supervisor.add(plug.name, plug.device.run)
    plugs = list(hub.plugs.values())
    if plugs:
        interval_ms = config["poll"] * 1000
        hub.supervisor.add("meters", poll_meters, 3 * interval_ms, plugs, interval_ms)


def _add_relay(hub, settings, Pin):
    from .relay import Relay

    pin = Pin(settings["pin"], Pin.OUT)
    on = settings["boot"] == "on"
    relay = Relay(settings["name"], pin, settings["active"], on, hub.broadcast)
    hub.relays[relay.name] = relay
    if settings["follow"]:
        _add_follow(hub, hub.plugs[settings["follow"]], relay)
    if settings["drive"]:
        _add_follow(hub, relay, hub.plugs[settings["drive"]])


def _add_follow(hub, leader, follower):
    from .follow import follow

    name = "%s after %s" % (follower.name, leader.name)
    hub.supervisor.add(name, follow, None, leader, follower, hub.broadcast)


def _add_led(hub, settings, Pin):
    from .services.led import LED
    from .system.wifi import is_up

    pin = Pin(settings["pin"], Pin.OUT)
    hub.led = LED(pin, settings["active"], hub.target(settings["show"]), is_up)
    hub.supervisor.add("LED", hub.led.run, _LED_PATIENCE_MS)


def _add_button(hub, settings, Pin):
    from .triggers.button import Button

    press = settings["press"]
    target = hub.target(press["plug"] or press["relay"])
    if not target:
        return  # its relay has no pin; that fault is told already
    pull = Pin.PULL_DOWN if settings["active"] else Pin.PULL_UP
    pin = Pin(settings["pin"], Pin.IN, pull)
    action = Action(target, press["set"])
    button = Button(settings["name"], pin, settings["active"], hub.press, action)
    hub.supervisor.add(button.name, button.run)


def _add_services(hub, config):
    from .services.web.server import serve

    hub.supervisor.add("page", serve, None, hub, config["web"]["port"], _CLIENTS)
    if config["wifi"]:
        from .system import clock, wifi

        ntp = config["ntp"]
        hub.supervisor.add(
            *("clock", clock.keep_clock, _CLOCK_PATIENCE_MS, ntp["host"], ntp["port"]),
            *(wifi.is_up, wifi.name_server, clock.set_rtc),
        )

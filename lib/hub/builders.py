"""Builds each kind of thing in a home from its part of the configuration. See assemble.py."""

from tuya.port import const

from .targets.action import GESTURES, Action

_CLOCK_PATIENCE_MS = const(120000)
_LED_PATIENCE_MS = const(10000)
_WIFI_PATIENCE_MS = const(30000)


def part(kind, name):
    """Return the name under which the jobs of an item are kept in hub.parts."""
    return "%s %s" % (kind, name)


# --- relays, groups, scenes ---


def _build_relay(hub, item, config):
    from .targets.relay import starts_on

    Pin = hub.machine.Pin
    pin = Pin(item["pin"], Pin.OUT)
    on = starts_on(item, hub.state)
    arguments = (item["name"], pin, item["active"], on, hub.broadcast)
    if any([item[key] for key in ("min_off", "max_on", "pulse_ms", "interlock")]):
        relay = _guarded(hub, item, arguments)
    else:
        from .targets.relay import Relay

        relay = Relay(*arguments)
    hub.relays[relay.name] = relay
    jobs = hub.parts[part("relays", item["name"])] = []
    if item["boot"] == "last":
        from .targets.relay import remember

        jobs.append(
            hub.supervisor.add(relay.name, remember, None, relay, hub.broadcast, hub.state)
        )
    if item["follow"]:
        jobs.append(_add_follow(hub, item["follow"], relay.name))
    if item["drive"]:
        jobs.append(_add_follow(hub, relay.name, item["drive"]))


def _guarded(hub, item, arguments):
    from .targets.guarded_relay import GuardedRelay, Interlock

    interlock = None
    if item["interlock"]:
        key = "interlock " + item["interlock"]
        interlock = hub.parts.setdefault(key, [Interlock()])[0]
    rules = {
        "pulse_ms": item["pulse_ms"],
        "min_off_s": item["min_off"],
        "max_on_s": item["max_on"],
        "dead_ms": item["dead_ms"],
    }
    return GuardedRelay(*(arguments + (rules, interlock)))


def _add_follow(hub, leader, follower):
    from .targets.relay import follow

    name = "%s after %s" % (follower, leader)
    arguments = leader, follower, hub.target, hub.perform, hub.broadcast
    return hub.supervisor.add(name, follow, None, *arguments)


def _build_group(hub, item, config):
    from .targets.group import Group

    hub.groups[item["name"]] = Group(item["name"], item["members"], hub.target)


def _build_scene(hub, item, config):
    from .targets.group import Scene

    hub.scenes[item["name"]] = Scene(item["name"], item["set"], hub.target)


# --- pins that say something ---


def _build_button(hub, item, config):
    bound = {gesture: _action(item[gesture]) for gesture in GESTURES if item[gesture]}
    pin = _input(hub, item)
    if list(bound) == ["press"]:
        from .pins.button import Button

        button = Button(item["name"], pin, item["active"], hub.act, bound["press"])
    else:
        from .pins.gestures import GestureButton

        button = GestureButton(item["name"], pin, item["active"], hub.act, bound)
    hub.parts[part("buttons", item["name"])] = [hub.supervisor.add(button.name, button.run)]


def _build_input(hub, item, config):
    from .pins.edge import Edge

    rise, fall = _action(item["rise"]), _action(item["fall"])
    pin = _input(hub, item)
    tell = None
    if item.get("watched"):
        from .pins.input import Input

        hub.inputs[item["name"]] = Input(item["name"], hub.broadcast)
        tell = hub.inputs[item["name"]].put
    edge = Edge(item["name"], pin, item["active"], item["settle_ms"], hub.act, rise, fall, tell)
    hub.parts[part("inputs", item["name"])] = [hub.supervisor.add(edge.name, edge.run)]


def _input(hub, item):
    Pin = hub.machine.Pin
    return Pin(item["pin"], Pin.IN, Pin.PULL_DOWN if item["active"] else Pin.PULL_UP)


def _action(item):
    if not item:
        return None
    for_s = item["for"]
    return Action(item["name"], item["set"], for_s and for_s * 1000, item["retrigger"])


def _build_led(hub, item, config):
    from .pins.led import LED
    from .system.wifi import is_up

    Pin = hub.machine.Pin
    pin = Pin(item["pin"], Pin.OUT)
    hub.led = LED(pin, item["active"], hub.target, item["show"], is_up)
    hub.parts["led"] = [hub.supervisor.add("LED", hub.led.run, _LED_PATIENCE_MS)]


# --- what happens by itself ---


def _build_site(hub, item, config):
    from .clock import location as site

    site.use(item)
    if hub.engine:
        hub.engine.look_anew()


def build_rules(hub, rules, before, poll_s):
    """Make those rules of the hub that were not so `before`, {name: mark}."""
    from .rules.build import build_rule

    for rule in rules:
        name = rule["name"]
        if before.get(name) != rules.marks[name]:
            build_rule(hub, rule, poll_s * 1000)


# --- the network ---


def _build_web(hub, item, config):
    hub.parts["web"] = [hub.supervisor.add("page", hub.serve, None, item)]


def _build_wifi(hub, item, config):
    from .system import wifi

    if "wifi changed" in hub.parts:
        wifi.change(item, hub.name)
    hub.parts["wifi changed"] = ()
    job = hub.supervisor.add("Wi-Fi", wifi.keep, _WIFI_PATIENCE_MS, item, hub.name)
    hub.parts["wifi"] = [job]


def _build_ntp(hub, item, config):
    from .clock import sync as clock
    from .system import wifi

    if config["wifi"]:
        network = wifi.is_up, wifi.name_server, wifi.router, hub.spare
        patience = _CLOCK_PATIENCE_MS
        job = hub.supervisor.add(
            "clock", clock.keep_clock, patience, item["host"], item["port"], *network
        )
        hub.parts["ntp"] = [job]


#: {kind: function of (hub, its settings, the whole configuration)}
BUILDERS = {
    "relays": _build_relay,
    "groups": _build_group,
    "scenes": _build_scene,
    "buttons": _build_button,
    "inputs": _build_input,
    "led": _build_led,
    "site": _build_site,
    "web": _build_web,
    "wifi": _build_wifi,
    "ntp": _build_ntp,
}

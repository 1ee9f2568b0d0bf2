"""The component "relays": how a relay is configured."""

from hub.targets.relay import Relay, follow, remember, starts_on
from tuya.port import const

_NEEDS = const(250)  # bytes of heap
_NEEDS_GUARDED = const(1200)

SCHEMA = (
    ("name", "target_name", ...),
    ("pin", "pin", ...),
    ("active", "level", 1),
    ("boot", ("one_of", "off", "on", "last"), "off"),
    ("follow", "text", None),
    ("drive", "text", None),
    ("pulse_ms", ("number", 10, 600000, "milliseconds"), None),
    ("min_off", "duration", None),
    ("max_on", "duration", None),
    ("interlock", "text", None),
    ("dead_ms", ("number", 0, 60000, "milliseconds"), None),
)


def check(checker, config):
    """Leave out the following of plugs that are not there."""
    plugs = [plug["name"] for plug in config["plugs"]]
    for relay in config["relays"]:
        at = relay["at"]
        for key in ("follow", "drive"):
            if relay[key] and relay[key] not in plugs:
                checker.fault("%s.%s" % (at, key), 'no plug is named "%s"' % relay[key])
                relay[key] = None
        if relay["follow"] and relay["follow"] == relay["drive"]:
            checker.fault(at + ".drive", "it follows the same plug already")
            relay["drive"] = None


def needs(relays, config):
    return sum([_NEEDS_GUARDED if _is_guarded(relay) else _NEEDS for relay in relays])


def build(hub, item, config):
    """Return the relay of these settings. Raises ValueError for a pin that the board has not."""
    Pin = hub.machine.Pin
    pin = Pin(item["pin"], Pin.OUT)
    add = hub.supervisor.add
    on = starts_on(item, hub.state)
    arguments = item["name"], pin, item["active"], on, hub.broadcast
    if _is_guarded(item):
        from hub.targets.guarded_relay import guarded

        relay = guarded(hub.targets.relays, item, arguments)
    else:
        relay = Relay(*arguments)
    relay.jobs = []
    home = hub.targets.find, hub.executor, hub.broadcast
    if item["boot"] == "last":
        relay.jobs.append(add(relay.name, remember, None, relay, hub.broadcast, hub.state))
    for leader, follower in ((item["follow"], relay.name), (relay.name, item["drive"])):
        if leader and follower:
            name = "%s after %s" % (follower, leader)
            relay.jobs.append(add(name, follow, None, leader, follower, *home))
    return relay


def _is_guarded(item):
    return any([item[key] for key in ("min_off", "max_on", "pulse_ms", "interlock")])

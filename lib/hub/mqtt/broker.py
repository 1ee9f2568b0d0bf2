"""The component "mqtt": the broker that the hub talks to, and how."""

from hub.mqtt.bridge import Bridge
from hub.net.way import Way
from hub.pins.trigger import GESTURES
from hub.system import wifi
from hub.targets.connections import slots_of
from tuya.port import compact_json, const

NEEDS = const(9000)
_PORT = const(1883)
_PORT_TLS = const(8883)

SCHEMA = (
    ("host", "host", ...),
    ("port", "port", None),
    ("user", "text", None),
    ("password", "secret", None),
    ("client_id", "text", None),
    ("base", "topic", None),
    ("discovery", ("one_of", "device", "single", "off"), "device"),
    ("prefix", "topic", "homeassistant"),
    ("delta", ("number", 0, 1000, "watts"), 2),
    ("tls", "flag", False),
    ("ca", "path", None),
    ("tasmota", "flag", False),
)


def check(checker, config):
    """Fill in what depends on something else."""
    mqtt = config["mqtt"]
    if not mqtt["port"]:
        mqtt["port"] = _PORT_TLS if mqtt["tls"] else _PORT
    if mqtt["password"] and not mqtt["user"]:
        checker.fault("mqtt.user", "missing: a password is of a user")
    if mqtt["tls"] and not mqtt["ca"]:
        checker.fault("mqtt.ca", "missing: the file with the certificate of who vouches for it")
        config["mqtt"] = None  # it would send the password to anybody
        return
    for key in ("base", "client_id"):
        mqtt[key] = mqtt[key] or config["name"]


def finish(checker, config):
    """Have what buttons do told, and remember what Home Assistant wants to know of the rest.

    It stands in the settings, so that the hub talks anew to the broker when it has changed; as
    JSON, [[name, [gestures]]], which takes little heap.
    """
    mqtt = config["mqtt"]
    mqtt["page"] = config["web"]["port"]
    buttons = []
    for button in config["buttons"]:
        button["is_told"] = True
        gestures = [gesture for gesture in GESTURES if button[gesture]]
        buttons.append([button["name"], gestures])
    mqtt["buttons"] = compact_json(buttons)


def build(hub, item, config):
    """Have the hub talk to the broker, with a socket that plugs have no more."""
    hub.connections.count = slots_of(config)
    way = Way(item, wifi if config["wifi"] else None, hub.spare)
    bridge = Bridge(hub, item, way.open, wifi.signal if config["wifi"] else None)
    bridge.jobs = (hub.supervisor.add("MQTT", bridge.client.run, None, bridge.talk),)
    return bridge

"""What has to happen before anything else: outputs safe, then Wi-Fi on its way."""

from hub.config import CONFIG_FILE, load
from hub.relay import level


def boot():
    """Put the outputs into their safe state and start Wi-Fi. Returns within a second."""
    config = load(CONFIG_FILE)
    set_outputs(config)
    start_wifi(config)


def set_outputs(config):
    from machine import Pin

    for relay in config["relays"]:
        Pin(relay["pin"], Pin.OUT, value=level(relay["boot"] == "on", relay["active"]))


def start_wifi(config):
    if config["wifi"]:
        from hub.system import wifi

        wifi.start(config["wifi"], config["name"])

"""What has to happen before anything else: outputs safe, then Wi-Fi on its way."""

from hub.config import load
from hub.log import log_exception
from hub.relay import level


def boot():
    """Put the outputs into their safe state and start Wi-Fi. Returns within a second."""
    config = load()
    for relay in config["relays"]:
        _attempt("the output on pin %d" % relay["pin"], _set_output, relay)
    if config["wifi"]:
        _attempt("Wi-Fi", _start_wifi, config)


def _attempt(what, step, argument):
    # One output that fails must leave neither the next one floating nor the board off the air.
    try:
        step(argument)
    except Exception as e:
        log_exception("%s could not be set up" % what, e)


def _set_output(relay):
    from machine import Pin

    Pin(relay["pin"], Pin.OUT, value=level(relay["boot"] == "on", relay["active"]))


def _start_wifi(config):
    from hub.system import wifi

    wifi.start(config["wifi"], config["name"])

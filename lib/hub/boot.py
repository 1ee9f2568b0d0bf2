"""What has to happen before anything else: outputs safe, then Wi-Fi on its way."""

from hub.components import OUTPUTS, outputs
from hub.config.entries import read
from hub.config.secrets import load_secrets
from hub.log import log_exception
from hub.system import staging, store
from hub.system.state import State
from hub.targets.relay import level, starts_on
from startup import lives


def boot():
    """Put the outputs into their safe state and start Wi-Fi. Returns within a second.

    After five starts that failed the outputs are left alone.
    """
    _attempt("finishing a change", staging.recover)
    config = outputs().check(read(store.CONFIG_FILE, OUTPUTS), load_secrets())
    is_safe = _attempt("counting this start", _is_safe_mode)
    if not is_safe:
        state = State()
        for relay in config["relays"]:
            _attempt("the output on pin %d" % relay["pin"], _set_output, relay, state)
    if config["wifi"]:
        _attempt("Wi-Fi", _start_wifi, config)


def _attempt(what, step, *arguments):
    # One output that fails must leave neither the next one floating nor the board off the air.
    try:
        return step(*arguments)
    except Exception as e:
        return log_exception("%s could not be set up" % what, e)


def _set_output(relay, state):
    from machine import Pin

    Pin(relay["pin"], Pin.OUT, value=level(starts_on(relay, state), relay["active"]))


def _is_safe_mode():
    # Where nothing chooses a set, this is the first to count.
    return lives.is_safe_mode() if lives.is_counted else lives.count()


def _start_wifi(config):
    from hub.system import wifi

    wifi.start(config["wifi"], config["name"])

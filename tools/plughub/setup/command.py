"""The steps of `plughub setup`. Nothing but the firmware changes before the last one."""

import json

import segno

from hub.components import schema
from plughub import ask
from plughub.board import ports
from plughub.board.deploy import install
from plughub.board.flash import flash, installed
from plughub.board.home import settings_of
from plughub.board.prompt import Board
from plughub.cli import USAGE, Failure, console, errors
from plughub.setup import buttons, plugs, wifi
from plughub.setup.pinout import pinout

_NOBODY = (
    "setup asks, and nobody is at a terminal: for scripts there are `plughub flash`, "
    "`plughub keys --config` and `plughub deploy`"
)
_LED = "Has the board an LED at GPIO {pin}, as most have? It tells whether {name} is on"


def set_up(port=None, firmware=None, devices_path=None):
    """Lead through it. Raises Failure; nothing but the firmware has changed then."""
    if not ask.is_possible():
        raise Failure(_NOBODY, USAGE)
    _step(1, "The board")
    port = ports.choose(port)
    _have_hub(port, firmware)
    with Board(port) as board:
        facts = board.facts()
        config = _before(board)
        _step(2, "The Wi-Fi")
        config = _with_wifi(board, config)
        _step(3, "The plugs")
        plan = plugs.ask_for(devices_path, config)
        _step(4, "The buttons")
        pins = pinout(facts.machine)
        config = buttons.ask_for(_with_led(plan.config, pins), pins)
        _check(config)
        _step(5, "The hub")
        text = json.dumps(config, indent=1, ensure_ascii=False).encode()
        with errors.status("Writing"):
            told, home = install(board, text, None, _tell)
    _show_page(told, home)


def _step(number, title):
    console.print()
    console.print(f"[bold]{number}/5 {title}[/bold]")


def _tell(text):
    console.print(text, markup=False, soft_wrap=True)


def _have_hub(port, firmware):
    """Flash a board whose firmware is not this hub. Raises Failure."""
    from hub import VERSION

    with errors.status(f"Looking at the board at {port}"):
        facts = installed(port)
    if facts and facts.hub == VERSION and not firmware:
        _tell(f"{facts.machine} at {port} has Plughub {VERSION} already.")
        return
    if facts and facts.hub:
        what = f"It has Plughub {facts.hub}. Write {VERSION}?"
    elif facts:
        what = f"It has MicroPython without the hub ({facts.machine}). Write Plughub {VERSION}?"
    else:
        what = f"No MicroPython answers at {port}. Write MicroPython with Plughub {VERSION}?"
    if not ask.yes(what):
        if facts and facts.hub:
            return
        raise Failure("without the hub in its firmware the board switches nothing")
    if flash(port, firmware):
        raise Failure("the firmware was not written")


def _before(board):
    """Return the configuration of the board, which goes on in what is new, or an empty one."""
    config = settings_of(board.read("config.json"))
    if config is None:
        _tell("Its config.json cannot be read, and is replaced.")
        return {}
    if config.get("plugs"):
        _tell(f"It has {len(config['plugs'])} plugs already; they stay.")
    return config


def _with_wifi(board, config):
    now = config.get("wifi")
    ssid = now.get("ssid") if isinstance(now, dict) else None
    if ssid and ask.yes(f"Keep the Wi-Fi {ssid}?"):
        return config
    return config | {"wifi": wifi.ask_for(board)}


def _with_led(config, pins):
    named = [plug["name"] for plug in config.get("plugs", [])]
    if pins.led is None or config.get("led") or not named:
        return config
    if not ask.yes(_LED.format(pin=pins.led, name=named[0])):
        return config
    return config | {"led": {"pin": pins.led, "show": named[0]}}


def _check(config):
    """Tell what the hub itself would say of the configuration. Raises Failure for too much."""
    # The secrets of what was there before stay on the board.
    secrets = {"plugs": {plug["id"]: "*" * 16 for plug in config.get("plugs", [])}}
    faults = schema().check_values(config, secrets)["faults"]
    if faults:
        raise Failure("the configuration is not right:\n" + "\n".join(faults))


def _show_page(told, home):
    """Show the address once more, and as a QR code for the phone."""
    if not told.address:
        raise Failure(
            "the hub runs, but has no address yet: look at the Wi-Fi with `plughub logs`"
        )
    address = home.page(told.address[1])
    console.print()
    if console.is_terminal:
        segno.make(address).terminal(compact=True)
    console.print(f"Its page is at {address}", markup=False, soft_wrap=True)
    if told.code:
        console.print(f"Set a password there, with the set-up code [bold]{told.code}[/bold].")

"""`plughub run`: the firmware on real MicroPython, in a home of fake plugs, on this PC."""

import asyncio
import contextlib
import os
import signal
import sys

from rich.console import Console
from rich.table import Table

from fakeplug.home import Home
from fakeplug.kinds import Kinds
from plughub import BUILD
from plughub.checkout import get_micropython, prepare_flash, simulated
from simulator.ntp_server import start_ntp_server

_KEYS = "1234567890"
# GPIOs that are free on the usual boards; the first is their BOOT button.
_BUTTON_PINS = (0, 4, 5, 13, 14, 16, 17, 18, 19, 23)
_LED_PIN = 2
VERSIONS = ("3.3", "3.5", "3.4", "3.1")
_RELAY_PIN = 26


def home_config(home, ntp_port, port):
    """Return the configuration of a hub with a button for each plug, a relay and an LED."""
    plugs = home.describe()
    names = [plug["name"] for plug in plugs]
    return {
        "name": "plughub",
        "wifi": {"ssid": "home", "password": "not a secret"},
        "ntp": {"host": "127.0.0.1", "port": ntp_port},
        "web": {"port": port, "auth": False},
        "led": {"pin": _LED_PIN, "show": plugs[0]["name"]},
        "plugs": plugs,
        "groups": [{"name": "lamps", "members": [n for n in names if "lamp" in n]}],
        "scenes": [{"name": "good night", "set": dict.fromkeys(_switched_off(names), "off")}],
        "relays": [{"name": "hall light", "pin": _RELAY_PIN, "follow": plugs[0]["name"]}],
        "buttons": [
            {"pin": pin, "press": {"plug": plug["name"], "set": "toggle"}}
            for pin, plug in zip(_BUTTON_PINS, plugs, strict=False)
        ],
    }


def with_kinds(config, kinds):
    """Return a configuration with other devices than plugs as well."""
    config["plugs"] = config["plugs"] + kinds.describe()
    film = {"hall bulb": {"brightness": "10%"}, "curtain": "off", "television": "on"}
    scenes = [*config["scenes"], {"name": "film", "set": film}]
    return config | {"outlets": kinds.outlets(), "scenes": scenes}


def home_rules(config):
    """Return some rules for the plugs that a home has."""
    names = [plug["name"] for plug in config["plugs"]]
    boiled = {"power": "<5W", "for": "5s", "after": {"power": ">1000W", "for": "10s"}}
    evening = {"at": "sunset-20m", "jitter": "10m", "until": "23:30"}
    away = {"input": "presence", "is": False, "for": "10s"}
    lamp = {"plug": names[0]}
    rules = [
        {"id": "evening", "do": lamp | {"set": "on"}} | evening,
        {"id": "night", "at": "23:45", "do": {"scene": "good night"}},
        {"id": "nobody-home", "when": away, "do": lamp | {"set": "off"}},
    ]
    if "kettle" in names:
        when = {"plug": "kettle"} | boiled
        rules.append({"id": "tea", "when": when, "do": {"notify": "the kettle has boiled"}})
    site = {"tz": "CET-1CEST,M3.5.0,M10.5.0/3", "lat": 52.5, "lon": 13.4}
    return {"site": site, "rules": rules}


def _switched_off(names):
    return [name for name in names if name not in ("fridge", "television")]


async def run(plugs, port, duration, has_kinds=False):
    """Run until Ctrl-C, the end of standard input, or for `duration` seconds.

    `has_kinds`: among a strip, a bulb, a curtain and a thermostat as well.
    """
    console = Console(highlight=False)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    with contextlib.suppress(NotImplementedError):  # Windows ends it by KeyboardInterrupt
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, ended.set)
    micropython = get_micropython()
    if not micropython:
        console.print("There is no MicroPython here: the firmware runs on CPython instead.")
    home = Home(plugs, VERSIONS)
    ntp, ntp_port = await start_ntp_server()
    try:
        async with home, contextlib.AsyncExitStack() as others:
            config = home_config(home, ntp_port, port)
            if has_kinds:
                config = with_kinds(config, await others.enter_async_context(Kinds()))
            flash = prepare_flash(BUILD / "run", config, home_rules(config))
            board = simulated(flash, micropython)
            board.on_line = lambda line: _tell(console, line)
            async with board:
                _explain(console, config, port)
                with _keys(lambda key: _press(board, config, key)):
                    await _until(ended, board, duration)
    finally:
        ntp.close()
    console.print("Everything has ended.")


async def _until(ended, board, duration):
    waits = [asyncio.create_task(ended.wait()), asyncio.create_task(board.ended())]
    try:
        await asyncio.wait(waits, timeout=duration, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


def _explain(console, config, port):
    table = Table(title=f"The page: http://localhost:{port}/", title_justify="left")
    table.add_column("key")
    table.add_column("presses the button on")
    table.add_column("which switches")
    for key, button in zip(_KEYS, config["buttons"], strict=False):
        table.add_row(key, f"GPIO {button['pin']}", button["press"]["plug"])
    console.print(table)
    console.print("Ctrl-C ends it.")


def _tell(console, line):
    relay = f"@ pin {_RELAY_PIN} "
    if line.startswith(relay):
        console.print(
            f"         the relay of the hall light is {'on' if line[-1] == '1' else 'off'}"
        )
    elif not line.startswith("@"):
        console.print(line, markup=False)


def _press(board, config, key):
    number = _KEYS.find(key)
    if 0 <= number < len(config["buttons"]):
        board.send(f"press {config['buttons'][number]['pin']}")


@contextlib.contextmanager
def _keys(pressed):
    """Call `pressed` with each key, when there is a keyboard."""
    try:
        import termios
        import tty
    except ImportError:  # Windows
        termios = tty = None
    if not (termios and tty and sys.stdin.isatty()):
        yield
        return
    keyboard = sys.stdin.fileno()
    before = termios.tcgetattr(keyboard)
    loop = asyncio.get_running_loop()
    tty.setcbreak(keyboard)
    loop.add_reader(keyboard, lambda: [pressed(chr(key)) for key in os.read(keyboard, 64)])
    try:
        yield
    finally:
        loop.remove_reader(keyboard)
        termios.tcsetattr(keyboard, termios.TCSADRAIN, before)

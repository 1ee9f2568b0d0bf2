"""A board, real or emulated, with the hub on it and fake plugs around it.

    PLUGHUB_BOARD          its console: anything mpremote takes. Without it a simulated board
    PLUGHUB_BOARD_PAGE     its page as seen from here: without it what the board says of itself
    PLUGHUB_BOARD_HOST     the address under which the board reaches this PC
    PLUGHUB_BOARD_WIFI     SSID:PASSWORD, where the board's configuration has no network
    PLUGHUB_BOARD_LOOP     OUT,IN: GPIOs joined by a wire, so that a press is one of the pin
    PLUGHUB_BOARD_PLUGS    how many fake plugs
    PLUGHUB_BOARD_MINUTES  how long test_life.py takes

The firmware on the board is not touched. Its own files are put back after each file of tests, and
the fake plugs go with them: tests that follow in the same process have no others beside theirs.
After a run that was killed the board's files are not put back.
"""

import json
import os

import pytest
from board.console import Console
from board.deployed import BUTTON, PORT, Board
from board.report import Report
from board.world import World, own_address
from interpreters import need_micropython

from fakeplug.ports import free_port
from plughub import ROOT
from plughub.run import VERSIONS
from simulator.pty_board import PTYBoard

PLUGS = int(os.environ.get("PLUGHUB_BOARD_PLUGS", "8"))
_OWN_FILES = ("boot.py", "main.py", "config.json", "secrets.json", "rules.json")

_READ = "from machine import Pin; print(Pin(%d, Pin.IN, Pin.PULL_UP).value())"

_report = Report()


@pytest.fixture(scope="module")
def world():
    world = World()
    yield world
    world.end()


@pytest.fixture(scope="module")
def console(world, tmp_path_factory):
    if PORT:
        console = Console(PORT)
    else:
        flash = tmp_path_factory.mktemp("board") / "flash.img"
        simulated = world.enter(PTYBoard(need_micropython("frozen"), flash))
        console = Console(simulated.port)
    yield console
    console.close()


@pytest.fixture(scope="module")
def any_board(console, world):
    """The board with a configuration for the fake plugs; what was on it is put back."""
    console.hold()
    before = {name: console.read_file(name) for name in _OWN_FILES}
    resting = console.execute(_READ % BUTTON)
    config = _config(json.loads(before["config.json"] or "{}"), world, int(resting))
    try:
        console.write_file("boot.py", (ROOT / "boot.py").read_bytes())
        console.write_file("config.json", json.dumps(config).encode())
        console.write_file("rules.json", None)
        yield Board(console, world, config)
    finally:
        _report.save()
        console.hold()
        for name, content in before.items():
            console.write_file(name, content)
        console.reset()


def _config(own, world, resting):
    """Return the configuration to test with: the board's own network, and our plugs.

    `resting` is the level of the button's pin: not every emulated board has pull-ups.
    """
    host = os.environ.get("PLUGHUB_BOARD_HOST") or (own_address() if PORT else "127.0.0.1")
    plugs = world.start_plugs(PLUGS, VERSIONS, host)
    config = {key: own[key] for key in ("name", "wifi", "ntp", "sockets") if key in own}
    wifi = os.environ.get("PLUGHUB_BOARD_WIFI", "" if PORT else "home:not a secret")
    if wifi:
        ssid, _, password = wifi.partition(":")
        config["wifi"] = {"ssid": ssid} | ({"password": password} if password else {})
    assert "wifi" in config, "the board knows no network: PLUGHUB_BOARD_WIFI=SSID:PASSWORD"
    if not PORT:
        config["ntp"] = {"host": "127.0.0.1", "port": 9}
    port = own.get("web", {}).get("port", 80) if PORT else free_port()
    press = {"plug": plugs[0]["name"], "set": "toggle"}
    return config | {
        "web": {"port": port, "auth": False},
        "plugs": plugs,
        "buttons": [{"pin": BUTTON, "press": press, "active": 1 - resting}],
        "boot_button": None,
    }


@pytest.fixture
def board(request, any_board):
    """The board with the hub running on it and all plugs online."""
    failed = request.session.testsfailed
    any_board.run("main.py")
    yield any_board
    if request.session.testsfailed > failed:
        any_board.runs = None  # what one test has broken is not the next one's fault


@pytest.fixture(scope="session")
def report():
    return _report


def pytest_terminal_summary(terminalreporter):
    if PORT and list(_report.lines()):
        terminalreporter.section("the board")
        for line in _report.lines():
            terminalreporter.write_line(line)

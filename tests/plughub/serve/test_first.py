"""The first start of a hub on a PC, at a terminal."""

import asyncio
import json

from announced import announced
from http_client import ask
from terminal import Terminal

from fakeplug.ports import free_port

KEY = "s3cretLocalKey16"
LAMP, FAN = "bf" + "1" * 20, "bf" + "2" * 20


def lamp():
    """A lamp that makes itself known on this machine."""
    return announced(LAMP, KEY, "127.0.0.31")


async def test_plugs_are_offered_and_those_that_are_chosen_are_served(home):
    devices = home / "devices.json"
    entries = [{"id": LAMP, "name": "Lamp", "key": KEY}, {"id": FAN, "name": "Fan", "key": KEY}]
    devices.write_text(json.dumps(entries))
    port = free_port()

    def talk():
        words = ("--home", home / "hub", "--host", "127.0.0.1", "--port", port)
        terminal = Terminal(home, "serve", *words, "--devices", devices)
        terminal.answer("Look for plugs in this network", "y")
        terminal.answer("Fetch the local keys again", "n")
        offers = terminal.answer("Which ones", "1")
        # What is on the network comes first, wherever it stands in the file.
        assert offers.index("Lamp") < offers.index("Fan")
        terminal.expect("The home has Lamp.")
        terminal.expect("Lamp: online")
        return terminal

    async with lamp() as plug:
        terminal = await asyncio.to_thread(talk)
        status, problem = await ask(port, "GET", "/api/v1/plugs")
        assert status == 401 and problem["type"] == "setup"
        assert plug.sessions
        terminal.type("\x03")
        status, text = await asyncio.to_thread(terminal.end)
    assert status == 0 and KEY not in text
    config = json.loads((home / "hub" / "config.json").read_text())
    assert [item["name"] for item in config["plugs"]] == ["Lamp"]


async def test_who_wants_none_gets_an_empty_home(home):
    def talk():
        words = ("--home", home / "hub", "--host", "127.0.0.1", "--port", free_port())
        terminal = Terminal(home, "serve", *words)
        terminal.answer("Look for plugs in this network", "n")
        terminal.expect("the page: http")
        terminal.type("\x03")
        return terminal.end()

    status, text = await asyncio.to_thread(talk)
    assert status == 0 and "everything is saved" in text and "no such file" not in text
    assert json.loads((home / "hub" / "config.json").read_text()) == {"plugs": []}

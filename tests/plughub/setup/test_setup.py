"""`plughub setup` at a terminal, from a chip without firmware to a lamp that is switched."""

import asyncio
import json

from announced import announced
from chip import Chip
from held_board import put, read_json
from http_client import ask
from interpreters import need_micropython
from newcomer import run
from openapi_server import an_api
from openapi_standin import CLIENT_ID, a_device
from openapi_standin import SECRET as CLOUD_SECRET
from stock_firmware import Stock
from terminal import SECRET, Terminal

from fakeplug.ports import free_port
from freeze.freezer import Firmware
from plughub.cli import USAGE
from simulator.pty_board import PTYBoard

DEVICE = a_device(0)
PASSWORD = "correct horse"


def lamp():
    """The plug of the cloud's list, which makes itself known on this machine."""
    return announced(DEVICE["id"], DEVICE["local_key"], "127.0.0.21")


async def board_with(image, **config):
    """Return a board whose file system has a configuration already, such as its page's port."""
    async with PTYBoard(need_micropython("frozen"), image) as board:
        await put(board.port, "config.json", config)
    return PTYBoard(need_micropython("frozen"), image)


async def test_from_a_chip_without_firmware_to_a_lamp_that_is_switched(tmp_path, home, servers):
    stock, page = tmp_path / "stock.bin", free_port()
    stock.write_bytes(Stock().build())
    region = servers.serve(an_api(1))
    firmware = await board_with(tmp_path / "flash.img", web={"port": page})

    def talk(url, port):
        terminal = Terminal(home, "setup", url, "--firmware", stock, TUYA_REGION=region)
        terminal.answer("Write MicroPython with Plughub", "y")
        heard = terminal.answer("Number [1]:", "1")
        assert heard.index("home") < heard.index("guest") < heard.index("neighbour")
        assert "guest" in heard and "(open)" in heard
        terminal.answer(SECRET, "wrong password")
        terminal.expect("most likely the password is another one")
        terminal.answer(SECRET, PASSWORD)
        terminal.expect("The board is in home, at 127.0.0.1.")
        terminal.answer("Number [1]:", "")
        terminal.answer("Access ID / Client ID:", CLIENT_ID)
        terminal.answer(SECRET, CLOUD_SECRET)
        offers = terminal.answer("Which ones", "1")
        assert "Plug 0" in offers and "yes" in offers
        terminal.answer("Has the board an LED at GPIO 2", "y")
        terminal.answer("GPIO of the button for Plug 0 (Enter: 0, -: none)", "12")
        terminal.expect("not GPIO 12: its level at the start chooses how the chip starts")
        terminal.answer("GPIO of the button for Plug 0", "4")
        told = terminal.expect(f"Its page is at http://127.0.0.1:{port}/")
        code, rest = terminal.end()
        assert code == 0, rest
        assert "with the set-up code" in rest
        for secret in (PASSWORD, CLOUD_SECRET, DEVICE["local_key"]):
            assert secret not in told + rest

    async with lamp() as plug, Chip(firmware) as chip:
        await asyncio.to_thread(talk, chip.url, page)
        assert "hub/app.py" in Firmware(chip.written).frozen.names
        async with asyncio.timeout(20):
            await plug.wait_for(lambda p: p.received)
        assert (await ask(page, "GET", "/health"))[0] == 200
        config = await read_json(chip.url, "config.json")
        assert config["wifi"] == {"ssid": "home"}  # its password is where the keys are
        assert config["led"] == {"pin": 2, "show": "Plug 0"}
        assert config["buttons"] == [{"pin": 4, "press": {"plug": "Plug 0", "set": "toggle"}}]
        secrets = await read_json(chip.url, "secrets.json")
        assert secrets == {"wifi": PASSWORD, "plugs": {DEVICE["id"]: DEVICE["local_key"]}}


async def test_a_home_that_is_there_gets_one_more_plug(tmp_path, home):
    page = free_port()
    old = {"name": "old lamp", "id": "bf0123456789abcdefghij", "key": "0123456789abcdef"}
    wifi = {"ssid": "attic", "password": PASSWORD}
    button = {"pin": 0, "press": {"plug": "old lamp", "set": "toggle"}}
    before = {"wifi": wifi, "web": {"port": page}, "plugs": [old], "buttons": [button]}
    (home / "devices.json").write_text(
        json.dumps([{"id": DEVICE["id"], "name": "New lamp", "key": DEVICE["local_key"]}])
    )

    def talk(url):
        terminal = Terminal(home, "setup", url)
        terminal.expect("has Plughub")
        terminal.expect("It has 1 plugs already; they stay.")
        terminal.answer("Keep the Wi-Fi attic? [Y/n]:", "y")
        terminal.answer("Fetch the local keys again", "n")
        terminal.answer("Which ones", "2")
        terminal.expect("1\r\n")
        terminal.answer("Which ones", "")
        terminal.answer("Has the board an LED", "n")
        terminal.answer("GPIO of the button for New lamp (Enter: none, -: none)", "0")
        terminal.expect("GPIO 0 has something else already")
        terminal.answer("GPIO of the button for New lamp", "")
        terminal.expect(f"Its page is at http://127.0.0.1:{page}/")
        assert terminal.end()[0] == 0

    async with lamp(), await board_with(tmp_path / "flash.img", **before) as board:
        await asyncio.to_thread(talk, board.url)
        config = await read_json(board.url, "config.json")
        secrets = await read_json(board.url, "secrets.json")
    assert [plug["name"] for plug in config["plugs"]] == ["old lamp", "New lamp"]
    assert config["buttons"] == [button] and "led" not in config
    assert secrets["wifi"] == PASSWORD
    assert secrets["plugs"] == {old["id"]: old["key"], DEVICE["id"]: DEVICE["local_key"]}


async def test_who_does_not_get_into_the_wifi_changes_nothing(tmp_path, home):
    def talk(url):
        terminal = Terminal(home, "setup", url)
        terminal.answer("Number [1]:", "4")
        terminal.answer("Its name", "nowhere")
        for _ in range(3):
            terminal.answer(SECRET, PASSWORD)
            terminal.expect("the board does not hear nowhere: is it a 2.4 GHz network")
        return terminal.end()

    async with await board_with(tmp_path / "flash.img", name="mine") as board:
        code, text = await asyncio.to_thread(talk, board.url)
        assert (code, "did not get into nowhere; nothing on it was changed" in text) == (1, True)
        assert await read_json(board.url, "config.json") == {"name": "mine"}


async def test_nobody_at_a_terminal_is_told_what_scripts_use(tmp_path):
    status, output, errors = await run(tmp_path, "setup", "socket://127.0.0.1:9")
    assert (status, output) == (USAGE, "")
    assert "for scripts there are `plughub flash`" in errors

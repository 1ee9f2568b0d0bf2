"""A hub in the simulator with a lamp or more, for tests that drive it from outside."""

import asyncio
import contextlib

from fakeplug import FakePlug
from fakeplug.ports import free_port
from plughub.checkout import prepare_flash, simulated

ID = "bf0123456789abcdefghij"
KEY = "s3cretLocalKey16"
BUTTON, RELAY, LED = 4, 26, 2


def lamp(plug, **more):
    return {
        "name": "lamp",
        "id": ID,
        "address": "127.0.0.1",
        "port": plug.port,
        "key": KEY,
        "version": plug.version,
    } | more


def config_for(*plugs, **more):
    return {
        "wifi": {"ssid": "home", "password": "a secret word"},
        "ntp": {"host": "127.0.0.1", "port": 9},
        "web": {"port": free_port(), "auth": False},
        "plugs": list(plugs),
        "relays": [{"name": "fan", "pin": RELAY, "follow": "lamp"}],
        "led": {"pin": LED, "show": "lamp"},
        "buttons": [{"pin": BUTTON, "press": {"plug": "lamp"}}],
    } | more


@contextlib.asynccontextmanager
async def home(tmp_path, micropython, quirks=None, rules=None, **more):
    """A hub with one lamp: yields (plug, board, port of the page)."""
    dps = {1: False, 9: 0, 18: 417, 19: 957, 20: 2304}
    async with FakePlug(ID, KEY, "3.3", dps, quirks) as plug:
        config = config_for(lamp(plug), **more)
        flash = prepare_flash(tmp_path, config, rules)
        async with simulated(flash, micropython) as board:
            await board.expect("lamp: online")
            yield plug, board, config["web"]["port"]


async def until(plug, predicate):
    async with asyncio.timeout(20):
        await plug.wait_for(predicate)

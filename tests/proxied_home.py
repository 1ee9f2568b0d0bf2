"""A plug behind `plughub proxy`, a client that talks to it, and what both really said."""

import asyncio
import io
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from rich.console import Console

from fakeplug import FakePlug
from fakeplug.commands import NEGOTIATION
from fakeplug.ports import free_port
from plughub import devices
from plughub.wire.keyring import Keyring
from plughub.wire.proxy import Relay
from plughub.wire.show import Printer

VERSIONS = ("3.1", "3.2", "3.3", "3.4", "3.5")
KEY = "k9#Qz!7aPw$2mLx%"
OTHER_KEY = "Tb4&uEo(1yRc)8gN"
ID = "bf0123456789abcdefghij"
TEXTS = {"1": True, "9": 0, "18": 417, "19": 957, "20": 2304}
MAPPING = {
    "1": {"code": "switch_1", "type": "Boolean", "values": {}},
    "19": {"code": "cur_power", "type": "Integer", "values": {"unit": "W", "scale": 1}},
}
DEADLINE_S = 20


def entry(version=None, **more):
    """Return the plug as devices.json has it."""
    about = {"name": "desk lamp", "id": ID, "key": KEY, "ip": "127.0.0.1", "mapping": MAPPING}
    return about | ({"version": version} if version else {}) | more


def keyring(*entries):
    return Keyring.of([devices.known(each) for each in entries or [entry()]])


def make_printer(ring, is_json=True, **more):
    """Return (Printer, function that returns what it has printed)."""
    out = io.StringIO()
    printer = Printer(Console(file=out, width=80), ring, is_json, **more)
    return printer, out.getvalue


def lines(text):
    """Return the objects of JSON lines."""
    return [json.loads(line) for line in text.splitlines()]


def frames(told):
    """Return {"client": [(command, JSON or text)], "device": ...}, but for the negotiation."""
    sides = {"client": [], "device": []}
    for line in told:
        if line["command"] not in NEGOTIATION:
            sides[line["from"]].append((line["command"], line.get("json", line.get("text", ""))))
    return sides


@dataclass
class Said:
    """What client and plug have said by the plug's own account, in the form of frames()."""

    client: list = field(default_factory=list)
    device: list = field(default_factory=list)

    def sides(self):
        return {
            side: [(command, _read(body)) for command, body in getattr(self, side)]
            for side in ("client", "device")
        }


def _read(body):
    try:
        return json.loads(body)
    except ValueError:
        return body.decode()


@dataclass
class Stage:
    """A plug behind a proxy; `told`: what the proxy said of connections."""

    plug: FakePlug
    address: tuple
    told: list
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, text):
        self.told.append(text)
        self._changed.set()

    async def until_told(self, words, times=1):
        """Return when the proxy has told so of so many connections."""
        async with asyncio.timeout(DEADLINE_S):
            while sum(words in text for text in self.told) < times:
                self._changed.clear()
                await self._changed.wait()


@asynccontextmanager
async def proxied(version, see, ring=None, recording=None, quirks=None, device=None):
    """Yield the Stage of a plug and a proxy that `see` gets all of.

    `device`: the (host, port) that the proxy passes on to, if it is not the plug.
    """
    dps = {int(dp): value for dp, value in TEXTS.items()}
    async with FakePlug(id=ID, key=KEY, version=version, dps=dps, quirks=quirks) as plug:
        stage = Stage(plug, (), [])
        device = device or (plug.host, plug.port)
        relay = Relay(device, ring or keyring(), None, see, stage.tell, recording)
        async with relay.listening("127.0.0.1", free_port()) as stage.address:
            yield stage


async def talk(device, plug):
    """Have tinytuya and the plug say a bit of everything."""
    calls = asyncio.to_thread
    assert (await calls(device.status))["dps"] == TEXTS
    await calls(device.turn_off)
    assert plug.dps[1] is False
    await calls(device.heartbeat, True)
    plug.measure({18: 500, 19: 1150})
    await calls(device.updatedps, [18, 19, 20], True)
    await _receive(device, {"18": 500, "19": 1150})
    plug.press({1: True})
    await _receive(device, {"1": True})


async def _receive(device, dps):
    # Acknowledgements and pongs come between, for which tinytuya returns None.
    for _ in range(10):
        received = await asyncio.to_thread(device.receive)
        if received:
            assert received["dps"] == dps
            return
    raise AssertionError(f"nothing of {dps}")

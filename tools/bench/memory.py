"""`make memory`: the heap on 32-bit MicroPython with the firmware frozen, and the board's budget.

Python has 112,000 bytes as on the board; what the simulator takes is measured and left out. Writes
build/memory.json, an object of name to bytes, and prints it beside the bars.
"""

import asyncio
import contextlib
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from bench.client import ask, send
from bench.mosquitto import Mosquitto, find_mosquitto
from bench.peer import DPS, ID, KEY
from bench.rules import rules_for
from fakeplug import FakePlug
from fakeplug.home import Home
from fakeplug.ports import free_port
from plughub import BUILD, ROOT
from plughub.backup import by_page
from plughub.backup.file import open_backup
from plughub.checkout import find_micropython, prepare_flash, simulated
from plughub.cli import Failure
from plughub.hub_api import HubAPI
from plughub.run import VERSIONS, home_config
from simulator.idf_heap import BOARD
from simulator.ntp_server import start_ntp_server

_SCRIPTS = Path(__file__).resolve().parent / "upy"
_PORT = free_port()
_BROKER_PORT = free_port()
_MQTT = {"host": "127.0.0.1", "port": _BROKER_PORT}
_PLENTY = 300000
_STEP = 500  # bytes by which a smallest heap is found
_LEAST = 90000
#: Bars; the least that the network had left is one from below.
_BARS = {
    "frozen_hub_8_plugs_page": 72000,
    "frozen_20_rules": 13000,
    "frozen_peak_12_plugs_20_rules": 108000,
    "frozen_change_peak": 108000,
    "frozen_backup_peak": 108000,
    "frozen_mqtt_8_plugs": 9000,
    "frozen_mqtt_peak_12_plugs_20_rules": 112000,
    "frozen_further_bulb_more": 1500,
    "frozen_further_cover_more": 1500,
    "frozen_further_climate_more": 1500,
    "frozen_further_custom_of_5_dps_more": 1500,
    "frozen_first_strip_of_4_more": 2000,
    "frozen_growth_10000_operations": 0,
    "frozen_growth_24_hours": 0,
}
_PASSWORD, _PHRASE = "correct horse battery", "a long passphrase"
_COMPLAINTS = ("MemoryError", "memory", "disconnected for", "crashed", "failed")


async def measure():
    """Return {name: bytes}."""
    micropython = find_micropython("frozen")
    if not micropython:
        raise SystemExit("there is no 32-bit MicroPython with the firmware here")
    # Its values stand still: a longer number among them would pass for growth.
    async with (
        FakePlug(ID, KEY, "3.3", dict(DPS)) as plug,
        FakePlug(ID, KEY, "3.5", dict(DPS)) as plug35,
    ):
        figures = await _library(micropython, plug, plug35)
    figures |= await _growth(micropython)
    figures |= await _kinds(micropython)
    ntp, ntp_port = await start_ntp_server()
    try:
        bench = _Bench(micropython, ntp_port)
        used, network = await bench.used(8, 0)
        figures |= {"frozen_hub_8_plugs_page": used, "frozen_network_heap_min": network}
        figures["frozen_20_rules"] = (await bench.used(8, 20))[0] - used
        figures["frozen_peak_12_plugs_20_rules"] = await bench.smallest(bench.start)
        figures["frozen_change_peak"] = await bench.smallest(bench.change)
        figures["frozen_backup_peak"] = await bench.smallest(bench.backup)
        figures |= await _broker(bench, used)
    finally:
        ntp.close()
    return figures


async def _broker(bench, used):
    """Return what a broker adds to the hub with 8 plugs, and the peak with it."""
    if not find_mosquitto():
        raise SystemExit("there is no mosquitto here")
    with tempfile.TemporaryDirectory() as folder:
        async with Mosquitto(Path(folder), _BROKER_PORT):
            # As many plugs are connected as without: the broker's socket comes on top here.
            bench.more = {"mqtt": _MQTT, "sockets": 11}
            found = {"frozen_mqtt_8_plugs": (await bench.used(8, 0))[0] - used}
            bench.more = {"mqtt": _MQTT}
            found["frozen_mqtt_peak_12_plugs_20_rules"] = await bench.smallest(bench.start)
    return found


async def _library(micropython, *plugs):
    about = [
        {"id": ID, "key": KEY, "address": plug.host, "port": plug.port, "version": plug.version}
        for plug in plugs
    ]
    return _prefixed(
        await _run(micropython, "112k", "memory.py", ".frozen", *map(json.dumps, about))
    )


async def _growth(micropython):
    words = ".frozen", str(ROOT / "tests"), str(BUILD / "hours.json"), "24"
    found = await _run(micropython, "400k", "hours.py", *words)
    return {"frozen_growth_24_hours": found["growth"]}


async def _kinds(micropython):
    words = ".frozen", str(ROOT / "tests")
    return _prefixed(await _run(micropython, "112k", "kinds.py", *words))


async def _run(micropython, heap, script, *words):
    process = await asyncio.create_subprocess_exec(
        *(str(micropython), "-X", f"heapsize={heap}", str(_SCRIPTS / script), *words),
        stdout=subprocess.PIPE,
    )
    output, _ = await asyncio.wait_for(process.communicate(), 300)
    return json.loads(output.splitlines()[-1])


def _prefixed(figures):
    return {f"frozen_{name}": value for name, value in figures.items()}


class _Bench:
    """Homes of fake plugs with three buttons, two relays and an LED, on frozen firmware."""

    def __init__(self, micropython, ntp_port):
        self._micropython = micropython
        self._ntp_port = ntp_port
        self.more = {}  # of the configuration

    async def used(self, plugs, rules):
        """Return (bytes that Python uses with a page open, least that the network had)."""
        async with self._board(plugs, rules, BOARD) as board, self._pages(1):
            await asyncio.sleep(1)  # what was sent for the first time is garbage by then
            used = int((await board.ask("heap")).split()[0])
            return used, int((await board.ask("memory")).split()[-1])

    async def start(self, heap):
        """Start 12 plugs with 20 rules, and open two pages."""
        async with self._board(12, 20, heap) as board, self._pages(2):
            await asyncio.sleep(1)
            return board.lines

    async def change(self, heap):
        """Change configuration and rules of 8 plugs with 20 rules, while a page is open."""
        async with self._board(8, 20, heap) as board, self._pages(1):
            config = await self._api("GET", "config")
            book = await self._api("GET", "rules")
            for verb in ("on", "off"):
                config["buttons"][0]["press"]["set"] = verb
                assert (await self._api("PUT", "config", config))["applied"]
                for rule in book["rules"]:
                    rule["enabled"] = verb == "off"
                assert (await self._api("PUT", "rules", book))["applied"]
            return board.lines

    async def backup(self, heap):
        """Back up 8 plugs with 20 rules and restore them, while a page is open."""
        async with self._board(8, 20, heap, True) as board:
            code = (await board.expect(r"set-up code (\w{12})"))[1]
            body = {"password": _PASSWORD, "code": code}
            answer = json.loads(await ask(_PORT, "PUT", "/api/v1/password", body))
            async with self._pages(1, answer["token"]):
                url = f"http://localhost:{_PORT}"
                data = await asyncio.to_thread(by_page.fetch, url, _PHRASE)
                key = open_backup(data, lambda: _PHRASE).key
                with HubAPI(url) as hub:
                    await asyncio.to_thread(hub.ask, "GET", "system")
                    assert await asyncio.to_thread(by_page.send, hub, data, key) == []
                    await board.ended()
            return board.lines

    async def smallest(self, scenario):
        """Return the smallest heap, in bytes, in which nothing of a scenario goes wrong."""
        fails, works = _LEAST, BOARD
        if not await self._works(scenario, works):
            return _PLENTY
        while works - fails > _STEP:
            heap = (fails + works) // 2
            if await self._works(scenario, heap):
                works = heap
            else:
                fails = heap
        return works

    async def _works(self, scenario, heap):
        try:
            lines = await scenario(heap)
        except (AssertionError, OSError, ValueError, Failure, asyncio.IncompleteReadError):
            return False
        said = [line for line in lines if not line.startswith("@")]
        return not any(word in line for line in said for word in _COMPLAINTS)

    @contextlib.asynccontextmanager
    async def _board(self, plugs, rules, heap, has_password=False):
        async with Home(plugs, VERSIONS) as home:
            config = home_config(home, self._ntp_port, _PORT)
            config["web"]["auth"] = has_password
            config["buttons"] = config["buttons"][:3]
            config["groups"] = config["scenes"] = []
            drive = config["plugs"][5]["name"]
            config["relays"].append({"name": "pump", "pin": 27, "drive": drive})
            config |= self.more
            names = [plug["name"] for plug in config["plugs"]]
            shutil.rmtree(BUILD / "memory", ignore_errors=True)
            flash = prepare_flash(
                BUILD / "memory", config, rules_for(names, rules) if rules else None
            )
            async with simulated(flash, self._micropython, None, heap) as board:
                for name in names:
                    await board.expect(f"{name}: online", 60)
                await board.expect("the clock is set")
                if "mqtt" in config:
                    await board.expect("MQTT: connected")
                    await asyncio.sleep(3)  # all has been announced, once more with all meters
                yield board

    @contextlib.asynccontextmanager
    async def _pages(self, count, token=""):
        await ask(_PORT, "GET", "/")
        await ask(_PORT, "GET", "/api/v1/plugs", token=token)
        streams = [await send(_PORT, "GET", "/events", token=token) for _ in range(count)]
        try:
            for reader, _ in streams:
                await asyncio.wait_for(reader.readuntil(b"event: snapshot"), 10)
            yield
        finally:
            for _, writer in streams:
                writer.close()

    async def _api(self, method, path, body=None):
        return json.loads(await ask(_PORT, method, f"/api/v1/{path}", body))


def main():
    os.environ["PLUGHUB_PASSWORD"] = _PASSWORD
    figures = asyncio.run(measure())
    (BUILD / "memory.json").write_text(json.dumps(figures, indent=1) + "\n")
    print(f"{'heap of the frozen firmware':36}{'bytes':>10}{'bar':>10}")
    for name, value in figures.items():
        print(f"{name:36}{value:>10}{_BARS.get(name, ''):>10}")
    for name, bar in _BARS.items():
        if figures[name] > bar:
            print(f"{name} is {figures[name] - bar} bytes over its bar")


if __name__ == "__main__":
    main()

"""`make memory`: the heap on 32-bit MicroPython with the board's 147 kB, code from .mpy files.

Writes build/memory.json, an object of name to bytes, and prints it beside the budget.
"""

import asyncio
import json
import subprocess
from pathlib import Path

from bench.client import ask, send
from bench.peer import DPS, ID, KEY
from bench.rules import rules_for
from fakeplug import FakePlug
from fakeplug.home import Home
from plughub import BUILD, ROOT
from plughub.build import build_board
from plughub.checkout import find_micropython, prepare_flash, simulated
from plughub.run import home_config
from simulator.ntp_server import start_ntp_server

_HEAP = "147k"
# What of the heap the simulator takes, which a board has not.
_HUB_HEAP = "165k"
_BLOCK_MIN = 8192
_SCRIPTS = Path(__file__).resolve().parent / "upy"
_BUDGET = {
    "import_tuya_device": 18000,
    "connected_plug": 3000,
    "connected_plug_35": 11000,  # 3.5 may take 8000 more, with its code
    "growth_10000_operations": 0,
    "growth_in_an_hour": 0,
    "hub_8_plugs_page": 96000,
    "20_rules": 8000,
    "login_page_api_2_streams": 12000,
}
_PORT = 8123


async def measure():
    """Return {name: bytes}."""
    micropython = find_micropython(32)
    if not micropython:
        raise SystemExit("there is no 32-bit MicroPython here")
    board = build_board("x86")
    # Its values stand still: a longer number among them would pass for growth.
    async with (
        FakePlug(ID, KEY, "3.3", dict(DPS)) as plug,
        FakePlug(ID, KEY, "3.5", dict(DPS)) as plug35,
    ):
        figures = await _library(micropython, board / "lib", plug, plug35)
    figures |= await _hour(micropython, board / "lib")
    async with Home(8) as home:
        # What asks for the time is loaded for that moment: it must not last.
        ntp, ntp_port = await start_ntp_server()
        try:
            plain, largest = await _hub(micropython, board / "lib", home, ntp_port)
            figures |= {"hub_8_plugs_page": plain, "hub_largest_free_block": largest}
            for name, count in (("first_rule", 1), ("20_rules", 20)):
                rules = rules_for([plug["name"] for plug in home.describe()], count)
                # With room to spare: where there is none, connections give way.
                used, _ = await _hub(micropython, board / "lib", home, ntp_port, rules, "400k")
                figures[name] = used - plain
            door = await _visited(micropython, board / "lib", home, ntp_port)
            figures["login_page_api_2_streams"] = door
        finally:
            ntp.close()
    return figures


async def _library(micropython, lib, *plugs):
    about = [
        {"id": ID, "key": KEY, "address": plug.host, "port": plug.port, "version": plug.version}
        for plug in plugs
    ]
    process = await asyncio.create_subprocess_exec(
        *(str(micropython), "-X", f"heapsize={_HEAP}", str(_SCRIPTS / "memory.py"), str(lib)),
        *map(json.dumps, about),
        stdout=subprocess.PIPE,
    )
    output, _ = await asyncio.wait_for(process.communicate(), 300)
    return json.loads(output.splitlines()[-1])


async def _hour(micropython, lib):
    process = await asyncio.create_subprocess_exec(
        *(str(micropython), "-X", "heapsize=400k", str(_SCRIPTS / "hour.py"), str(lib)),
        *(str(ROOT / "tests"), str(BUILD / "hour.json")),
        stdout=subprocess.PIPE,
    )
    output, _ = await asyncio.wait_for(process.communicate(), 300)
    return json.loads(output.splitlines()[-1])


async def _hub(micropython, lib, home, ntp_port, rules=None, heap=_HUB_HEAP):
    """Return (bytes that the hub uses, its largest free block)."""
    config = home_config(home, ntp_port, _PORT)
    config["buttons"] = config["buttons"][:3]
    config["groups"] = config["scenes"] = []
    config["relays"].append({"name": "pump", "pin": 27, "drive": config["plugs"][5]["name"]})
    flash = prepare_flash(BUILD / "memory", config, rules)
    # Where the board has it: the names of files are kept in memory.
    (flash / "lib").unlink(missing_ok=True)
    (flash / "lib").symlink_to(lib)
    # The first start moves the keys, checks the configuration and keeps what it found.
    async with simulated(flash, micropython, [], heap) as board:
        await board.expect("runs: 8 plugs")
    async with simulated(flash, micropython, [], heap) as board:
        before = int((await board.expect(r"^@ heap-before (\d+)"))[1])
        for plug in config["plugs"]:
            await board.expect(f"{plug['name']}: online")
        await board.expect("the clock is set")
        await ask(_PORT, "GET", "/")
        events, stream = await send(_PORT, "GET", "/events")
        await asyncio.wait_for(events.readuntil(b"event: snapshot"), 10)
        await asyncio.sleep(1)  # what was sent for the first time is garbage by then
        used, _, largest = map(int, (await board.ask("heap")).split())
        stream.close()
    return used - before, largest


async def _visited(micropython, lib, home, ntp_port):
    """Return what visitors cost: a password and tokens, all views of the page, two streams."""
    config = home_config(home, ntp_port, _PORT)
    config["web"]["auth"] = True
    flash = prepare_flash(BUILD / "memory", config)
    async with simulated(flash, micropython, [], "400k") as board:
        await board.expect("runs: 8 plugs")
    async with simulated(flash, micropython, [], "400k") as board:
        code = (await board.expect(r"set-up code (\w+)"))[1]
        for plug in config["plugs"]:
            await board.expect(f"{plug['name']}: online")
        await board.expect("the clock is set")
        await asyncio.sleep(1)
        before = int((await board.ask("heap")).split()[0])
        word = {"password": "correct horse battery"}
        token = (await _api("PUT", "password", word | {"code": code}))["token"]
        token = (await _api("POST", "login", word, token))["token"]
        for path in ("system", "log", "config", "rules", "rules/states", "history", "tokens"):
            await _api("GET", path, token=token)
        name = config["plugs"][0]["id"]
        await _api("PUT", f"plugs/{name}/switch", {"on": True}, token)
        streams = [await send(_PORT, "GET", "/api/v1/events", token=token) for _ in range(2)]
        for reader, _ in streams:
            await asyncio.wait_for(reader.readuntil(b"event: snapshot"), 10)
        await asyncio.sleep(1)
        used = int((await board.ask("heap")).split()[0])
        for _, writer in streams:
            writer.close()
    return used - before


async def _api(method, path, body=None, token=""):
    return json.loads(await ask(_PORT, method, f"/api/v1/{path}", body, token))


def main():
    figures = asyncio.run(measure())
    (BUILD / "memory.json").write_text(json.dumps(figures, indent=1) + "\n")
    print(f"{'heap, 32-bit MicroPython':32}{'bytes':>10}{'budget':>10}")
    for name, value in figures.items():
        print(f"{name:32}{value:>10}{_BUDGET.get(name, ''):>10}")
    for name, budget in _BUDGET.items():
        if figures[name] > budget:
            print(f"{name} is {figures[name] - budget} bytes over its budget")
    if figures["hub_largest_free_block"] < _BLOCK_MIN:
        print(f"the largest free block of the hub should have {_BLOCK_MIN} bytes")


if __name__ == "__main__":
    main()

"""A hub by its address or its serial port: its log, which board it is, what things are called."""

import asyncio
import json

from held_board import put
from http_client import ask
from interpreters import need_micropython
from newcomer import run, start
from simulated_home import LED, home

from fakeplug.ports import free_port
from plughub.cli import NOT_FOUND, UNREACHABLE
from simulator.pty_board import PTYBoard


async def test_the_log_of_a_hub_is_printed_and_followed(tmp_path):
    async with home(tmp_path / "flash", need_micropython("frozen")) as (_, _, port):
        address = f"http://127.0.0.1:{port}"
        status, output, _ = await run(tmp_path, "logs", address)
        assert status == 0 and "lamp: online\n" in output
        process = await start(tmp_path, "logs", "--follow", address)
        try:
            async with asyncio.timeout(30):
                while b"lamp: online" not in await process.stdout.readline():
                    pass
                await ask(port, "POST", "/api/v1/identify", {})
                while b"this is plughub at" not in await process.stdout.readline():
                    pass
        finally:
            process.terminate()
            await process.wait()


async def test_a_hub_blinks(tmp_path):
    async with home(tmp_path / "flash", need_micropython("frozen")) as (_, board, port):
        status, output, _ = await run(tmp_path, "identify", f"127.0.0.1:{port}")
        assert (status, output) == (0, "This is plughub: its LED has blinked for 3 s.\n")
        await board.expect(f"@ pin {LED} 1")


async def test_a_plug_and_the_hub_are_called_otherwise(tmp_path):
    async with home(tmp_path / "flash", need_micropython("frozen")) as (_, board, port):
        address = f"http://127.0.0.1:{port}"
        status, output, _ = await run(tmp_path, "rename", address, "Lamp", "desk / lamp")
        assert (status, output) == (0, "lamp is desk / lamp now.\n")
        status, output, _ = await run(tmp_path, "rename", address, "desk / lamp", "lamp")
        assert (status, output) == (0, "desk / lamp is lamp now.\n")
        status, _, errors = await run(tmp_path, "rename", address, "lamp", "fan")
        assert status == 1 and "relays[0].name: the same as of plugs[0]" in errors
        status, _, errors = await run(tmp_path, "rename", address, "oven", "stove")
        assert status == NOT_FOUND
        assert errors == "plughub: the hub has nothing called oven; it has lamp, fan\n"
        status, output, _ = await run(tmp_path, "rename", address, "plughub", "attic")
        assert (status, output) == (0, "The hub restarts as attic: http://attic.local/\n")
        await board.expect("@ reset")
        kept = json.loads((tmp_path / "flash" / "config.json").read_text())
        assert kept["name"] == "attic" and kept["wifi"] == {"ssid": "home"}


async def test_no_hub_there_is_one_line(tmp_path):
    for command in (("logs",), ("identify",), ("rename", "a", "b")):
        words = (command[0], f"http://127.0.0.1:{free_port()}", *command[1:])
        status, output, errors = await run(tmp_path, *words)
        assert (status, output, errors.count("\n")) == (UNREACHABLE, "", 1), errors
        assert "does not answer" in errors


async def test_a_board_at_a_serial_port_blinks(tmp_path):
    async with PTYBoard(need_micropython("frozen"), tmp_path / "flash.img") as board:
        status, output, _ = await run(tmp_path, "identify", board.url)
        assert (status, output) == (0, "This is a board without a name: it has no LED.\n")
        config = {"name": "attic", "led": {"pin": 2, "active": 0}}
        await put(board.url, "config.json", config)
        status, output, _ = await run(tmp_path, "identify", board.url)
        assert (status, output) == (0, "This is attic: its LED has blinked for 3 s.\n")
        await put(board.url, "config.json", b"[broken")
        status, output, _ = await run(tmp_path, "identify", board.url)
        assert (status, output) == (0, "This is a board without a name: it has no LED.\n")

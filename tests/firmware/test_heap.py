"""A whole home on the board's heap: 32-bit MicroPython, code from .mpy files, 147 kB."""

import asyncio
import contextlib

import pytest
from http_client import ask
from interpreters import need_micropython
from simulated_home import free_port, until

from bench.rules import rules_for
from fakeplug.home import Home
from plughub.build import build_board
from plughub.checkout import prepare_flash, simulated
from plughub.run import VERSIONS, home_config

#: 147 kB, and 3 kB since ten keys of AES take 300 bytes each on a PC and 50 where hardware does
#: it. The simulator comes on top: about 18 kB, more where the path of this checkout is long.
HEAP = 150 * 1024


async def heap_of_a_board(folder, micropython):
    async with simulated(prepare_flash(folder, None), micropython, [], "400k") as board:
        simulator = int((await board.expect(r"^@ heap-before (\d+)"))[1])
    return str(HEAP + simulator)


@contextlib.asynccontextmanager
async def board_with(tmp_path, plugs, pages, versions=("3.3", "3.5"), rules=0):
    """Yield (home, board, port, configuration) when all plugs are online and the pages open."""
    micropython = need_micropython(32)
    lib = build_board("x86") / "lib"
    async with Home(plugs, versions) as home:
        port = free_port()
        config = home_config(home, 9, port)
        config["buttons"] = config["buttons"][:3]
        config["groups"] = [{"name": "all", "members": [plug["name"] for plug in config["plugs"]]}]
        book = rules_for([plug["name"] for plug in config["plugs"]], rules) if rules else None
        heap = await heap_of_a_board(tmp_path / "empty", micropython)
        flash = prepare_flash(tmp_path, config, book)
        (flash / "lib").symlink_to(lib)
        async with simulated(flash, micropython, [], heap) as board:
            await board.expect(f"runs: {plugs} plugs")  # the keys are moved, all is checked
        async with simulated(flash, micropython, [], heap) as board:
            for plug in config["plugs"]:
                await board.expect(f"{plug['name']}: online", 40)
            async with contextlib.AsyncExitStack() as stack:
                for _ in range(pages):
                    stack.callback((await page_stream(port)).close)
                try:
                    yield home, board, port, config
                finally:
                    print(*board.lines, sep="\n")  # what pytest shows when a test fails


async def page_stream(port):
    """Open the stream of events as a page does: again where the hub has left it alone."""
    for _ in range(3):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /events HTTP/1.1\r\n\r\n")
        try:
            await asyncio.wait_for(reader.readuntil(b"event: snapshot"), 10)
            return writer
        except asyncio.IncompleteReadError:
            writer.close()
    raise AssertionError("no stream at the third attempt")


def assert_all_well(board):
    assert [line for line in board.lines if "MemoryError" in line or "crashed" in line] == []


async def ask_everything(port, name):
    assert (await ask(port, "GET", "/"))[0] == 200
    for path in ("plugs", "config", "log", f"plugs/{name}/history", "system", "groups"):
        assert (await ask(port, "GET", f"/api/v1/{path}"))[0] == 200, path
    path = f"/api/v1/plugs/{name}/settings"
    assert (await ask(port, "PUT", path, {"power_on": "on"}))[0] == 200


@pytest.mark.parametrize(("plugs", "versions"), [(4, VERSIONS), (8, ("3.3", "3.5"))])
async def test_a_page_is_open_and_everything_is_asked(tmp_path, plugs, versions):
    async with board_with(tmp_path, plugs, 1, versions) as (home, board, port, config):
        for _ in range(3):
            await ask_everything(port, config["plugs"][-1]["id"])
        for on in (True, False):
            status, _ = await ask(port, "PUT", "/api/v1/groups/all/switch", {"on": on})
            assert status == 200
            for socket in home.sockets:
                await until(socket.plug, lambda p, on=on: p.dps[1] is on)
        assert_all_well(board)


async def test_a_configuration_is_changed_while_a_small_home_runs(tmp_path):
    async with board_with(tmp_path, 4, 1) as (_, board, port, _):
        _, wanted = await ask(port, "GET", "/api/v1/config")
        for verb in ("on", "off"):
            wanted["buttons"][0]["press"]["set"] = verb
            status, answer = await ask(port, "PUT", "/api/v1/config", wanted)
            assert (status, answer["applied"]) == (200, True)
            after = len(board.lines)
            board.send("press 0")
            await board.expect(f"done: desk lamp {verb}", after=after)
        assert_all_well(board)


async def test_rules_run_and_are_looked_at(tmp_path):
    async with board_with(tmp_path, 4, 1, ("3.3",), 10) as (home, board, port, config):
        for _ in range(2):
            await ask_everything(port, config["plugs"][-1]["id"])
            status, states = await ask(port, "GET", "/api/v1/rules/states")
            assert (status, len(states)) == (200, 10)
        plug = home.sockets[0].plug
        assert (await ask(port, "POST", "/api/v1/rules/sun-0/run", {}))[0] == 200
        await until(plug, lambda p: p.dps[1] is True)
        _, book = await ask(port, "GET", "/api/v1/rules")
        book["rules"].pop()
        status, answer = await ask(port, "PUT", "/api/v1/rules", book)
        assert status in (200, 503), answer
        assert_all_well(board)


async def test_a_page_comes_where_rules_have_taken_all_heap(tmp_path):
    async with board_with(tmp_path, 8, 1, ("3.3",), 10) as (_, board, port, _):
        for path in ("/", "/api/v1/plugs", "/"):
            assert (await ask(port, "GET", path))[0] == 200
        assert [line for line in board.lines if "crashed" in line] == []


async def test_where_the_heap_is_too_small_for_a_change_that_is_said_and_nothing_is_lost(tmp_path):
    async with board_with(tmp_path, 8, 2, VERSIONS) as (_, _, port, config):
        _, wanted = await ask(port, "GET", "/api/v1/config")
        wanted["buttons"][0]["press"]["set"] = "on"
        status, answer = await ask(port, "PUT", "/api/v1/config", wanted)
        assert status in (200, 503), answer
        name = config["plugs"][-1]["id"]
        if status == 503:
            assert (await ask(port, "GET", "/api/v1/config"))[1] != wanted
            path = f"/api/v1/plugs/{name}/switch"
            assert (await ask(port, "PUT", path, {"on": True}))[0] == 200

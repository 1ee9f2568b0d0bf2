"""Deploys for real, by mpremote's protocol, onto a MicroPython behind a pseudo-terminal."""

import asyncio
import json
import shutil

import pytest
from held_board import at_prompt
from http_client import ask
from interpreters import need_micropython
from mpremote.transport import TransportError
from typer.testing import CliRunner

from fakeplug import FakePlug
from fakeplug.ports import free_port
from hub import VERSION
from plughub import ROOT
from plughub.__main__ import app
from plughub.board import code_set, start
from plughub.board.console import follow
from plughub.board.deploy import deploy
from plughub.board.prompt import Board, _Transport
from plughub.board.start import Start
from plughub.firmware.build import architecture, build_board
from simulator.pty_board import PTYBoard

ID = "bf0123456789abcdefghij"
KEY = "0123456789abcdef"
WIFI = {"ssid": "home", "password": "not a secret"}


def simulated(tmp_path, bits="frozen"):
    return PTYBoard(need_micropython(bits), tmp_path / "flash.img")


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "home.json"
    path.write_text(json.dumps({"wifi": WIFI, "web": {"port": free_port()}}))
    return path


async def run(port, *arguments):
    """Run `plughub deploy` as a shell would; return (status, output)."""
    command = ["deploy", port, *map(str, arguments)]
    result = await asyncio.to_thread(CliRunner().invoke, app, command)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


async def files_of(board):
    """Return the names of the board's files that are not the simulator's own notes."""
    found = await at_prompt(board.port, lambda held: held.hashes([""]))
    return sorted(path[1:] for path in found if path[1:] not in (".nvs", ".reset"))


async def test_a_board_with_the_hub_gets_its_home(tmp_path):
    port = free_port()
    async with FakePlug(ID, KEY, "3.3", {1: True}) as plug, simulated(tmp_path) as board:
        where = {"address": "127.0.0.1", "port": plug.port, "version": "3.3"}
        lamp = {"name": "lamp", "id": ID, "key": KEY} | where
        config, rules = tmp_path / "home.json", tmp_path / "my rules.json"
        home = {"wifi": WIFI, "web": {"port": port, "auth": False}, "plugs": [lamp]}
        config.write_text(json.dumps(home))
        do = {"plug": "lamp", "set": "on"}
        rules.write_text(json.dumps({"rules": [{"id": "a", "at": "06:30", "do": do}]}))

        status, output = await run(board.port, "--config", config, "--rules", rules)
        assert status == 0, output
        assert "config.json, rules.json, main.py, boot.py copied, 0 were the same.\n" in output
        assert "plughub runs: 1 plugs.\n" in output
        assert f"The page: http://plughub.local:{port}/ or http://127.0.0.1:{port}/\n" in output
        assert KEY not in output and WIFI["password"] not in output
        async with asyncio.timeout(20):
            await plug.wait_for(lambda p: p.received)
        status, plugs = await ask(port, "GET", "/api/v1/plugs")
        assert (status, plugs[0]["on"]) == (200, True)
        assert (await ask(port, "GET", "/"))[0] == 200
        assert "due at" in (await ask(port, "GET", "/api/v1/rules/a"))[1]["why"]

        # Once more, by TCP, over the running hub: nothing differs.
        status, output = await run(board.url)
        assert status == 0, output
        assert "Nothing copied, 2 were the same.\n" in output
        assert (await ask(port, "GET", "/api/v1/plugs"))[0] == 200


async def test_it_tells_the_set_up_code_and_what_is_wrong_in_the_configuration(tmp_path):
    config = tmp_path / "home.json"
    bad = {"pin": 4, "press": {"plug": "no such", "set": "toggle"}}
    config.write_text(json.dumps({"web": {"port": free_port()}, "buttons": [bad]}))
    async with simulated(tmp_path) as board:
        status, output = await run(board.port, "--config", config)
    assert status == 0, output
    assert "config.json: buttons[0].press" in output
    assert 'It has no network: the configuration wants "wifi".\n' in output
    assert "and for the set-up code " in output


async def test_a_stock_board_is_refused_and_stays_as_it_is(tmp_path, config):
    async with simulated(tmp_path, 32) as board:
        await at_prompt(board.port, lambda held: held.put("mine.txt", b"1", print))
        status, output = await run(board.port, "--config", config)
        assert status == 1
        assert output.startswith("Not deployed: the firmware on this board has no hub in it")
        assert f"`make flash PORT={board.port} FIRMWARE=<stock .bin>`" in output
        assert output.count("\n") == 1
        assert await files_of(board) == ["mine.txt"]


async def test_the_code_of_lib_runs_on_trial_beside_what_is_frozen_and_back(tmp_path, config):
    async with simulated(tmp_path) as board:
        status, output = await run(board.port, "--config", config, "--code")
        assert status == 0, output
        assert f"Version {VERSION} runs on trial: it is kept after a minute" in output
        assert "The way back to what is frozen is to deploy without code." in output
        assert await origin(board) == "/set/hub/app.mpy"
        assert await choice_of(board) == {"set": 0, "trial": 1, "lives": 1, "plugs": False}

        keep = "from codeset import choice; choice.keep()"
        await at_prompt(board.port, lambda held: held.execute(keep))
        status, output = await run(board.port, "--code")
        assert status == 0, output
        assert await origin(board) == "/set/hub/app.mpy"
        assert await choice_of(board) == {"set": 1, "trial": 2, "lives": 1, "plugs": False}

        status, output = await run(board.port)
        assert status == 0, output
        assert "The set of code is removed: what is frozen runs again." in output
        assert not (await origin(board)).startswith("/set/")
        assert not [name for name in await files_of(board) if "/" in name]


def changed_lib(tmp_path, monkeypatch, name, old, new):
    """Have a deploy compile a lib in which one file is another one."""
    lib = shutil.copytree(ROOT / "lib", tmp_path / "lib")
    source = (lib / name).read_text()
    assert old in source
    (lib / name).write_text(source.replace(old, new))
    monkeypatch.setattr(
        code_set, "build_board", lambda arch: build_board(arch, tmp_path / "board", lib)
    )


async def told(port, text):
    """Follow the console of a board until a line has that text; return the line."""

    class Told(Exception):
        pass

    def look(line):
        if text in line:
            raise Told(line)

    with pytest.raises(Told) as found:
        await asyncio.wait_for(asyncio.to_thread(follow, port, look), 30)
    return str(found.value)


async def test_a_set_that_runs_well_is_kept(tmp_path, config, monkeypatch):
    seconds = "_HEALTHY_S = const(%d)"
    changed_lib(tmp_path, monkeypatch, "hub/system/trial.py", seconds % 60, seconds % 10)
    async with simulated(tmp_path) as board:
        status, output = await run(board.port, "--config", config, "--code")
        assert status == 0, output
        assert "all was well for 10 s" in await told(board.port, "the update is kept")
        assert await choice_of(board) == {"set": 1}
        assert await origin(board) == "/set/hub/app.mpy"


async def test_a_set_that_does_not_start_is_taken_back(tmp_path, config, monkeypatch):
    changed_lib(tmp_path, monkeypatch, "hub/app.py", "import asyncio", "import nothing_like_it")
    monkeypatch.setattr(start, "START_S", 5)
    async with simulated(tmp_path) as board:
        status, output = await run(board.port, "--config", config, "--code")
        assert status == 1 and "no module named 'nothing_like_it'" in output
        # A reset leads to the prompt here; each look at it ends in another start.
        assert "nothing_like_it" in (await choice_of(board))["why"]
        assert not (await origin(board)).startswith("/set/")
        assert "nothing_like_it" in (await choice_of(board))["failed"]


async def test_a_set_that_does_not_arrive_whole_never_runs(tmp_path, config, monkeypatch):
    put = Board.put

    def cut(held, name, content, tell):
        put(held, name, content[:5000] if name.endswith(".set") else content, tell)

    async with simulated(tmp_path) as board:
        assert (await run(board.port, "--config", config))[0] == 0
        monkeypatch.setattr(Board, "put", cut)
        status, output = await run(board.port, "--code")
        assert status == 1
        assert "Not deployed: BadSet: it has 5000 of " in output
        assert not (await origin(board)).startswith("/set/")
        assert await choice_of(board) == {}


async def test_files_of_lib_from_before_there_were_sets_are_removed(tmp_path, config):
    async with simulated(tmp_path) as board:
        await at_prompt(board.port, lambda held: held.make_folders(["lib", "lib/hub"]))
        await at_prompt(board.port, lambda held: held.put("lib/hub/app.mpy", b"", print))
        status, output = await run(board.port, "--config", config)
        assert status == 0, output
        assert "1 files of lib removed: code is frozen, or a set of its own." in output
        assert not [name for name in await files_of(board) if name.startswith("lib")]


async def choice_of(board):
    """Return what stands in its choice of sets, {} where there is none."""
    data = await at_prompt(board.port, lambda held: held.read("sets/choice.json"))
    return json.loads(data) if data else {}


async def origin(board):
    """Return the file that the code of the running hub is from."""
    code = "import sys; print(sys.modules['hub.app'].__file__)"
    return (await at_prompt(board.port, lambda held: held.execute(code))).strip()


async def test_code_that_does_not_fit_is_told_of_before(tmp_path, config, monkeypatch):
    monkeypatch.setattr("plughub.board.start.START_S", 3)  # it never does
    micropython = tmp_path / "micropython"
    micropython.write_text(f'#!/bin/sh\nexec {need_micropython(32)} -X heapsize=150k "$@"\n')
    micropython.chmod(0o755)
    async with PTYBoard(micropython, tmp_path / "flash.img") as board:
        _, output = await run(board.port, "--config", config, "--code")
    assert output.startswith("Warning: Python has 1")
    assert "As files the hub and its page do not fit; the library does" in output


def failing(monkeypatch, name, times):
    """Have the writing of a file fail some times, as flash does that takes too long."""
    write = _Transport.fs_writefile
    left = [times]

    def fail(transport, path, content, *more):
        if path == f"/{name}.new" and left[0]:
            left[0] -= 1
            raise TransportError("timeout waiting for first EOF reception")
        return write(transport, path, content, *more)

    monkeypatch.setattr(_Transport, "fs_writefile", fail)


async def test_a_file_that_fails_is_named_and_tried_again(tmp_path, config, monkeypatch):
    failing(monkeypatch, "main.py", 2)
    async with simulated(tmp_path) as board:
        status, output = await run(board.port, "--config", config)
    assert status == 0, output
    line = "main.py could not be written: timeout waiting for first EOF reception; trying again\n"
    assert output.count(line) == 2


async def test_a_file_that_keeps_failing_ends_it_before_boot_py(tmp_path, config, monkeypatch):
    failing(monkeypatch, "main.py", 3)
    async with simulated(tmp_path) as board:
        status, output = await run(board.port, "--config", config)
        assert status == 1
        assert output.endswith(
            "Not deployed: main.py could not be written: timeout waiting for first EOF reception\n"
        )
        assert "boot.py" not in await files_of(board)


async def test_a_hub_that_does_not_start_is_told_with_its_error(tmp_path, config, monkeypatch):
    (tmp_path / "boot.py").write_text("")
    (tmp_path / "main.py").write_text("raise ValueError('no way')")
    monkeypatch.setattr("plughub.board.deploy.ROOT", tmp_path)
    monkeypatch.setattr("plughub.board.start.START_S", 3)
    async with simulated(tmp_path) as board:
        status, output = await run(board.port, "--config", config)
    assert status == 1
    assert "did not start within 3 s (ValueError: no way): `mpremote connect " in output


def test_no_board_is_one_clear_line(capsys):
    assert deploy("/dev/no-such-port") == 1
    assert (
        capsys.readouterr().out
        == "Not deployed: there is no /dev/no-such-port; boards were found at: none\n"
    )


async def test_a_port_where_nobody_answers_is_one_clear_line(monkeypatch):
    monkeypatch.setattr("plughub.board.prompt._BYTE_S", 0.2)
    monkeypatch.setattr("plughub.board.prompt._HOLD_ATTEMPTS", 2)
    async with await asyncio.start_server(lambda *_: None, "127.0.0.1", 0) as server:
        url = f"socket://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        status, output = await run(url)
    assert status == 1
    assert output == f"Not deployed: no prompt of MicroPython at {url}: could not enter raw repl\n"


async def test_a_port_that_goes_at_a_reset_is_opened_again(monkeypatch):
    monkeypatch.setattr("plughub.board.prompt._REOPEN_S", 0)
    connections = []

    async def serve(_, writer):
        connections.append(writer)
        if len(connections) > 1:
            writer.write(b"plughub runs: 0 plugs\n")
            await writer.drain()
        writer.close()

    def read(url):
        board = Board(url)
        board._open()
        lines = []
        while not lines:
            lines = board.read_lines()
        board.close()
        return lines

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        url = f"socket://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with asyncio.timeout(30):
            assert await asyncio.to_thread(read, url) == ["plughub runs: 0 plugs"]


def test_what_a_console_tells():
    start = Start()
    for line in (
        "     0.4 config.json: plugs[0].key: expected 16 characters",
        "MemoryError: memory allocation failed, allocating 512 bytes",
        "     1.5 my-hub runs: 0 plugs",
        "Set a password at http://my-hub.local/ with the set-up code 7F3K",
        "12:00:03 Wi-Fi: connected as my-hub, 192.168.1.20",
    ):
        start.take(line)
    assert start.faults == ["config.json: plugs[0].key: expected 16 characters"]
    assert start.exception == "MemoryError: memory allocation failed, allocating 512 bytes"
    assert (start.up, start.code) == ("my-hub runs: 0 plugs", "7F3K")
    assert start.address == ("my-hub", "192.168.1.20")


def test_architectures_are_those_of_micropython():
    assert architecture(2822) == "x64"
    assert architecture(1798) == "x86"
    assert architecture(10 << 10 | 0x306) == "xtensawin"
    assert architecture(0x306) is None

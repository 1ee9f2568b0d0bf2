"""What a board tells, and its prompt."""

import asyncio
import json

import pytest
from held_board import at_prompt
from interpreters import need_micropython
from newcomer import run, start
from terminal import Terminal

from fakeplug.ports import free_port
from plughub.board.prompt import Board
from plughub.board.start import watch
from plughub.cli import UNREACHABLE
from simulator.pty_board import PTYBoard


def with_a_hub(port):
    """Put a hub on a board, and wait until it runs."""
    config = {"web": {"port": free_port()}}
    with Board(port) as board:
        board.put("main.py", b"from hub.app import start\nstart()\n", print)
        board.put("config.json", json.dumps(config).encode(), print)
        board.restart()
        assert watch(board, has_network=False).up


async def test_the_console_is_followed_without_stopping_the_hub(tmp_path):
    async with PTYBoard(need_micropython("frozen"), tmp_path / "flash.img") as board:
        await asyncio.to_thread(with_a_hub, board.url)
        process = await start(tmp_path, "logs", board.url)
        try:
            async with asyncio.timeout(30):
                assert b"Listening at socket://" in await process.stderr.readline()
            await at_prompt(board.url, lambda held: None)  # it is started again
            async with asyncio.timeout(30):
                while b" runs: 0 plugs" not in (line := await process.stdout.readline()):
                    assert line, "it has ended"
        finally:
            process.terminate()
            await process.wait()


async def test_a_port_that_is_not_there_is_one_line(tmp_path):
    status, output, errors = await run(tmp_path, "logs", "/dev/no-such-port")
    assert (status, output) == (UNREACHABLE, "")
    assert errors.startswith("plughub: there is no /dev/no-such-port; boards were found at: ")


async def test_nobody_at_a_network_port_is_one_line(tmp_path):
    status, _, errors = await run(tmp_path, "logs", f"socket://127.0.0.1:{free_port()}")
    assert status == UNREACHABLE and errors.count("\n") == 1
    assert "cannot be opened: " in errors


@pytest.mark.parametrize("way", ["port", "url"])
async def test_the_prompt_of_a_board_is_opened(tmp_path, way):
    def talk(where):
        terminal = Terminal(tmp_path, "console", where)
        terminal.expect("Ctrl")  # how it is left
        terminal.type("\x02")  # Ctrl-B asks for the banner
        terminal.expect("MicroPython on a PC, as a board")
        terminal.type("\x1d")
        return terminal.end()

    async with PTYBoard(need_micropython("frozen"), tmp_path / "flash.img") as board:
        code, text = await asyncio.to_thread(talk, getattr(board, way))
    assert code == 0 and "Traceback" not in text


async def test_there_is_no_prompt_where_no_board_is(tmp_path):
    status, _, errors = await run(tmp_path, "console", "/dev/no-such-port")
    assert status == UNREACHABLE and errors.startswith("plughub: there is no /dev/no-such-port; ")

"""Deploys for real, by mpremote, onto a MicroPython behind a pseudo-terminal."""

import asyncio
import json
import socket

import pytest
from http_client import ask
from interpreters import need_micropython

from fakeplug import FakePlug
from plughub.board import Board
from plughub.build import architecture
from plughub.deploy import deploy
from simulator.pty_board import PTYBoard

ID = "bf0123456789abcdefghij"
KEY = "0123456789abcdef"


@pytest.mark.parametrize("bits", [64, 32])
async def test_deploy_and_run(tmp_path, capsys, bits):
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    async with (
        FakePlug(ID, KEY, "3.3", {1: True}) as plug,
        PTYBoard(need_micropython(bits), tmp_path / "flash.img") as pty,
    ):
        where = {"address": "127.0.0.1", "port": plug.port, "version": "3.3"}
        lamp = {"name": "lamp", "id": ID, "key": KEY} | where
        config = tmp_path / "home.json"
        config.write_text(json.dumps({"web": {"port": port, "auth": False}, "plugs": [lamp]}))

        rules = tmp_path / "my rules.json"
        do = {"plug": "lamp", "set": "on"}
        rules.write_text(json.dumps({"rules": [{"id": "a", "at": "06:30", "do": do}]}))

        assert await asyncio.to_thread(deploy, pty.port, config, rules) == 0
        first = capsys.readouterr().out
        assert f"takes {'x64' if bits == 64 else 'x86'} files" in first
        assert " 0 were the same" in first
        async with asyncio.timeout(20):
            await plug.wait_for(lambda p: p.received)
        status, plugs = await ask(port, "GET", "/api/v1/plugs")
        assert (status, plugs[0]["on"]) == (200, True)
        assert (await ask(port, "GET", "/"))[0] == 200
        assert "due at" in (await ask(port, "GET", "/api/v1/rules/a"))[1]["why"]

        # Once more, by TCP, over the running firmware: nothing differs but what we spoil.
        board = Board(pty.url)
        spoil = "import os; open('lib/hub/app.py', 'w').close(); os.remove('lib/hub/plug.mpy')"
        await asyncio.to_thread(board._exec, spoil)
        assert await asyncio.to_thread(deploy, pty.url) == 0
        second = capsys.readouterr().out
        assert "1 files of an older firmware removed" in second
        assert "1 files copied" in second
        async with asyncio.timeout(20):
            await plug.wait_for(lambda p: p.sessions)
        assert (await ask(port, "GET", "/api/v1/plugs"))[0] == 200


def test_no_board_is_one_clear_line(capsys):
    assert deploy("/dev/no-such-port") == 1
    assert "Not deployed: " in capsys.readouterr().out


def test_architectures_are_those_of_micropython():
    assert architecture(2822) == "x64"
    assert architecture(1798) == "x86"
    assert architecture(10 << 10 | 0x306) == "xtensawin"
    assert architecture(0x306) is None

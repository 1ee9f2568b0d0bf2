"""Backup and restore by a serial port: two boards behind pseudo-terminals, one of them empty."""

import asyncio
import json
import os
import stat

import pytest
from held_board import at_prompt
from http_client import ask
from interpreters import need_micropython
from typer.testing import CliRunner

from fakeplug import FakePlug
from fakeplug.ports import free_port
from plughub.__main__ import app
from plughub.backup.file import open_backup
from simulator.pty_board import PTYBoard

ID = "bf0123456789abcdefghij"
KEY = "s3cretLocalKey16"
PHRASE = "a long passphrase"
WIFI = {"ssid": "home", "password": "a secret word"}
RULES = {"rules": [{"id": "night", "at": "23:00", "do": {"plug": "lamp", "set": "off"}}]}
ENERGY = {ID: {"wh": 4711, "guess": 0, "last": None, "day": None, "days": [4711]}}


@pytest.fixture(autouse=True)
def passphrase(monkeypatch, tmp_path):
    monkeypatch.setenv("PLUGHUB_PASSPHRASE", PHRASE)
    monkeypatch.chdir(tmp_path)


def board_in(tmp_path, name, bits="frozen"):
    return PTYBoard(need_micropython(bits), tmp_path / f"{name}.img")


async def run(*words):
    """Run `plughub` as a shell would; return (status, output and complaints)."""
    result = await asyncio.to_thread(CliRunner().invoke, app, list(map(str, words)))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


async def put(port, **files):
    """Write files of a board, {name without ".json": value}, and start it."""

    def work(board):
        for name, value in files.items():
            board.put(f"{name}.json", json.dumps(value).encode(), print)

    await at_prompt(port, work)


def a_home(plug, port):
    where = {"address": "127.0.0.1", "port": plug.port, "version": "3.3"}
    lamp = {"name": "lamp", "id": ID} | where
    config = {"name": "attic", "wifi": {"ssid": "home"}, "web": {"port": port, "auth": False}}
    return config | {"plugs": [lamp]}


SECRETS = {"wifi": WIFI["password"], "plugs": {ID: KEY}}


async def test_a_dead_board_is_another_one_with_the_same_home(tmp_path):
    port = free_port()
    async with FakePlug(ID, KEY, "3.3", {1: True, 18: 417, 19: 957, 20: 2304}) as plug:
        async with board_in(tmp_path, "old") as board:
            files = {"config": a_home(plug, port), "secrets": SECRETS, "rules": RULES}
            await put(board.port, **files, energy=ENERGY)
            status, output = await run("backup", board.port)
            assert status == 0, output
        (path,) = tmp_path.glob("attic-*.backup")
        assert f"{path.name}: config.json, secrets.json, rules.json, energy.json" in output
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
        data = path.read_bytes()
        for secret in (KEY, WIFI["password"], PHRASE):
            assert secret.encode() not in data and secret not in output

        async with board_in(tmp_path, "new") as board:
            status, output = await run("restore", board.url, path)
            assert status == 0, output
            assert "attic runs: 1 plugs." in output and KEY not in output
            async with asyncio.timeout(20):
                await plug.wait_for(lambda p: p.received)
            _, plugs = await ask(port, "GET", "/api/v1/plugs")
            assert plugs[0]["on"] is True and plugs[0]["energy"] >= 4.711
            body = {"on": False}
            status, _ = await ask(port, "PUT", "/api/v1/plugs/lamp/switch", body)
            assert status == 200 and plug.dps[1] is False
            assert (await ask(port, "GET", "/api/v1/rules"))[1] == RULES
            found = await at_prompt(board.port, lambda held: held.hashes([""]))
            assert "/kept/energy.json" in found
            assert not [n for n in found if n.endswith(("/upload.json", ".next"))]


async def test_a_wrong_passphrase_or_a_damaged_file_leaves_a_board_alone(tmp_path, monkeypatch):
    async with board_in(tmp_path, "old") as board:
        await put(board.port, config={"name": "cellar"}, secrets={"wifi": "x"})
        path = tmp_path / "x.backup"
        status, output = await run("backup", board.port, path)
        assert status == 0, output
        await put(board.port, config={"name": "attic", "led": None})
        before = await at_prompt(board.port, lambda held: held.hashes([""]))
        monkeypatch.setenv("PLUGHUB_PASSPHRASE", "another passphrase")
        status, output = await run("restore", board.port, path)
        assert status == 1
        assert "The passphrase is wrong, or the backup is damaged" in " ".join(output.split())
        monkeypatch.setenv("PLUGHUB_PASSPHRASE", PHRASE)
        path.write_bytes(path.read_bytes()[:-1])
        status, output = await run("restore", board.port, path)
        assert status == 1 and "cut off" in output
        assert await at_prompt(board.port, lambda held: held.hashes([""])) == before


async def test_what_the_board_cannot_bear_it_refuses_in_words(tmp_path):
    plugs = [
        {"name": f"plug {i}", "id": f"bf{i:018}", "key": "0" * 16, "address": "192.0.2.1"}
        for i in range(30)
    ]
    path = tmp_path / "x.backup"
    micropython = tmp_path / "micropython"
    interpreter = need_micropython("frozen")
    micropython.write_text(f'#!/bin/sh\nexec {interpreter} -X heapsize=200k "$@"\n')
    micropython.chmod(0o755)
    async with PTYBoard(micropython, tmp_path / "small.img") as board:
        await put(board.port, config={"plugs": plugs})
        assert (await run("backup", board.port, path))[0] == 0
        await put(board.port, config={"name": "attic"})
        before = await at_prompt(board.port, lambda held: held.hashes([""]))
        status, output = await run("restore", board.port, path)
        assert status == 1 and "30 plugs and all else need about" in " ".join(output.split())
        assert await at_prompt(board.port, lambda held: held.hashes([""])) == before


async def test_without_a_passphrase_there_are_no_secrets_and_it_says_so(tmp_path, monkeypatch):
    monkeypatch.delenv("PLUGHUB_PASSPHRASE")
    path = tmp_path / "x.backup"
    async with FakePlug(ID, KEY, "3.3", {1: True}) as plug:
        async with board_in(tmp_path, "old") as board:
            await put(board.port, config=a_home(plug, free_port()), secrets=SECRETS)
            status, output = await run("backup", board.port, path)
            assert status == 2 and "--no-passphrase" in output
            status, output = await run("backup", board.port, path, "--no-passphrase")
            assert status == 0 and "It has no secrets" in output
            data = path.read_bytes()
            assert KEY.encode() not in data and WIFI["password"].encode() not in data
            assert b"ssid" not in data and not open_backup(data).header.has_secrets
        async with board_in(tmp_path, "new") as board:
            status, output = await run("restore", board.port, path)
            assert status == 0 and "lamp has no key in this backup" in " ".join(output.split())


async def test_a_board_without_backups_is_told_what_to_do(tmp_path):
    async with board_in(tmp_path, "stock", 32) as board:
        path = tmp_path / "x.backup"
        status, output = await run("backup", board.port, path)
        assert status == 1 and "There is no config.json on this board yet" in output
        await put(board.port, config={"name": "attic"})
        assert (await run("backup", board.port, path))[0] == 0
        status, output = await run("restore", board.port, path)
        assert status == 1 and "cannot restore backups" in " ".join(output.split())


async def test_no_board_and_no_file_have_codes_of_their_own(tmp_path):
    status, output = await run("backup", "/dev/no-such-port")
    assert status == 4 and "there is no /dev/no-such-port" in output
    assert (await run("restore", "/dev/no-such-port", tmp_path / "none"))[0] == 3
    (tmp_path / "x").write_text("{}")
    status, output = await run("restore", "/dev/no-such-port", tmp_path / "x")
    assert status == 1 and "This is not a backup of Plughub" in output

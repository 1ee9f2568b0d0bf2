"""A home by HTTP from one simulated board onto another, and what somebody hears who listens."""

import asyncio
import json

import pytest
from http_client import ask
from interpreters import need_micropython
from locked_home import PASSWORD, first_token
from simulated_home import ID, KEY, config_for, lamp, until
from typer.testing import CliRunner

from fakeplug import FakePlug
from fakeplug.ports import free_port
from hub.system.store import ENERGY_FILE
from plughub.__main__ import app
from plughub.backup.file import open_backup
from plughub.checkout import prepare_flash, simulated

PHRASE = "a long passphrase"
RESTORE = "/api/v1/restore"
RULES = {"rules": [{"id": "night", "at": "23:00", "do": {"plug": "lamp", "set": "off"}}]}
ENERGY = {ID: {"wh": 4711, "guess": 0, "last": None, "day": None, "days": [4711]}}
SECRETS = (KEY, "a secret word", PHRASE)


@pytest.fixture(autouse=True)
def words(monkeypatch, tmp_path):
    monkeypatch.setenv("PLUGHUB_PASSPHRASE", PHRASE)
    monkeypatch.setenv("PLUGHUB_PASSWORD", PASSWORD)
    monkeypatch.chdir(tmp_path)


class Ear:
    """Stands between a client and a hub, and keeps all that passes."""

    def __init__(self, port):
        self._port = port
        self.heard = b""

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *exception):
        self._server.close()

    async def _serve(self, reader, writer):
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError:
            writer.close()
            return
        await asyncio.gather(self._pass(reader, back), self._pass(there, writer))

    async def _pass(self, reader, writer):
        try:
            while data := await reader.read(4096):
                self.heard += data
                writer.write(data)
        except ConnectionError:
            pass
        finally:
            writer.close()


async def run(*words):
    """Run `plughub` as a shell would; return (status, output and complaints)."""
    result = await asyncio.to_thread(CliRunner().invoke, app, list(map(str, words)))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, " ".join(result.output.split())


def a_flash(folder, config, rules=None, energy=None):
    flash = prepare_flash(folder, config, rules)
    if energy:  # where older firmware has kept it
        (flash / "energy.json").write_text(json.dumps(energy))
    return flash


async def with_password(board, port):
    """Set the first password of a board."""
    code = (await board.expect(r"set-up code (\w{12})"))[1]
    return await first_token(port, code)


async def test_a_home_moves_to_an_empty_board_and_nobody_hears_its_secrets(tmp_path, micropython):
    port = free_port()
    path = tmp_path / "home.backup"
    async with FakePlug(ID, KEY, "3.3", {1: False, 9: 0, 18: 417, 19: 957}) as plug:
        config = config_for(lamp(plug), web={"port": port}, name="attic")
        flash = a_flash(tmp_path / "old", config, RULES, ENERGY)
        async with simulated(flash, micropython) as board, Ear(port) as ear:
            await with_password(board, port)
            await board.expect("lamp: online")
            status, output = await run("backup", f"http://127.0.0.1:{ear.port}", path)
            assert status == 0, output
            assert "config.json, secrets.json, rules.json" in output
            assert not (flash / "backup.tmp").exists()
            assert (await ask(port, "GET", "/health"))[0] == 200
            opened = open_backup(path.read_bytes(), lambda: PHRASE)
            heard = ear.heard
        assert json.loads(opened.files["secrets.json"])["plugs"] == {ID: KEY}
        assert json.loads(opened.files[ENERGY_FILE])[ID]["wh"] >= 4711
        for secret in (*SECRETS, PASSWORD, opened.key.hex()):
            assert secret.encode() not in heard, secret

        empty = a_flash(tmp_path / "new", {"web": {"port": port}, "plugs": []})
        async with simulated(empty, micropython) as board, Ear(port) as ear:
            token = await with_password(board, port)
            await refuses_what_is_damaged(port, token, path.read_bytes(), empty)
            url = f"http://127.0.0.1:{ear.port}"
            restoring = asyncio.create_task(run("restore", url, path))
            assert await asyncio.wait_for(board.ended(), 30) == 5
            heard = ear.heard
            async with simulated(empty, micropython) as again:
                await again.expect("attic runs: 1 plugs")
                await again.expect("lamp: online")
                status, output = await restoring
                assert status == 0, output
                assert "Restored: config.json, secrets.json" in output
                body = {"on": True}
                switch = "/api/v1/plugs/lamp/switch"
                status, state = await ask(port, "PUT", switch, body, token=token)
                assert status == 200 and state["energy"] >= 4.711
                await until(plug, lambda p: p.dps[1] is True)
                assert (await ask(port, "GET", "/api/v1/rules", token=token))[1] == RULES
        for secret in (*SECRETS, PASSWORD, opened.key.hex()):
            assert secret.encode() not in heard, secret
        nothing_is_half_done(empty)


def nothing_is_half_done(flash):
    left = {file.name for file in flash.rglob("*")}
    assert not [name for name in left if name.endswith((".next", ".new", ".tmp"))]
    assert not left & {"upload.json", "commit"}


async def refuses_what_is_damaged(port, token, whole, flash):
    before = sorted(file.name for file in flash.iterdir())
    for content in (b"", b"x" * 3000, whole[:700], whole):  # the last one without its key
        assert (await ask(port, "POST", RESTORE, content, token=token))[0] == 400
    (flash.parent / "bent").write_bytes(whole[:-20] + b"x" * 20)
    assert (await run("restore", f"localhost:{port}", flash.parent / "bent"))[0] == 1
    assert sorted(file.name for file in flash.iterdir()) == before
    nothing_is_half_done(flash)


async def test_without_a_password_there_is_only_the_backup_without_secrets(tmp_path, micropython):
    path = tmp_path / "home.backup"
    async with FakePlug(ID, KEY, "3.3", {1: False}) as plug:
        config = config_for(lamp(plug))
        port = config["web"]["port"]
        flash = a_flash(tmp_path / "flash", config)
        async with simulated(flash, micropython) as board:
            await board.expect("lamp: online")
            status, output = await run("backup", f"localhost:{port}", path)
            assert status == 4 and "--no-passphrase" in output and not path.exists()
            status, output = await run("backup", f"localhost:{port}", path, "--no-passphrase")
            assert status == 0 and "It has no secrets" in output
            data = path.read_bytes()
            assert not any(secret.encode() in data for secret in SECRETS)
            # Onto the same board, which has the keys.
            restoring = asyncio.create_task(run("restore", f"localhost:{port}", path))
            assert await asyncio.wait_for(board.ended(), 30) == 5
            async with simulated(flash, micropython) as again:
                await again.expect("lamp: online")
                status, output = await restoring
                assert status == 0 and "has no key" not in output, output
        kept = json.loads((flash / "config.json").read_text())
        assert kept["wifi"] == {"ssid": "home"}
        assert json.loads((flash / "secrets.json").read_text())["wifi"] == "a secret word"


async def test_what_the_hub_says_no_to_is_told_with_a_code(tmp_path, monkeypatch):
    micropython = need_micropython(64)
    path = tmp_path / "home.backup"
    port = free_port()
    flash = a_flash(tmp_path / "flash", {"web": {"port": port}})
    async with simulated(flash, micropython) as board:
        await board.expect("runs: 0 plugs")
        status, output = await run("backup", f"localhost:{port}", path)
        assert status == 4 and "has no password" in output
        await with_password(board, port)
        monkeypatch.setenv("PLUGHUB_PASSWORD", "a wrong password")
        status, output = await run("backup", f"localhost:{port}", path)
        assert status == 4 and "The password is wrong" in output
        monkeypatch.setenv("PLUGHUB_TOKEN", "0" * 32)
        status, output = await run("backup", f"localhost:{port}", path, "--no-passphrase")
        assert status == 4 and "does not know the token" in output
    status, output = await run("backup", f"localhost:{port}", path, "--no-passphrase")
    assert status == 4 and "does not answer" in output
    status, output = await run("backup", "http://", path, "--no-passphrase")
    assert status == 2 and not path.exists()


async def test_a_power_cut_between_the_answer_and_the_restart_finishes_it(tmp_path):
    micropython = need_micropython("frozen")
    config = {"name": "attic", "web": {"port": free_port(), "auth": False}}
    port = config["web"]["port"]
    flash = a_flash(tmp_path / "flash", config)
    path = tmp_path / "home.backup"
    async with simulated(flash, micropython) as board:
        await board.expect("attic runs: 0 plugs")
        status, output = await run("backup", f"localhost:{port}", path, "--no-passphrase")
        assert status == 0, output
    a_flash(tmp_path / "flash", config | {"name": "cellar"}, RULES | {"rules": []})
    async with simulated(flash, micropython) as board:
        await board.expect("cellar runs")
        assert (await ask(port, "POST", RESTORE, path.read_bytes()))[0] == 200
        assert json.loads((flash / "config.json").read_text())["name"] == "cellar"
        await board.cut_power()
    async with simulated(flash, micropython) as board:
        await board.expect("attic runs: 0 plugs")

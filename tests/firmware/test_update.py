"""A firmware over the air, on a board in the simulator with two slots."""

import asyncio
import json
import os
import shutil

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from http_client import ask
from interpreters import need_micropython
from jsonschema import Draft202012Validator
from newcomer import run
from simulated_home import config_for

from plughub import ROOT
from plughub.checkout import prepare_flash, simulated
from plughub.firmware.openapi import describe
from plughub.update import file

UPDATE = "/api/v1/update"
BOARD = "standard"  # what the interpreter of a PC is built for
FIRMWARE = b"\xe9" + os.urandom(50000)


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """Two RSA keys as PEM files: the one that the firmware knows, and another one."""
    folder = tmp_path_factory.mktemp("keys")
    paths = []
    for name in ("right.pem", "other.pem"):
        key = rsa.generate_private_key(65537, 2048)
        paths.append(folder / name)
        paths[-1].write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
    return paths


class Board:
    """A board with two slots that runs in the simulator, and knows the public half of a key."""

    def __init__(self, tmp_path, key):
        self.folder = tmp_path / "board"
        self.folder.mkdir()
        self.config = config_for()
        del self.config["relays"], self.config["led"], self.config["buttons"]
        self.port = self.config["web"]["port"]
        self.flash = prepare_flash(self.folder, self.config, None)
        (self.flash / "update_key.py").write_text(f"MODULUS = {file.modulus_of(key)!r}\n")
        self.write_slots(running="ota_0", boot="ota_0", is_proved=True)

    def write_slots(self, **state):
        (self.flash / ".slots").write_text(json.dumps(state))

    def be_quick(self):
        """Have three seconds be a minute of health."""
        lib = shutil.copytree(ROOT / "lib", self.flash / "lib", dirs_exist_ok=True)
        source = lib / "hub" / "system" / "trial.py"
        minute = "_HEALTHY_S = const(%d)"
        assert minute % 60 in source.read_text()
        source.write_text(source.read_text().replace(minute % 60, minute % 3))

    def slots(self):
        return json.loads((self.flash / ".slots").read_text())

    async def faults(self):
        return (await ask(self.port, "GET", "/api/v1/system"))[1]["faults"]


def an_update(tmp_path, key, version="2.0.0", board=BOARD):
    update = file.make("firmware", FIRMWARE, version, board)
    path = tmp_path / f"{version}.update"
    path.write_bytes((file.signed(update, file.read_key(key)) if key else update).packed())
    return path


async def updated(tmp_path, home, path, *words):
    """Run the command; return (status, all that it has printed)."""
    words = ("update", f"127.0.0.1:{home.port}", str(path), "--yes", *words)
    status, output, errors = await run(tmp_path, *words)
    return status, output + errors


async def test_it_is_written_beside_what_runs_and_kept_when_all_was_well(tmp_path, keys):
    home = Board(tmp_path, keys[0])
    home.be_quick()
    async with simulated(home.flash, need_micropython(64)) as board:
        await board.expect("plughub runs")
        working = asyncio.create_task(updated(tmp_path, home, an_update(tmp_path, keys[0])))
        await board.expect("@ reset")
    assert home.slots()["boot"] == "ota_1"
    assert (home.flash / ".ota_1").read_bytes()[: len(FIRMWARE)] == FIRMWARE
    async with simulated(home.flash, need_micropython(64)):
        status, output = await working
        assert status == 0, output
        assert "firmware 2.0.0 for standard, 50,001 bytes, signed" in output
        assert "It is kept" in output
        state = home.slots()
        assert state == {"running": "ota_1", "boot": "ota_1", "is_proved": True}
        assert not (home.flash / "firmware.json").exists() and not await home.faults()


async def test_who_is_not_vouched_for_is_refused_before_a_byte_is_written(tmp_path, keys):
    home = Board(tmp_path, keys[0])
    async with simulated(home.flash, need_micropython(64)) as board:
        await board.expect("plughub runs")
        for key, words, expected in (
            (keys[1], (), "its signature is not by the key of this firmware"),
            (keys[1], ("--unsigned",), "its signature is not by the key of this firmware"),
            (None, (), "it is not signed: nobody vouches for it"),
        ):
            status, output = await updated(tmp_path, home, an_update(tmp_path, key), *words)
            assert status == 1 and expected in output, output
        path = an_update(tmp_path, keys[0], board="PLUGHUB_ESP32C3")
        status, output = await updated(tmp_path, home, path)
        assert status == 1 and "it is for PLUGHUB_ESP32C3, and this is standard" in output
        assert not (home.flash / ".ota_1").exists()


async def test_a_firmware_that_does_not_live_gives_way_and_is_told_of(tmp_path, keys):
    """The power is cut in its first minute: the bootloader has what ran before."""
    home = Board(tmp_path, keys[0])
    path = an_update(tmp_path, keys[0])
    async with simulated(home.flash, need_micropython(64)) as board:
        await board.expect("plughub runs")
        working = asyncio.create_task(updated(tmp_path, home, path))
        await board.expect("@ reset")
    async with simulated(home.flash, need_micropython(64)) as board:
        await board.expect("plughub runs")
        assert home.slots()["running"] == "ota_1" and not home.slots()["is_proved"]
        await board.cut_power()
    async with simulated(home.flash, need_micropython(64)):
        text = "firmware 2.0.0 was taken back: it did not run well in its first minute"
        status, output = await working
        assert status == 1 and text in output and "What ran before runs again" in output
        assert home.slots()["running"] == "ota_0"
        assert await home.faults() == [text]


async def test_power_cuts_while_it_is_written_change_nothing(tmp_path, keys):
    home = Board(tmp_path, keys[0])
    update = file.read(an_update(tmp_path, keys[0]))
    for pieces in range(4):
        async with simulated(home.flash, need_micropython(64)) as board:
            await board.expect("plughub runs")
            assert (await ask(home.port, "POST", UPDATE, update.about))[1] == {"at": 0}
            for number in range(pieces):
                at = 16384 * number
                piece = update.data[at : at + 16384]
                status, answer = await ask(home.port, "PUT", f"{UPDATE}?at={at}", piece)
                assert status == 200, answer
            await board.cut_power()
        assert home.slots()["boot"] == "ota_0"


async def test_the_answers_are_as_the_api_describes_them(tmp_path, keys):
    described = describe()
    schemas = {
        (method, path): described["paths"][path][method]["responses"]["200"]["content"]
        for method, path in (("get", UPDATE), ("post", UPDATE), ("delete", UPDATE))
    }
    home = Board(tmp_path, keys[0])
    update = file.read(an_update(tmp_path, keys[0]))
    async with simulated(home.flash, need_micropython(64)) as board:
        await board.expect("plughub runs")
        for method, body in (("get", None), ("post", update.about), ("get", None), ("delete", {})):
            status, answer = await ask(home.port, method.upper(), UPDATE, body)
            assert status == 200, answer
            schema = schemas[method, UPDATE]["application/json"]["schema"]
            components = {"components": described["components"]}
            Draft202012Validator(schema | components).validate(answer)


async def test_a_board_with_a_single_slot_says_what_to_do(tmp_path, keys):
    home = Board(tmp_path, keys[0])
    (home.flash / ".slots").unlink()
    async with simulated(home.flash, need_micropython("frozen")) as board:
        await board.expect("plughub runs")
        status, answer = await ask(home.port, "GET", "/api/v1/update")
        assert status == 404 and "changed by cable: plughub flash" in answer["detail"]
        status, output = await updated(tmp_path, home, an_update(tmp_path, keys[0]))
        assert status == 3 and "changed by cable" in output

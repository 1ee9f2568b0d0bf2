"""A firmware of one's own: its boards, their partitions and manifests, and how it is built."""

import importlib.util
import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
import yaml
from interpreters import missing
from typer.testing import CliRunner

from plughub import BUILD, ROOT
from plughub.__main__ import app
from plughub.firmware import idf
from plughub.firmware.assets import build_assets, write_update_key
from plughub.firmware.manifest import read_manifest
from plughub.firmware.partitions import read_partitions

BOARDS = ("PLUGHUB_ESP32", "PLUGHUB_ESP32C3", "PLUGHUB_ESP32S3")
FLASH = 4 << 20
SECTOR = 0x1000
APPLICATION_ALIGNMENT = 0x10000
SOURCE = BUILD / "micropython" / "source"
WORKFLOW = ROOT / ".github" / "workflows" / "release.yml"


def build(*arguments):
    result = CliRunner().invoke(app, ["firmware", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


def test_the_partitions_fill_the_flash_and_nothing_overlaps():
    partitions = read_partitions(idf.BOARDS / "partitions.csv")
    end = 0x9000  # behind the bootloader and the table itself
    for partition in partitions:
        assert partition.offset == end, partition.name
        assert partition.size % SECTOR == 0
        if partition.kind == "app":
            assert partition.offset % APPLICATION_ALIGNMENT == 0
        end = partition.offset + partition.size
    assert end == FLASH
    sizes = {partition.name: partition.size for partition in partitions}
    assert sizes["ota_0"] == sizes["ota_1"] == 0x1D0000
    assert sizes["vfs"] == 320 * 1024


def test_the_boards_are_those_that_are_told_of():
    assert idf.board_names() == [*BOARDS]


@pytest.mark.parametrize("board", BOARDS)
def test_a_board_takes_what_all_have_and_leaves_bluetooth_out(tmp_path, board):
    if not shutil.which("cmake"):
        pytest.skip("there is no cmake")
    port = tmp_path / "port"
    suffix = {"PLUGHUB_ESP32": "", "PLUGHUB_ESP32S3": "_S3", "PLUGHUB_ESP32C3": "_C3"}[board]
    own = port / "boards" / f"ESP32_GENERIC{suffix}"
    own.mkdir(parents=True)
    (own / "mpconfigboard.cmake").write_text(
        "set(SDKCONFIG_DEFAULTS boards/sdkconfig.base boards/sdkconfig.ble)\n"
    )
    script = tmp_path / "script.cmake"
    script.write_text(
        "include(${MICROPY_BOARD_DIR}/mpconfigboard.cmake)\n"
        'message("${SDKCONFIG_DEFAULTS}")\nmessage("${MICROPY_FROZEN_MANIFEST}")\n'
    )
    folder = idf.BOARDS / board
    command = ["cmake", f"-DMICROPY_BOARD_DIR={folder}", "-P", str(script)]
    result = subprocess.run(command, cwd=port, capture_output=True, text=True, check=True)
    settings, manifest = result.stderr.splitlines()
    boards = f"{folder}/.."
    base, shared, partitions = settings.split(";")
    assert base == "boards/sdkconfig.base"
    assert os.path.samefile(shared, f"{boards}/sdkconfig.plughub")
    assert os.path.samefile(manifest, f"{boards}/manifest.py")
    name, path = (port / partitions).read_text().strip().split("=")
    assert name == "CONFIG_PARTITION_TABLE_CUSTOM_FILENAME"
    assert os.path.samefile(path.strip('"'), f"{boards}/partitions.csv")
    assert "MICROPY_PY_BLUETOOTH (0)" in (folder / "mpconfigboard.h").read_text()


@pytest.fixture
def made():
    """What is made before a manifest is read."""
    build_assets()
    write_update_key(b"")


def test_the_manifest_adds_the_hub_to_what_the_port_freezes(made):
    hub = {source.name for source in read_manifest(ROOT / "firmware" / "manifest.py")}
    found = {source.name for source in read_manifest(idf.BOARDS / "manifest.py")}
    lib = ROOT / "lib"
    more = {
        path.relative_to(lib).as_posix()
        for folder in ("hub/cloud", "hub/update", "hub/web/update")
        for path in (lib / folder).glob("*.py")
    }
    more |= {"hub/net/https.py", "hub/net/fallback.py", "update_key.py", "tuya/cloud.py"}
    more |= {"tuya/cloud_errors.py", "tuya/cloud_points.py", "tuya/cloud_sign.py"}
    assert hub < found and found - hub == more  # MicroPython's own is not at hand


def test_micropython_reads_the_manifest_the_same_way(tmp_path, made):
    if not (SOURCE / "complete").exists():
        missing("no source of MicroPython: make build/.micropython-frozen says why")
    spec = importlib.util.spec_from_file_location("theirs", SOURCE / "tools" / "manifestfile.py")
    theirs = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(theirs)
    port = tmp_path / "boards" / "manifest.py"
    port.parent.mkdir()
    port.write_text("")
    manifest = theirs.ManifestFile(
        theirs.MODE_FREEZE,
        {"MPY_DIR": str(SOURCE), "PORT_DIR": str(tmp_path), "MPY_LIB_DIR": None},
    )
    manifest.execute(str(idf.BOARDS / "manifest.py"))
    ours = read_manifest(idf.BOARDS / "manifest.py")
    assert {(f.target_path, f.full_path, f.opt) for f in manifest.files()} == {
        (source.name, str(source.path), source.optimisation) for source in ours
    }


@pytest.fixture
def checkout(tmp_path):
    (tmp_path / "mp" / "ports" / "esp32").mkdir(parents=True)
    return tmp_path / "mp"


class FakeBuild:
    """In place of subprocess.run(): keeps the commands, and leaves an application."""

    def __init__(self, folder):
        self.commands = []
        self.size = 1_700_000
        self.status = 0
        self._application = folder / "firmware" / "PLUGHUB_ESP32" / "micropython.bin"

    def run(self, command, env, check):
        assert not {"MAKEFLAGS", "BOARD", "PYTHONPATH"} & env.keys()
        self.commands.append(command)
        status = 0
        if command[0] == "git":
            Path(command[-1]).mkdir(parents=True)
        elif "ports/esp32" in " ".join(command) and "submodules" not in command[-1]:
            self._application.write_bytes(bytes(self.size))
            status = self.status
        return subprocess.CompletedProcess(command, status)


@pytest.fixture
def fake(tmp_path, monkeypatch):
    fake = FakeBuild(tmp_path / "build")
    monkeypatch.setenv("MAKEFLAGS", "PORT=/dev/ttyUSB0")
    monkeypatch.setattr(idf, "BUILD", tmp_path / "build")
    monkeypatch.setattr(idf, "build_assets", lambda: None)
    monkeypatch.setattr(idf, "write_update_key", lambda modulus: None)
    monkeypatch.setattr(idf.subprocess, "run", fake.run)
    monkeypatch.delenv("IDF_PATH", raising=False)
    return fake


def test_it_is_built_by_the_esp_idf_that_is_given(tmp_path, checkout, fake):
    (tmp_path / "idf").mkdir()
    export = tmp_path / "idf" / "export.sh"
    export.touch()
    status, output = build("--micropython", checkout, "--idf", tmp_path / "idf")
    assert status == 0
    made = tmp_path / "build" / "firmware" / "PLUGHUB_ESP32"
    assert f"{made}/firmware.bin is what `plughub flash --stock` writes.\n" in output
    assert "The application takes 1,700,000 of 1,900,544 bytes, 200,544 are left.\n" in output
    port, what = checkout / "ports" / "esp32", f"BOARD_DIR={idf.BOARDS}/PLUGHUB_ESP32"
    lines = [command[2].split(" && ")[1] for command in fake.commands]
    assert all(command[::3] == ["bash", str(export)] for command in fake.commands)
    assert lines[0].startswith(f"make -C {checkout}/mpy-cross -j")
    assert lines[1] == f"make -C {port} BOARD=PLUGHUB_ESP32 {what} BUILD={made} submodules"
    assert re.fullmatch(rf"make -C {port} -j\d+ BOARD=PLUGHUB_ESP32 {what} BUILD={made}", lines[2])


def commands_on_path(tmp_path, monkeypatch, *names):
    """Have PATH find these commands and no others."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in names:
        (folder / name).write_text("#!/bin/sh\n")
        (folder / name).chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", str(folder))


def test_it_is_built_in_the_container_where_there_is_none(tmp_path, checkout, fake, monkeypatch):
    commands_on_path(tmp_path, monkeypatch, "docker")
    status, _ = build("--micropython", checkout)
    assert status == 0
    command = fake.commands[-1]
    assert command[:3] == ["docker", "run", "--rm"]
    assert f"--volume={ROOT}:{ROOT}" in command
    assert f"--volume={checkout}:{checkout}" in command
    assert command[command.index(idf.CONTAINER) + 1] == "make"


def test_the_esp_idf_of_the_environment_is_enough(tmp_path, checkout, fake, monkeypatch):
    commands_on_path(tmp_path, monkeypatch, "idf.py", "docker", "git")
    monkeypatch.setenv("IDF_PATH", "/idf")
    assert build()[0] == 0
    clone = fake.commands[0]
    assert clone[:4] == ["git", "clone", "--depth=1", f"--branch={idf.MICROPYTHON_TAG}"]
    assert fake.commands[1][0] == "make"


@pytest.mark.parametrize("status", [0, 2])
def test_an_application_that_does_not_fit_is_told_in_words(tmp_path, checkout, fake, status):
    fake.size, fake.status = 0x1D0000 + 1234, status
    (tmp_path / "export.sh").touch()
    code, output = build("--micropython", checkout, "--idf", tmp_path)
    assert code == 1
    assert output == (
        "Not built: the application has 1,901,778 bytes, 1,234 more than its partition in"
        " firmware/boards/partitions.csv\n"
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--board", "NO"), f"there is no board NO, but {', '.join(BOARDS)}"),
        (("--micropython", ROOT / "lib"), f"{ROOT / 'lib'} is no checkout of MicroPython"),
        (("--idf", ROOT / "lib"), f"{ROOT / 'lib'} is no ESP-IDF: it has no export.sh"),
        ((), "it takes an ESP-IDF (--idf, or IDF_PATH), or Docker"),
    ],
)
def test_what_is_missing_is_told_in_one_line(tmp_path, fake, monkeypatch, arguments, words):
    tools = () if not arguments else ("docker",)
    commands_on_path(tmp_path, monkeypatch, *tools)
    status, output = build(*arguments)
    assert (status, fake.commands) == (1, [])
    assert output.startswith(f"Not built: {words}")
    assert output.count("\n") == 1


def test_the_workflow_builds_what_there_is():
    workflow = yaml.safe_load(WORKFLOW.read_text())
    job = workflow["jobs"]["build"]
    assert sorted(job["strategy"]["matrix"]["board"]) == [*BOARDS]
    assert job["container"] == idf.CONTAINER
    [source] = [step["with"] for step in job["steps"] if "ref" in step.get("with", {})]
    assert source["ref"] == idf.MICROPYTHON_TAG
    assert source["path"] == f"build/micropython-{idf.MICROPYTHON_TAG}"
    commands = "\n".join(step.get("run", "") for step in job["steps"])
    assert "make firmware BOARD=${{ matrix.board }}" in commands
    assert "built=build/firmware/${{ matrix.board }}\n" in commands
    assert '"$built/firmware.bin"' in commands and '"$built/micropython.bin"' in commands

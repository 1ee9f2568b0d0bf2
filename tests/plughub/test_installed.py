"""`pip install`: the library alone, and the command from the installed package."""

import asyncio
import subprocess
import sys
import zipfile

import pytest
from stock_firmware import Stock

from freeze.freezer import Firmware
from plughub import ROOT

LIBRARY = """
import sys, tuya
before = set(sys.modules)
assert tuya.Device("bf00", "192.0.2.5", "0123456789abcdef")
import tuya.sync
assert not {"typer", "rich", "hub"} & set(sys.modules), "only what the library needs"
print(tuya.__file__)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Return a folder that has what the wheel installs."""
    folder = tmp_path_factory.mktemp("wheel")
    words = ("-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation")
    subprocess.run([sys.executable, *words, "--wheel-dir", folder, ROOT], check=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as file:
        file.extractall(folder / "site")
    return folder / "site"


def run(installed, *words, **environment):
    known = {"PYTHONPATH": str(installed), "PATH": "/usr/bin:/bin", "COLUMNS": "100"}
    return subprocess.run(
        [sys.executable, *words],
        env=known | environment,
        cwd=installed.parent,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_library_stands_alone(installed):
    found = run(installed, "-c", LIBRARY)
    assert found.returncode == 0, found.stderr
    assert str(installed) in found.stdout
    assert (installed / "tuya" / "py.typed").exists() and (
        installed / "tuya" / "sync.pyi"
    ).exists()
    (metadata,) = installed.glob("*.dist-info/METADATA")
    needed = [line for line in metadata.read_text().splitlines() if "Requires-Dist" in line]
    assert [line for line in needed if "extra ==" not in line] == [
        "Requires-Dist: cryptography>=42"
    ]


def test_without_what_it_needs_the_command_says_so(installed):
    broken = "import sys; sys.modules['typer'] = None; from plughub.entry import main; main()"
    found = run(installed, "-c", broken)
    assert found.returncode == 1 and "plughub[cli]" in found.stderr
    assert "Traceback" not in found.stderr


def test_the_package_has_all_that_is_frozen(installed, tmp_path):
    stock, out = tmp_path / "stock.bin", tmp_path / "out.bin"
    stock.write_bytes(Stock().build())
    found = run(installed, "-m", "plughub", "image", stock, out, XDG_CACHE_HOME=str(tmp_path))
    assert found.returncode == 0, found.stdout + found.stderr
    names = set(Firmware(out.read_bytes()).frozen.names)
    assert {"hub_assets.py", "hub/app.py", "tuya/device.py"} <= names


async def test_the_command_runs_a_home_from_the_package(installed, tmp_path):
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "plughub", "run", "--plugs", "1", "--port", "0"),
        *("--duration", "30"),
        env={"PYTHONPATH": str(installed), "XDG_CACHE_HOME": str(tmp_path), "PATH": "/nowhere"},
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    lines = []
    try:
        async with asyncio.timeout(60):
            while not lines or b"online" not in lines[-1]:
                line = await process.stdout.readline()
                assert line, lines
                lines.append(line)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()

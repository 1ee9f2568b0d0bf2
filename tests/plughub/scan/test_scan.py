"""`plughub scan`, among fake devices, and beside tinytuya's scan."""

import asyncio
import contextlib
import json
import sys

import pytest
from newcomer import run

from fakeplug import FakePlug
from fakeplug.discovery import Announcer
from plughub import devices
from plughub.cli import Failure
from plughub.scan.look import addresses_of

KEY = "0123456789abcdef"
VERSIONS = ("3.1", "3.3", "3.4", "3.5")


@contextlib.asynccontextmanager
async def network(count, port=0, interval_s=0.2):
    """Fake devices at addresses of this machine that announce themselves: yields them."""
    plugs = []
    async with contextlib.AsyncExitStack() as stack:
        for i in range(count):
            plug = FakePlug(f"bf{i:020}", KEY, VERSIONS[i % 4], {1: False})
            await plug.start(f"127.0.0.{i + 10}", port)
            stack.push_async_callback(plug.stop)
            announcer = Announcer(plug, "127.0.0.1", listen=plug.host, interval_s=interval_s)
            await stack.enter_async_context(announcer)
            plugs.append(plug)
        yield plugs


async def scan(folder, *words):
    return await run(folder, "scan", *words)


async def test_fifty_devices_and_what_is_known_of_them(tmp_path):
    async with network(50) as plugs:
        entries = [{"id": plugs[7].id, "name": "Desk lamp", "key": KEY}]
        devices.save(entries, tmp_path / "devices.json")
        home = tmp_path / "home.json"
        home.write_text(json.dumps({"plugs": [{"id": plugs[8].id}]}))
        status, output, _ = await scan(tmp_path, "--seconds", 2, "--json", "--config", home)
        rows = json.loads(output)
        assert status == 0 and KEY not in output
        assert [(row["id"], row["address"], row["version"]) for row in rows] == [
            (plug.id, plug.host, plug.version) for plug in plugs
        ]
        assert [row["name"] for row in rows if row["key"]] == ["Desk lamp"]
        assert [row["id"] for row in rows if row["configured"]] == [plugs[8].id]
        status, output, _ = await scan(tmp_path, "--seconds", 1)
        assert status == 0 and "Desk lamp" in output and "50 found" in output
        assert KEY not in output


async def test_what_is_silent_is_found_by_its_port(tmp_path):
    async with contextlib.AsyncExitStack() as stack:
        plug = FakePlug("bf0", KEY, "3.3", {1: False})
        await plug.start("127.0.0.9", 6668)
        stack.push_async_callback(plug.stop)
        _, output, _ = await scan(tmp_path, "127.0.0.5-12", "--seconds", 0.5, "--json")
        assert [(r["address"], r["is_open"], r["id"]) for r in json.loads(output)] == [
            ("127.0.0.9", True, "")
        ]


async def test_it_finds_what_tinytuya_finds(tmp_path):
    async with network(6) as plugs:
        script = "import tinytuya, json; print(json.dumps(tinytuya.deviceScan(maxretry=1)))"
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", script), stdout=asyncio.subprocess.PIPE, cwd=tmp_path
        )
        theirs = json.loads((await process.communicate())[0].splitlines()[-1])
        _, output, _ = await scan(tmp_path, "--seconds", 1, "--json")
        ours = {row["address"]: (row["id"], row["version"]) for row in json.loads(output)}
        assert len(theirs) == len(plugs)
        assert ours == {a: (device["gwId"], device["version"]) for a, device in theirs.items()}


async def test_nothing_there_says_what_to_do(tmp_path):
    status, _, errors = await scan(tmp_path, "--seconds", 0.2)
    assert status == 3 and "192.168.2.0/24" in errors
    status, _, errors = await scan(tmp_path, "nonsense")
    assert status == 2 and "no range" in errors
    bad = tmp_path / "home.json"
    bad.write_text("[]")
    status, _, errors = await scan(tmp_path, "--config", bad)
    assert status == 1 and "no config.json" in errors


def test_ranges():
    assert addresses_of(["10.0.0.0/30"]) == ["10.0.0.1", "10.0.0.2"]
    assert addresses_of(["10.0.0.254-255", "10.0.0.7"]) == ["10.0.0.254", "10.0.0.255", "10.0.0.7"]
    assert addresses_of(["10.0.0.254-10.0.1.1"])[-1] == "10.0.1.1"
    for wrong in ("", "x", "10.0.0.300", "10.0.0.9-3", "10.0.0.0/33", "10.0.0.0/8", "::1"):
        with pytest.raises(Failure):
            addresses_of([wrong])

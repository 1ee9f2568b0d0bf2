"""Real scanners find the fake plug. They listen on the protocol's own ports."""

import asyncio
import json
import sys
from pathlib import Path

import pytest
from interpreters import need_micropython

from fakeplug import Announcer, Quirks
from plughub import ROOT

ALL = pytest.mark.parametrize("version", ["3.1", "3.3", "3.4", "3.5"])


@ALL
async def test_tinytuya_finds_it(make_plug, python_client, version):
    tinytuya = python_client("tinytuya")
    plug = make_plug(version)
    async with plug, Announcer(plug, "127.0.0.1", listen="127.0.0.1", interval_s=0.2):
        found = await asyncio.to_thread(tinytuya.find_device, plug.id)
    assert (found["ip"], found["version"]) == ("127.0.0.1", version)


@ALL
async def test_tuyapi_finds_it(make_plug, node, version):
    plug = make_plug(version)
    options = {"id": plug.id, "key": plug.key.decode(), "version": version}
    announcer = Announcer(plug, "127.0.0.1", listen="127.0.0.1", interval_s=0.2)
    async with plug, announcer, node("tuyapi_finder.js", json.dumps(options)) as process:
        found = json.loads(await process.stdout.readline())
    assert found == {"ip": "127.0.0.1"}


@pytest.mark.parametrize("interpreter", ["CPython", 64, 32])
@pytest.mark.parametrize(
    ("version", "form"),
    [("3.1", "clear"), ("3.3", "ecb"), ("3.4", "lpv34"), ("3.5", "gcm"), ("3.5", "none")],
)
async def test_we_find_it(make_plug, interpreter, version, form):
    program = sys.executable if interpreter == "CPython" else need_micropython(interpreter)
    script = Path(__file__).with_name("find_plug.py")
    plug = make_plug(version, quirks=Quirks(broadcast=form))
    announcer = Announcer(plug, "127.0.0.1", listen="127.0.0.1", interval_s=0.2)
    async with plug, announcer:
        process = await asyncio.create_subprocess_exec(
            # What it answers to another address of this machine does not come back to itself.
            *(program, script, ROOT / "lib", plug.id, "127.0.0.1", "127.0.0.2"),
            stdout=asyncio.subprocess.PIPE,
        )
        output, _ = await asyncio.wait_for(process.communicate(), 60)
    assert json.loads(output) == {"address": "127.0.0.1", "version": version}

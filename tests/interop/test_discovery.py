"""Real scanners find the fake plug. They listen on the protocol's own ports."""

import asyncio
import json

import pytest

from fakeplug import Announcer

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

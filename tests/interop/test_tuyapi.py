"""tuyapi 7.7 as a client of the fake plug, through a small script on node."""

import asyncio
import json
from contextlib import asynccontextmanager

import pytest


class Driver:
    """Talks to tuyapi_client.js."""

    def __init__(self, process):
        self._process = process
        self.events = []

    async def ask(self, **order):
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        return await self.result()

    async def result(self):
        while True:
            line = await self.line()
            if "event" not in line:
                assert "error" not in line, line
                return line["result"]
            self.events.append(line)

    async def event(self, **wanted):
        """Wait until an event with these fields has been seen."""
        while wanted not in self.events:
            self.events.append(await self.line())

    async def line(self):
        line = await self._process.stdout.readline()
        assert line, "the script has ended"
        return json.loads(line)


@pytest.fixture
def connect(node):
    @asynccontextmanager
    async def to(plug):
        options = {
            "ip": plug.host,
            "port": plug.port,
            "id": plug.id,
            "key": plug.key.decode(),
            "version": plug.version,
            "issueGetOnConnect": False,
        }
        async with node("tuyapi_client.js", json.dumps(options)) as process:
            driver = Driver(process)
            assert await driver.result() == "connected"
            yield driver

    return to


@pytest.mark.parametrize("version", ["3.1", "3.3", "3.4", "3.5"])
async def test_status_switch_and_push(make_plug, connect, version):
    async with make_plug(version) as plug, connect(plug) as device:
        status = await device.ask(get=True)
        assert status["dps"] == {"1": True, "9": 0, "18": 417, "19": 957, "20": 2304}
        await device.ask(set={"dps": 1, "value": False})
        assert plug.dps[1] is False
        await device.event(event="data", dps={"1": False})
        plug.press({1: True})
        await device.event(event="data", dps={"1": True})


async def test_3_2_switch_and_push(make_plug, connect):
    async with make_plug("3.2") as plug, connect(plug) as device:
        await device.ask(set={"dps": 1, "value": False})
        assert plug.dps[1] is False
        plug.press({1: True})
        await device.event(event="data", dps={"1": True})


@pytest.mark.parametrize("version", ["3.3", "3.4", "3.5"])
async def test_refresh(make_plug, connect, version):
    async with make_plug(version) as plug, connect(plug) as device:
        plug.measure({18: 500})
        await device.ask(refresh=[18, 19, 20])
        async with asyncio.timeout(20):
            await device.event(event="dp-refresh", dps={"18": 500})

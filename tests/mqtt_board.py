"""A hub in the simulator, a lamp and a real broker, for tests that look from all sides."""

import asyncio
import contextlib
import json

from http_client import ask
from simulated_home import home

from bench.mosquitto import Judge

NAME = "plughub"


def on_broker(broker, **more):
    return {"mqtt": {"host": "127.0.0.1", "port": broker.port} | more}


def is_on(on):
    return lambda payload: json.loads(payload)["on"] is on


async def about(port):
    return (await ask(port, "GET", "/api/v1/system"))[1]["mqtt"]


async def connected(port, wanted=True, seconds=15):
    """Wait until the hub is on its broker, or is not; return what it says of it."""
    async with asyncio.timeout(seconds):
        while True:
            found = await about(port)
            if found and found["connected"] is wanted:
                return found
            await asyncio.sleep(0.1)


@contextlib.asynccontextmanager
async def on_air(tmp_path, interpreter, broker, **more):
    """A lamp, a hub and a broker: yields (plug, board, port of the page, judge)."""
    async with broker, home(tmp_path, interpreter, **(on_broker(broker) | more)) as (*rest, port):
        await connected(port)
        async with Judge(broker.port) as judge:
            yield (*rest, port, judge)

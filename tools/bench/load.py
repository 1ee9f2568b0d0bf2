"""Clients that give a hub no rest: load.py PORT REQUESTS NAME..., a process of its own.

Three ask for plugs of these names, one reloads the page all the time, one sends a byte now and
then. Prints the seconds that the requests have taken.
"""

import asyncio
import sys
import time
from contextlib import suppress
from urllib.parse import quote

from bench.client import ask

CLIENTS = 3


async def ask_for_plugs(port, count, names):
    """Ask for one plug after the other."""
    for number in range(count):
        await ask(port, "GET", f"/api/v1/plugs/{quote(names[number % len(names)])}")


async def _reload(port):
    while True:
        with suppress(OSError):
            await ask(port, "GET", "/")
        await asyncio.sleep(0.01)


async def _dribble(port):
    while True:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        with suppress(OSError):
            while not reader.at_eof():
                writer.write(b"G")
                await asyncio.sleep(0.5)
        writer.close()


async def _run(port, requests, names):
    nuisances = [asyncio.create_task(work(port)) for work in (_reload, _dribble)]
    count = requests // CLIENTS
    began = time.perf_counter()
    await asyncio.gather(*(ask_for_plugs(port, count, names) for _ in range(CLIENTS)))
    print(time.perf_counter() - began)
    for nuisance in nuisances:
        nuisance.cancel()


if __name__ == "__main__":
    asyncio.run(_run(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]))

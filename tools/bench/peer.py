"""The other process of the speed bench: fake plugs, and an echo of bytes as the floor.

Prints one JSON line with the port of the plug of each version and of the echo, then serves until
its input ends.
"""

import asyncio
import contextlib
import json
import sys

from fakeplug import FakePlug

ID = "bf0123456789abcdefghij"
KEY = "0123456789abcdef"
DPS = {1: True, 9: 0, 18: 417, 19: 957, 20: 2304}
VERSIONS = ("3.1", "3.3", "3.4", "3.5")


class _Echo(asyncio.Protocol):
    def connection_made(self, transport):
        self._transport = transport

    def data_received(self, data):
        self._transport.write(data)


async def main():
    loop = asyncio.get_running_loop()
    echo = await loop.create_server(_Echo, "127.0.0.1", 0)
    async with contextlib.AsyncExitStack() as stack:
        ports = {"echo": echo.sockets[0].getsockname()[1]}
        for version in VERSIONS:
            plug = FakePlug(ID, KEY, version, dict(DPS))
            ports[version] = (await stack.enter_async_context(plug)).port
        print(json.dumps(ports), flush=True)
        await loop.run_in_executor(None, sys.stdin.read)
    echo.close()


if __name__ == "__main__":
    asyncio.run(main())

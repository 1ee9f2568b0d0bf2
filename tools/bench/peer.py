"""The other process of the speed bench: a fake plug, and an echo of bytes as the floor.

Prints one JSON line with both ports, then serves until its input ends.
"""

import asyncio
import json
import sys

from fakeplug import FakePlug

ID = "bf0123456789abcdefghij"
KEY = "0123456789abcdef"
DPS = {1: True, 9: 0, 18: 417, 19: 957, 20: 2304}


class _Echo(asyncio.Protocol):
    def connection_made(self, transport):
        self._transport = transport

    def data_received(self, data):
        self._transport.write(data)


async def main():
    loop = asyncio.get_running_loop()
    echo = await loop.create_server(_Echo, "127.0.0.1", 0)
    async with FakePlug(ID, KEY, "3.3", dict(DPS)) as plug:
        print(json.dumps([plug.port, echo.sockets[0].getsockname()[1]]), flush=True)
        await loop.run_in_executor(None, sys.stdin.read)
    echo.close()


if __name__ == "__main__":
    asyncio.run(main())

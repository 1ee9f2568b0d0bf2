"""Our client's part of the speed bench, on MicroPython and on CPython.

speed.py LIB VERSION PLUG_PORT ECHO_PORT ROUNDS; prints one JSON line: {operation: [microseconds]}.
Each operation is followed at once by the floor of its bytes, so that both see the same machine.
"""

import asyncio
import json
import sys

sys.path.insert(0, sys.argv[1])
VERSION = sys.argv[2]
PLUG_PORT, ECHO_PORT, ROUNDS = [int(word) for word in sys.argv[3:6]]

from clock import clock_us, elapsed_us

from tuya.device import Device
from tuya.versions import Codec, Dialect

ID = "bf0123456789abcdefghij"
KEY = "0123456789abcdef"


async def main():
    times = {}

    def keep(name, start):
        times.setdefault(name, []).append(elapsed_us(clock_us(), start))

    codec = Codec(VERSION, KEY)
    dialect = Dialect(VERSION, ID)
    query = bytes(codec.encode(1, dialect.query_command, dialect.query(1700000000)))
    control = bytes(
        codec.encode(1, dialect.control_command, dialect.control({1: True}, 1700000000))
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", ECHO_PORT)

    async def echo(name, data):
        start = clock_us()
        writer.write(data)
        await writer.drain()
        await reader.readexactly(len(data))
        keep(name, start)

    async with Device(ID, "127.0.0.1", KEY, VERSION, PLUG_PORT) as plug:
        on = not (await plug.status())[1]
        for _ in range(ROUNDS):
            await echo("floor status", query)
            start = clock_us()
            await plug.status()
            keep("status", start)
        for _ in range(ROUNDS):
            await asyncio.sleep(0.051)  # the library itself keeps writes 50 ms apart
            await echo("floor control", control)
            start = clock_us()
            await plug.set({1: on})
            keep("control", start)
            on = not on
    writer.close()
    for _ in range(ROUNDS):
        start = clock_us()
        reader, writer = await asyncio.open_connection("127.0.0.1", ECHO_PORT)
        writer.write(query)
        await writer.drain()
        await reader.readexactly(len(query))
        keep("floor connect", start)
        writer.close()
        await writer.wait_closed()
        start = clock_us()
        async with Device(ID, "127.0.0.1", KEY, VERSION, PLUG_PORT) as plug:
            # The connection begins with a status of its own, which is the first one.
            await plug.changes().__anext__()
            keep("connect", start)
            assert plug.dps
        await asyncio.sleep(0.002)
    print(json.dumps(times))


asyncio.run(main())

# Runs on the board, in place of main.py: the yardstick of what the hub's page costs. GET /N is
# answered with N bytes; nothing is looked at, kept or checked that HTTP does not ask for.

import asyncio
import sys

_PORT = 80  # test_times.py puts the hub's own in its place
_INTERRUPT = 3


async def answer(reader, writer):
    size = int((await reader.readline()).split()[1][1:])
    while len(await reader.readline()) > 2:
        pass
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + bytes(size))
    await writer.drain()
    writer.close()
    await writer.wait_closed()


async def main():
    await asyncio.start_server(answer, "0.0.0.0", _PORT)
    print("@ runs")
    console = asyncio.StreamReader(sys.stdin.buffer)
    while (await console.read(1))[0] != _INTERRUPT:
        pass


asyncio.run(main())

# Runs on the board, in place of main.py: the yardstick of what a press costs. A message as long as
# a plug's goes to the PC and comes back; nothing else is connected and nothing is looked at.
#
#     echo   answer "@ echo MS"

import asyncio
import sys
import time

_HOST, _PORT = "", 0  # test_times.py puts its own in their place
_INTERRUPT = 3
_MESSAGE = bytes(128)


async def main():
    reader, writer = await _connect()
    print("@ runs")
    console = asyncio.StreamReader(sys.stdin.buffer)
    while (byte := (await console.read(1))[0]) != _INTERRUPT:
        if byte == ord("\n"):
            began = time.ticks_us()
            writer.write(_MESSAGE)
            await writer.drain()
            await reader.readexactly(len(_MESSAGE))
            print("@ echo", time.ticks_diff(time.ticks_us(), began) / 1000)


async def _connect():
    while True:
        try:
            return await asyncio.open_connection(_HOST, _PORT)
        except OSError:
            await asyncio.sleep(1)  # Wi-Fi takes its time


asyncio.run(main())

"""What firmware for MicroPython misses on CPython, where no MicroPython can be had."""

import asyncio
import gc
import socket
import sys
import time
import traceback

import deaf

#: Coroutine functions that run beside the firmware's own, in its event loop.
beside_main = ()

_TICKS_MAX = (1 << 30) - 1


def install():
    """Add the names to the modules that have them on the board."""
    half = (_TICKS_MAX + 1) // 2
    time.ticks_ms = lambda: time.monotonic_ns() // 1000000 & _TICKS_MAX
    time.ticks_add = lambda ticks, delta: (ticks + delta) & _TICKS_MAX
    time.ticks_diff = lambda end, start: ((end - start + half) & _TICKS_MAX) - half
    asyncio.sleep_ms = lambda ms: asyncio.sleep(ms / 1000)
    asyncio.run = _run
    gc.mem_alloc = gc.mem_free = lambda: 0
    if deaf.IS_DEAF:
        socket.socket.bind = _bind
    sys.print_exception = lambda e, file=None: traceback.print_exception(e, file=file)
    sys.stdout.reconfigure(line_buffering=True)


def _bind(sock, address, original=socket.socket.bind):
    original(sock, deaf.address_for(address))


async def stream_of(path):
    """Return a pipe as a stream."""
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, open(path, "rb"))  # noqa: SIM115
    return reader


def _run(main, original=asyncio.run):
    async def together():
        tasks = [asyncio.create_task(beside()) for beside in beside_main]
        try:
            return await main
        finally:
            for task in tasks:
                task.cancel()

    return original(together())

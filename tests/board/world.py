"""What is around the board: fake plugs on this PC, and without a board a simulated one."""

import asyncio
import contextlib
import socket
import threading

from fakeplug.home import Home

_DEADLINE_S = 30


class World:
    """An event loop in a thread of its own, in which fake plugs live while tests wait."""

    def __init__(self):
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._stack = contextlib.AsyncExitStack()
        self.home = None

    def run(self, coroutine, seconds=_DEADLINE_S):
        """Run a coroutine there; return what it returns."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(seconds)

    def call(self, function, *arguments):
        """Call a function there."""
        self._loop.call_soon_threadsafe(function, *arguments)

    def enter(self, context):
        """Enter an asynchronous context until the end; return what it gives."""
        return self.run(self._stack.enter_async_context(context))

    def start_plugs(self, plugs, versions, address):
        """Start fake plugs; return their descriptions, with the address the board has to use."""
        self.home = self.run(self._start(plugs, versions, address))
        return [plug | {"address": address} for plug in self.home.describe()]

    async def _start(self, plugs, versions, address):
        home = Home(plugs, versions)
        await home.start(_listening_address(address))
        self._stack.push_async_callback(home.stop)
        return home

    def start_echo(self, address):
        """Start what sends back all that comes; return its port."""
        server = self.run(asyncio.start_server(_echo, _listening_address(address)))
        self._stack.callback(server.close)
        return server.sockets[0].getsockname()[1]

    def wait_for(self, number, predicate, seconds=_DEADLINE_S):
        """Wait until `predicate(plug)` is true for a plug."""
        plug = self.home.sockets[number].plug

        async def wait():
            async with asyncio.timeout(seconds):
                await plug.wait_for(predicate)

        self.run(wait(), seconds + 5)

    def end(self):
        self.run(self._stack.aclose())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _echo(reader, writer):
    while data := await reader.read(1024):
        writer.write(data)
    writer.close()


def own_address():
    """Return this PC's address in the network, as others there see it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect(("192.0.2.1", 9))  # nothing is sent: an address for documentation
        return sock.getsockname()[0]


def _listening_address(address):
    """Return where to listen. What is no address of this PC leads to its own loopback."""
    with socket.socket() as sock:
        try:
            sock.bind((address, 0))
        except OSError:
            return "127.0.0.1"
    return address

"""The HTTP server: a few clients at a time, the others wait at the door."""

import asyncio
import socket

from tuya.port import (
    IPPROTO_TCP,
    TCP_NODELAY,
    Stream,
    const,
    forget,
    readable,
    sleep_ms,
    socket_address,
)

from ...log import log_exception
from .events import EventStream
from .http import Problem, read_request, write_response
from .routes import answer, make_room, problem

_BACKLOG = const(4)
_REFUSED_MS = const(100)


async def serve(hub, port, clients):
    """Serve the page and the API of `hub` on `port`, for ever, `clients` sockets at a time."""
    server = _Server(hub, clients)
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setblocking(False)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(socket_address("0.0.0.0", port, socket.SOCK_STREAM))
        listener.listen(_BACKLOG)
        await server.accept(listener)
    finally:
        forget(listener)
        listener.close()
        server.close()


class _Server:
    def __init__(self, hub, clients):
        self._hub = hub
        self._free = clients
        self._left = asyncio.Event()
        self._tasks = set()

    async def accept(self, listener):
        while True:
            # Sockets are few: who is not accepted yet holds none.
            while not self._free:
                self._left.clear()
                await self._left.wait()
            await readable(listener)  # pyright: ignore
            try:
                sock, peer = listener.accept()
            except OSError:
                # The client has gone already, or somebody holds more sockets than is his.
                await sleep_ms(_REFUSED_MS)
                continue
            self._free -= 1
            task = asyncio.create_task(self._attend(sock, peer))
            self._tasks.add(task)

    def close(self):
        for task in self._tasks:
            task.cancel()

    async def _attend(self, sock, peer):
        try:
            sock.setblocking(False)
            sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
            await self._answer(sock, peer)
        except (OSError, EOFError, asyncio.TimeoutError):
            pass  # the client has gone, or is too slow to wait for
        except MemoryError:
            await make_room(self._hub)  # it asks again
        finally:
            self._free += 1
            self._left.set()
            self._tasks.discard(asyncio.current_task())
            Stream(sock).close()

    async def _answer(self, sock, peer):
        watcher = None
        try:
            try:
                request = await read_request(sock, self._hub.door.body_max)
                request.peer = peer[0]
                response = await answer(self._hub, request)
                request = None  # it need not stay as long as an event stream does
            except Problem as e:
                response = problem(e)
            except (OSError, EOFError, asyncio.TimeoutError, asyncio.CancelledError):
                raise
            except MemoryError:
                response = problem(Problem(503, "This did not work", "there is too little heap"))
            except Exception as e:
                log_exception("a request has failed", e)
                response = problem(Problem(500, "The hub failed", "see its log"))
            if isinstance(response.body, EventStream):
                watcher = asyncio.create_task(_end_with_client(sock, response.body))
            await write_response(sock, response)
        finally:
            if watcher:
                watcher.cancel()


async def _end_with_client(sock, stream):
    # A closed tab must free its socket now, and not when the next event fails to be written.
    await readable(sock)  # pyright: ignore
    stream.close()

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

from ..log import log_exception
from ..system.store import UPLOAD_FILE
from .events import EventStream
from .http import Problem, Upload, read_request, write_response
from .routes import answer, problem
from .writer import Writer

# Each that waits to be accepted holds what it has sent in a buffer of the Wi-Fi driver.
_BACKLOG = const(2)
_REFUSED_MS = const(100)


def listen(port):
    """Return a socket that listens on `port`. Raises OSError."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setblocking(False)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(socket_address("0.0.0.0", port, socket.SOCK_STREAM))
        listener.listen(_BACKLOG)
    except BaseException:
        listener.close()
        raise
    return listener


async def serve(hub, listener, clients):
    """Serve the page and the API of `hub`, for ever, `clients` sockets at a time.

    Closes `listener` when it is cancelled.
    """
    server = _Server(hub, clients)
    try:
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
        self._writer = Writer()
        self._upload = Upload(UPLOAD_FILE)

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
        except Exception as e:
            log_exception("an answer has failed", e)  # and nothing else
        finally:
            self._free += 1
            self._left.set()
            self._tasks.discard(asyncio.current_task())
            Stream(sock).close()

    async def _answer(self, sock, peer):
        watcher = None
        try:
            response = await self._response(sock, peer)
            if isinstance(response.body, EventStream):
                watcher = asyncio.create_task(_end_with_client(sock, response.body))
            try:
                await write_response(self._writer, sock, response)
            except MemoryError:
                await write_response(self._writer, sock, problem(_no_memory()))
            finally:
                if watcher:
                    response.body.close()
        finally:
            if watcher:
                watcher.cancel()

    async def _response(self, sock, peer):
        """Return what answers the request that comes; raise what read_request() does."""
        request = None
        try:
            request = await read_request(sock, self._hub.door.body_max, self._upload)
            request.peer = peer[0]
            return await answer(self._hub, request)
        except Problem as e:
            return problem(e)
        except (OSError, EOFError, asyncio.TimeoutError, asyncio.CancelledError):
            raise
        except MemoryError as e:
            log_exception("there was no memory for a request", e)
            return problem(_no_memory())
        except Exception as e:
            log_exception("a request has failed", e)
            return problem(Problem(500, "The hub failed", "see its log"))
        finally:
            if request:
                request.close()


def _no_memory():
    return Problem(503, "This did not work", "the board has too little memory left")


async def _end_with_client(sock, stream):
    # A closed tab must free its socket now, and not when the next event fails to be written.
    await readable(sock)  # pyright: ignore
    stream.close()

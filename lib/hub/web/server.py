"""The HTTP server: a few clients at a time; others wait to be accepted."""

import asyncio
import socket

from hub.log import log_exception
from hub.targets.connections import CLIENTS
from hub.web.auth import create_authentication
from hub.web.http import Problem, end_upload, is_uploading, read_request
from hub.web.routes import answer
from hub.web.writer import Writer
from tuya.port import (
    IPPROTO_TCP,
    TCP_NODELAY,
    Stream,
    const,
    forget,
    readable,
    sleep_ms,
    socket_address,
    ticks_diff,
    ticks_ms,
    wait_ms,
)

# How many clients may wait to be accepted. A browser opens several connections in the same moment,
# and who is turned away tries again after a second or more; but what clients have sent before they
# are accepted fills buffers of the Wi-Fi driver. So there are few where nobody is accepted anyway.
_ARRIVING = const(4)
_WAITING = const(1)
# Who has been answered may come back at once, and would take the place in front of all that knock
# in between: while somebody waits it stays taken for so long. Who is turned away comes later.
_NEXT_MS = const(25)
_REFUSED_MS = const(100)
# Who lets others wait for so long without asking for anything has to go.
_SLOW_MS = const(1000)
_TURN_MS = const(20)
_APART_MS = const(25)
# Bytes of the ESP-IDF's heap below which pieces of answers wait, and below which they leave one
# after the other. Whatever arrives takes 1.8 kB until it is read, be it a byte.
_SCARCE = const(25000)
_TIGHT = const(29000)
# A press comes before what clients ask for; presses over and over keep them for 100 ms at most.
_GIVE_WAY_MS = const(5)
_GIVE_WAY_TURNS = const(20)


def listen(port):
    """Return a socket that listens on `port`. Raises OSError."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setblocking(False)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(socket_address("0.0.0.0", port, socket.SOCK_STREAM))
        listener.listen(_ARRIVING)
    except BaseException:
        listener.close()
        raise
    return listener


async def serve(hub, settings):
    """Serve the page and the API of `hub`, for ever. `settings`: "web" of the configuration.

    The listener is closed when this ends.
    """
    hub.authentication = create_authentication(settings, hub.name)
    listener = hub.listener or listen(settings["port"])
    hub.listener = None  # it ends with this; after a crash there is another one
    server = _Server(hub, listener, CLIENTS)
    try:
        await server.accept()
    finally:
        forget(listener)
        listener.close()
        server.close()


class _Server:
    def __init__(self, hub, listener, clients):
        self._hub = hub
        self._listener = listener  # None when it is closed
        self._most = clients
        self._left = asyncio.Event()
        self._is_awaited = False  # a place, by somebody who came while there was none
        self._tasks = set()
        self._asking = []  # (since when in ticks_ms, task) of requests that are not read yet
        self._turn = asyncio.Lock()  # of who makes an answer, or a piece of one
        self._writer = Writer(self._is_scarce, self._give_way)
        end_upload()  # a power cut may have left one

    async def accept(self):
        while True:
            await readable(self._listener)  # pyright: ignore
            await self._wait_for_place()
            try:
                sock, peer = self._listener.accept()
            except OSError:
                # The client has gone already, or no socket is left.
                self._limit_waiting()
                await sleep_ms(_REFUSED_MS)
                continue
            self._hub.clients += 1
            self._limit_waiting()
            task = asyncio.create_task(self._serve_client(sock, peer))
            self._tasks.add(task)

    async def _wait_for_place(self):
        while self._is_full():
            self._is_awaited = True
            self._limit_waiting()
            self._left.clear()
            if await wait_ms(self._left, _SLOW_MS):
                await sleep_ms(_NEXT_MS)  # a change may begin meanwhile
            else:
                await self._drop_slow()
        self._is_awaited = False

    def _is_full(self):
        # Sockets are few, and a client that is not accepted yet holds none; nor does it take of
        # the heap that a change of the configuration wants.
        return self._hub.clients >= self._most or self._hub.is_changing

    def _limit_waiting(self):
        if not self._listener:
            return
        try:
            is_taken = self._is_awaited or self._is_full()
            self._listener.listen(_WAITING if is_taken else _ARRIVING)
        except OSError:
            pass  # as many as before, then

    def close(self):
        self._listener = None
        for task in self._tasks:
            task.cancel()

    async def _drop_slow(self):
        """Drop those who have not asked for anything in a second, and let others wait."""
        # An event loop that stood still is not their fault: what has come meanwhile is read first.
        await sleep_ms(_TURN_MS)
        now = ticks_ms()
        for since, task in list(self._asking):
            if ticks_diff(now, since) >= _SLOW_MS:
                task.cancel()

    def _is_scarce(self, is_fresh, ms):
        # A flash is slow: what arrives while it is written to, such as the rest of a long body,
        # fills what the network has.
        if not is_fresh and (is_uploading() or self._hub.is_changing):
            return True
        # The driver has a copy of each piece until that is in the air: two at the same moment are
        # one too many where memory is tight.
        return self._hub.memory.is_idf_low(_TIGHT if ms < _APART_MS else _SCARCE)

    async def _give_way(self):
        """Wait for what others have to do now, one client after the other, and a moment for what
        somebody has pressed.
        """
        async with self._turn:
            # In the second turn what has come before the first one is under way.
            await sleep_ms(0)
            await sleep_ms(0)
            turns = _GIVE_WAY_TURNS
            while turns and self._hub.executor.is_busy:
                turns -= 1
                await sleep_ms(_GIVE_WAY_MS)

    async def _serve_client(self, sock, peer):
        try:
            sock.setblocking(False)
            sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
            await self._answer(sock, peer)
        except (OSError, EOFError, asyncio.TimeoutError):
            pass  # the client has gone, or is too slow to wait for
        except Exception as e:
            log_exception("an answer has failed", e)  # the server goes on
        finally:
            self._hub.clients -= 1
            self._left.set()
            self._tasks.discard(asyncio.current_task())
            Stream(sock).close()
            self._limit_waiting()

    async def _answer(self, sock, peer):
        try:
            await self._send(sock, await self._response(sock, peer))
        except MemoryError as e:
            # Nothing has been sent: one request fails, and its client is told.
            log_exception("there was no memory for a request", e)
            detail = "The board has too little memory left for this"
            await self._send(sock, Problem(503, detail).response())

    async def _send(self, sock, response):
        if not response.is_stream:
            await self._writer.answer(sock, response)
            return
        stream = response.body
        stream.sender = asyncio.current_task()
        watcher = asyncio.create_task(_end_with_client(sock, stream))
        try:
            await self._writer.answer(sock, response)
        finally:
            stream.close()
            watcher.cancel()

    async def _response(self, sock, peer):
        """Read a request; return its Response. Raises what read_request() does, MemoryError."""
        request = None
        try:
            request = await self._read(sock, peer[0])
            await self._give_way()
            return await answer(self._hub, request)
        except Problem as e:
            return e.response()
        except (OSError, EOFError, MemoryError, asyncio.TimeoutError, asyncio.CancelledError):
            raise
        except Exception as e:
            log_exception("a request has failed", e)
            return Problem(500, "The hub has failed at this; its log says more").response()
        finally:
            if request:
                request.close()

    async def _read(self, sock, address):
        client = ticks_ms(), asyncio.current_task()
        self._asking.append(client)
        try:
            request = await read_request(sock, self._hub.authentication.body_max)
        finally:
            self._asking.remove(client)
        request.peer = address
        return request


async def _end_with_client(sock, stream):
    # A closed tab must free its socket at once, not when the next event fails to be written.
    await readable(sock)  # pyright: ignore
    stream.close()


# --- the component "web" ---

SCHEMA = (
    ("port", "port", 80),
    ("auth", "flag", True),
    ("hosts", "hosts", ()),
    ("tasmota", "flag", False),
    ("esphome", "flag", False),
    ("metrics", "flag", False),
    ("tinytuya", "flag", False),
)


def build(hub, item, config):
    """Have the page and the API served."""
    return hub.supervisor.add("page", serve, None, hub, item)

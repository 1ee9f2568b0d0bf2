"""The HTTP server: microdot behind deadlines, a limit of clients, and one write a response."""

import asyncio

from microdot.microdot import Request

from tuya.port import const, no_delay, wait_for_ms

from .events import EventStream
from .routes import make_app

# Sockets are few: one listener, and these.
_CLIENTS_MAX = const(3)
_REQUEST_MS = const(5000)
_WRITE_MS = const(5000)
_BUSY = b"HTTP/1.0 503 Busy\r\nRetry-After: 2\r\nContent-Length: 0\r\n\r\n"

Request.max_content_length = Request.max_body_length = 8192
Request.max_readline = 1024


async def serve(hub, port):
    """Serve the page and the API of `hub` on `port`, for ever."""
    server = _Server(make_app(hub))
    listener = await asyncio.start_server(server.accept, "0.0.0.0", port)
    try:
        await listener.wait_closed()
    finally:
        listener.close()


class _Server:
    def __init__(self, app):
        self._app = app
        self._clients = 0

    async def accept(self, reader, writer):
        """Answer one request, or as long as its event stream lasts."""
        no_delay(writer)
        output = _Output(writer)
        self._clients += 1
        try:
            if self._clients > _CLIENTS_MAX:
                await output.awrite(_BUSY)
                await output.flush()
            else:
                await self._answer(reader, writer, output)
        except (OSError, EOFError, asyncio.TimeoutError):
            pass  # the client has gone, or is too slow to wait for
        finally:
            self._clients -= 1
            writer.close()
            try:
                await writer.wait_closed()
            except OSError:
                pass

    async def _answer(self, reader, writer, output):
        try:
            peer = writer.get_extra_info("peername")
            request = await wait_for_ms(
                Request.create(self._app, reader, writer, peer), _REQUEST_MS
            )
        except (ValueError, IndexError, UnicodeError):
            request = None  # microdot answers 400
        response = await self._app.dispatch_request(request)
        request = None  # its headers need not stay as long as an event stream does
        body = response.body
        watcher = None
        try:
            if isinstance(body, EventStream):
                watcher = asyncio.create_task(_end_with_client(reader, body))
            await response.write(output)
            await output.flush()
        finally:
            if watcher:
                watcher.cancel()
                body.close()


async def _end_with_client(reader, stream):
    # A closed tab must free its socket now, and not when the next event fails to be written.
    try:
        await reader.read(1)
    except OSError:
        pass
    stream.close()


class _Output:
    """What microdot writes to: gathers the head of a response, so that it leaves with the body."""

    def __init__(self, writer):
        self._writer = writer
        self._head = []

    async def awrite(self, data):
        if self._head is None:
            await self._send(data)
            return
        self._head.append(data)
        if len(self._head) > 1 and self._head[-2] == b"\r\n":
            await self.flush()

    async def flush(self):
        if self._head:
            data = b"".join(self._head)
            self._head = None
            await self._send(data)

    async def _send(self, data):
        self._writer.write(data)
        await wait_for_ms(self._writer.drain(), _WRITE_MS)

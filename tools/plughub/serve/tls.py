"""HTTPS: takes TLS off what comes, and hands the rest to the server of the page.

That works on sockets of the operating system. So each client gets a connection within this PC that
stands for its own, and its address goes with it.
"""

import asyncio
import socket
import ssl

from plughub.cli import Failure

_HANDSHAKE_S = 10
_PIECE = 1 << 16
#: Clients at a time, of which the server takes fewer.
_CLIENTS_MAX = 512
_LOCAL = "127.0.0.1"


def context_of(certificate, key=None):
    """Return the ssl.SSLContext of a certificate and its key, files in PEM. Raises Failure.

    `key`: None where both are in one file.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key, password=_no_password)
    except (OSError, ValueError) as e:  # ssl.SSLError is an OSError
        reason = getattr(e, "reason", None) or getattr(e, "strerror", None) or e
        raise Failure(f"the certificate {certificate} cannot be used: {reason}") from None
    return context


def _no_password():
    raise ValueError("its key is encrypted")


class TLSListener:
    """Listens like the socket `outer`, whose clients speak TLS; accept() returns what they say.

    To be made within the event loop. After close() clients that have been accepted get the rest of
    what the server has for them.
    """

    def __init__(self, outer, context):
        self._outer = outer
        self._inner = socket.create_server((_LOCAL, 0), backlog=_CLIENTS_MAX)
        self._inner.setblocking(False)
        self._clients = {}  # {address of a connection within this PC: that of its client}
        self._count = 0
        self._server = None
        self._start = asyncio.get_running_loop().create_task(self._serve(context))

    def fileno(self):
        return self._inner.fileno()

    def getsockname(self):
        return self._outer.getsockname()

    def listen(self, backlog):
        """Nothing: what waits here takes the memory of a PC."""

    def accept(self):
        """Return (socket, address of the client). Raises OSError where there is none."""
        sock, address = self._inner.accept()
        client = self._clients.get(address)
        if not client:  # somebody else on this PC
            sock.close()
            raise OSError("this is none of our clients")
        return sock, client

    def close(self):
        self._start.cancel()
        if self._server:
            self._server.close()
        self._inner.close()
        self._outer.close()

    async def _serve(self, context):
        self._server = await asyncio.start_server(
            self._take, sock=self._outer, ssl=context, ssl_handshake_timeout=_HANDSHAKE_S
        )

    async def _take(self, reader, writer):
        self._count += 1
        try:
            if self._count <= _CLIENTS_MAX:
                await self._pass_on(reader, writer)
        except OSError:
            pass  # one of both has gone
        finally:
            self._count -= 1
            writer.close()

    async def _pass_on(self, reader, writer):
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        sock.bind((_LOCAL, 0))
        own = sock.getsockname()
        self._clients[own] = writer.get_extra_info("peername")
        try:
            sock.setblocking(False)
            loop = asyncio.get_running_loop()
            await loop.sock_connect(sock, self._inner.getsockname())
            inner_reader, inner_writer = await asyncio.open_connection(sock=sock)
            try:
                asking = asyncio.create_task(_copy(reader, inner_writer))
                try:
                    await _copy(inner_reader, writer)  # the end of the answer is the end of all
                finally:
                    asking.cancel()
            finally:
                inner_writer.close()
        finally:
            sock.close()
            del self._clients[own]


async def _copy(reader, writer):
    while data := await reader.read(_PIECE):
        writer.write(data)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()

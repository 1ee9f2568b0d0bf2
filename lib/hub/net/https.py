"""One request over HTTPS, with a connection of its own that ends with the answer."""

import asyncio
import gc

from hub.net.way import Way
from tuya.port import const

_PORT = const(443)
_HEAD_MAX = const(4096)
_PIECE = const(512)


class Https:
    """`ca` and `network` are as of net.way.Way; answers have `answer_max` bytes at most.

    It has one socket at a time, which whoever asks has kept free for it.
    """

    def __init__(self, ca, network, answer_max):
        self._ca = ca
        self._network = network
        self._turn = asyncio.Lock()
        self._answer_max = answer_max

    async def request(self, method, url, headers, body):
        """Make one request; return (status, bytes of the body). Raises OSError."""
        host, path = url.split("//", 1)[1].split("/", 1)
        name, _, port = host.partition(":")
        settings = {"host": name, "port": int(port or _PORT), "tls": True, "ca": self._ca}
        way = Way(settings, self._network, self._turn)
        try:
            address = await way.address()
            gc.collect()  # a handshake wants what it can get
            stream = await way.connect(address)
        except asyncio.TimeoutError:
            raise OSError("no connection within the time for it") from None
        try:
            await _send(stream, _head(method, host, path, headers, body) + body)
            return await _Answer(stream, self._answer_max).read()
        finally:
            stream.close()


def _head(method, host, path, headers, body):
    lines = ["%s /%s HTTP/1.1" % (method, path), "Host: " + host, "Connection: close"]
    lines += ["%s: %s" % (name, headers[name]) for name in headers]
    if method != "GET":
        lines.append("Content-Length: %d" % len(body))
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def _send(stream, data):
    view = memoryview(data)
    while view:
        sent = stream.send_some(view)
        view = view[sent:]
        if view:
            await stream.writable()


class _Answer:
    """Reads an answer of HTTP/1.1 that tells its length, or comes in chunks."""

    def __init__(self, stream, most):
        self._stream = stream
        self._most = most
        self._piece = bytearray(_PIECE)
        self._data = b""  # read, and not taken yet

    async def read(self):
        """Return (status, body). Raises OSError for what is no answer, or is cut off.

        Where the end of a connection is not seen, that is left to whose deadline this is.
        """
        status = await self._line()
        parts = status.split(None, 2)
        if not status.startswith("HTTP/1.") or len(parts) < 2 or not parts[1].isdigit():
            raise OSError("what answers does not speak HTTP")
        length = None
        is_chunked = False
        room = _HEAD_MAX
        line = await self._line()
        while line:
            name, _, value = line.partition(":")
            name, value = name.lower(), value.strip()
            if name == "content-length" and value.isdigit():
                length = int(value)
            elif name == "transfer-encoding" and value.lower() == "chunked":
                is_chunked = True
            room -= len(line)
            if room < 0:
                raise OSError("the head of an answer is too long")
            line = await self._line()
        if is_chunked:
            return int(parts[1]), await self._chunks()
        if length is None:
            # MicroPython may read on over the end of a TLS connection, and not tell of it.
            raise OSError("an answer does not tell its length")
        return int(parts[1]), await self._exactly(self._allowed(length))

    async def _chunks(self):
        body = b""
        while True:
            try:
                size = int((await self._line()).split(";")[0], 16)
            except ValueError:
                raise OSError("an answer in chunks is no such one") from None
            if not size:
                return body
            self._allowed(len(body) + size)
            body += await self._exactly(size)
            await self._line()

    def _allowed(self, size):
        if not 0 <= size <= self._most:
            raise OSError("an answer has more than %d bytes" % self._most)
        return size

    async def _exactly(self, size):
        while len(self._data) < size:
            if not await self._more():
                raise OSError("an answer was cut off")
        data = self._data[:size]
        self._data = self._data[size:]
        return data

    async def _line(self):
        while b"\r\n" not in self._data:
            if len(self._data) > _HEAD_MAX or not await self._more():
                raise OSError("an answer was cut off")
        line, self._data = self._data.split(b"\r\n", 1)
        try:
            return line.decode()
        except UnicodeError:
            raise OSError("the head of an answer is no text") from None

    async def _more(self):
        count = await self._stream.readinto(self._piece)
        self._data += self._piece[:count]
        return count

"""HTTP for few clients on little memory: one request a connection, within limits and deadlines.

Requests are of HTTP/1.0 or 1.1, answers end with the connection.
"""

import errno
import json

from tuya.port import const, readable, wait_for_ms, writable

_REQUEST_MS = const(5000)
_WRITE_MS = const(5000)
_HEAD_MAX = const(2048)
_CHUNK = const(512)


class Problem(Exception):
    """An answer that says what is wrong, as RFC 9457 has it; `headers` are whole lines."""

    def __init__(self, status, title, detail, headers="", kind=None):
        super().__init__(title)
        self.status = status
        self.title = title
        self.detail = detail
        self.headers = headers
        self.kind = kind  # for programs, where the status does not say it


class Request:
    """`method`, `path` (list of decoded segments), `query` (what stands behind its question mark),
    `headers` (names in small letters), `body`, `peer` (the client's address).
    """

    peer = None

    def __init__(self, method, path, query, headers, body):
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body

    def json(self):
        """Return the body's value, of a long one once. Raises Problem when it is not JSON.

        Asking for the name has browsers ask first when another site's page sends something.
        """
        kind = self.headers.get("content-type", "").split(";")[0]
        if kind != "application/json":
            raise Problem(415, "Not understood", "expected Content-Type: application/json")
        body = self.body or b""
        if len(body) > _CHUNK:
            self.body = None  # it may be half of the heap that is left
        try:
            return json.loads(body)
        except ValueError:
            raise Problem(400, "Not understood", "the body is not JSON") from None


class Response:
    """`body`: bytes, an open file, or something to iterate over asynchronously and to close."""

    def __init__(self, body, kind="application/json", status=200, headers=""):
        self.body = body
        self.kind = kind
        self.status = status
        self.headers = headers  # whole lines

    def head(self):
        return (
            "HTTP/1.0 %d %s\r\nContent-Type: %s\r\nConnection: close\r\n"
            "X-Content-Type-Options: nosniff\r\n%s\r\n"
            % (self.status, "OK" if self.status < 300 else "-", self.kind, self.headers)
        ).encode()


async def read_request(sock, body_max):
    """Read one request within 5 s; `body_max(headers)` says how many bytes its body may have.

    Raises Problem, OSError, EOFError, asyncio.TimeoutError.
    """
    return await wait_for_ms(_read_request(sock, body_max), _REQUEST_MS)


async def _read_request(sock, body_max):
    data = b""
    end = -1
    while end < 0:
        if len(data) > _HEAD_MAX:
            raise Problem(431, "Too much to read", "the head has over %d bytes" % _HEAD_MAX)
        data += await _receive(sock)
        end = data.find(b"\r\n\r\n")
    method, path, query, headers = _parse_head(data[:end])
    size = headers.get("content-length", "0")
    if not size.isdigit() or "transfer-encoding" in headers:
        raise Problem(400, "Not understood", "expected a Content-Length")
    size = int(size)
    if size and size > body_max(headers):
        detail = "the body has over %d bytes" % body_max(headers)
        raise Problem(413, "Too much to read", detail)
    body = data[end + 4 :]
    while len(body) < size:
        body += await _receive(sock)
    return Request(method, path, query, headers, body[:size])


def _parse_head(head):
    try:
        lines = head.decode().split("\r\n")
        method, target, version = lines.pop(0).split(" ")
        if not version.startswith("HTTP/1."):
            raise ValueError
        target, _, query = target.partition("?")
        path = [unquote(part) for part in target.split("/")[1:]]
        headers = {}
        for line in lines:
            name, value = line.split(":", 1)
            headers[name.lower()] = value.strip()
    except ValueError:  # UnicodeError is one
        raise Problem(400, "Not understood", "this is no HTTP request") from None
    return method, path, query, headers


def unquote(text):
    """Return text of an address with its %41 as letters. Raises ValueError."""
    parts = text.split("%")
    data = parts.pop(0).encode()
    for part in parts:
        data += bytes((int(part[:2], 16),)) + part[2:].encode()
    return data.decode()


async def _receive(sock):
    while True:
        await readable(sock)  # pyright: ignore
        try:
            data = sock.recv(_CHUNK)
        except OSError as e:
            if e.errno == errno.EAGAIN:
                continue
            raise
        if not data:
            raise EOFError
        return data


async def write_response(sock, response):
    """Write all of it, each part within 5 s. Raises OSError, asyncio.TimeoutError."""
    body = response.body
    head = response.head()
    if isinstance(body, bytes):
        await send(sock, head + body)
        return
    try:
        await send(sock, head)
        if hasattr(body, "read"):
            data = body.read(_CHUNK)
            while data:
                await send(sock, data)
                data = body.read(_CHUNK)
        else:
            async for data in body:
                await send(sock, data)
    finally:
        body.close()


async def send(sock, data):
    """Send all of `data`; the client must take some of it every 5 s."""
    at = 0
    while True:
        try:
            at += sock.send(data[at:] if at else data)
        except OSError as e:
            if e.errno != errno.EAGAIN:
                raise
        if at == len(data):
            return
        await wait_for_ms(_writable_task(sock), _WRITE_MS)


async def _writable_task(sock):
    await writable(sock)  # pyright: ignore

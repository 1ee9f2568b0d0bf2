"""HTTP for few clients on little memory: one request a connection, within limits and deadlines.

Requests are of HTTP/1.0 or 1.1, answers end with the connection.
"""

import errno
import io
import json

from tuya.port import const, readable, wait_for_ms

from ..system.store import remove

_REQUEST_MS = const(5000)
_HEAD_MAX = const(2048)
_CHUNK = const(512)
# A longer body waits in a file: as one block of heap there may be no room for it.
_IN_MEMORY = const(1024)


class Problem(Exception):
    """An answer that says what is wrong, as RFC 9457 has it; `headers` are whole lines."""

    def __init__(self, status, title, detail, headers="", kind=None):
        super().__init__(title)
        self.status = status
        self.title = title
        self.detail = detail
        self.headers = headers
        self.kind = kind  # for programs, where the status does not say it


class Upload:
    """The file that takes a body too long for the heap; one at a time."""

    def __init__(self, path):
        self._path = path
        self.end()  # the power may have been cut in the middle of one, and it may hold keys

    def begin(self):
        """Return the file to write. Raises Problem while another body is in it, OSError."""
        if self._is_taken:
            raise Problem(503, "Busy", "another upload is under way", "Retry-After: 2\r\n")
        file = open(self._path, "wb")  # noqa: SIM115 - who writes closes it
        self._is_taken = True
        return file

    def open(self):
        """Return the file to read."""
        return open(self._path, "rb")

    def end(self):
        """Forget what is in it."""
        self._is_taken = False
        remove(self._path)


class Request:
    """`method`, `path` (list of decoded segments), `query` (what stands behind its question mark),
    `headers` (names in small letters), `body`, `peer` (the client's address). A long body is in
    an Upload instead, until close().
    """

    peer = None

    def __init__(self, method, path, query, headers, body, upload=None):
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self._upload = upload

    def json(self):
        """Return the body's value. Raises Problem when it is not JSON.

        Asking for the name has browsers ask first when another site's page sends something.
        """
        self._check_kind()
        try:
            if not self._upload:
                return json.loads(self.body or b"")
            with self._upload.open() as file:
                return json.load(file)
        except ValueError:
            raise Problem(400, "Not understood", "the body is not JSON") from None

    def _check_kind(self):
        kind = self.headers.get("content-type", "").split(";")[0]
        if kind != "application/json":
            raise Problem(415, "Not understood", "expected Content-Type: application/json")

    def entries(self):
        """Yield the entries of the object in the body (see config.entries). Raises Fault."""
        self._check_kind()
        from ..config.entries import entries

        file = self._upload.open() if self._upload else io.BytesIO(self.body or b"")
        try:
            yield from entries(file)
        finally:
            file.close()  # pyright: ignore

    def close(self):
        """Forget a long body."""
        if self._upload:
            self._upload.end()
            self._upload = None


class Response:
    """`body`: bytes, an iterator of bytes, or an asynchronous iterator of such iterators."""

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

    def begin(self):
        """Yield the head, and what of the body is there at once."""
        yield self.head()
        if hasattr(self.body, "__next__"):
            yield from self.body
        elif not hasattr(self.body, "__anext__"):
            yield self.body


async def read_request(sock, body_max, upload):
    """Read one request within 5 s; `body_max(headers)` says how many bytes its body may have.

    A long one goes to `upload`; close() the Request then. Raises Problem, OSError, EOFError,
    asyncio.TimeoutError.
    """
    return await wait_for_ms(_read_request(sock, body_max, upload), _REQUEST_MS)


async def _read_request(sock, body_max, upload):
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
    if size > _IN_MEMORY:
        await _save(sock, body, size, upload)
        return Request(method, path, query, headers, None, upload)
    while len(body) < size:
        body += await _receive(sock)
    return Request(method, path, query, headers, body[:size])


async def _save(sock, data, size, upload):
    """Write a body to an Upload, of which `data` has come already."""
    try:
        with upload.begin() as file:
            while True:
                file.write(data[:size])
                size -= len(data)
                if size <= 0:
                    return
                data = await _receive(sock)
    except BaseException:
        upload.end()
        raise


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


async def write_response(writer, sock, response):
    """Send all of it by a Writer. Raises what Writer.write() does."""
    await writer.write(sock, response.begin(), True)
    if hasattr(response.body, "__anext__"):
        async for parts in response.body:
            await writer.write(sock, parts)

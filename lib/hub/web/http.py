"""HTTP on little memory: one request per connection, within limits and deadlines.

Requests are HTTP/1.0 or 1.1; the end of the connection ends the answer.
"""

import errno
import io
import json

from hub.system.store import remove
from tuya.port import compact_json, const, readable, wait_for_ms

_REQUEST_MS = const(5000)
_HEAD_MAX = const(2048)
_CHUNK = const(512)
# A longer body goes to a file: the heap may have no block of its size.
_IN_MEMORY = const(1024)


# Reason phrases: of the status line, and the titles of problems.
_PHRASES = (
    (200, "OK"),
    (304, "Not modified"),
    (400, "Bad request"),
    (401, "Unauthorized"),
    (403, "Forbidden"),
    (404, "Not found"),
    (405, "Method not allowed"),
    (409, "Conflict"),
    (413, "Content too large"),
    (415, "Unsupported media type"),
    (421, "Misdirected request"),
    (422, "Unprocessable content"),
    (429, "Too many requests"),
    (431, "Request header fields too large"),
    (500, "Internal server error"),
    (502, "Bad gateway"),
    (503, "Service unavailable"),
    (504, "Gateway timeout"),
)


def phrase(status):
    """Return the reason phrase of a status."""
    for known, text in _PHRASES:
        if known == status:
            return text
    return ""


class Problem(Exception):
    """An answer that says what is wrong, as application/problem+json (RFC 9457).

    `detail`: a sentence that says what is wrong, where, and what to do; `headers`: whole lines;
    `kind`: for programs, where the status does not say enough.
    """

    def __init__(self, status, detail, headers="", kind=None):
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers
        self.kind = kind

    def response(self):
        """Return the Response that tells of it."""
        body = {"status": self.status, "title": phrase(self.status), "detail": self.detail}
        if self.kind:
            body["type"] = self.kind
        data = compact_json(body).encode()
        return Response(data, "application/problem+json", self.status, self.headers)


def not_written(error):
    """Return the Problem of a flash that takes no more; `error`: the OSError that says so."""
    detail = "Nothing has changed: the flash could not be written (error %s)"
    return Problem(503, detail % error.errno)


class Upload:
    """The file for a body that is too long for the heap; one at a time."""

    def __init__(self, path):
        self._path = path
        self.end()  # a power cut may have left one, and it may hold keys

    def begin(self):
        """Return the file to write. Raises Problem while another body is in it, OSError."""
        if self._is_taken:
            raise Problem(503, "Another upload is under way; try again", "Retry-After: 2\r\n")
        file = open(self._path, "wb")  # noqa: SIM115 - who writes closes it
        self._is_taken = True
        return file

    def open(self):
        """Return the file to read."""
        return open(self._path, "rb")

    def end(self):
        """Remove the file."""
        self._is_taken = False
        remove(self._path)


class Request:
    """`method`, `path` (list of decoded segments), `query` (after the question mark), `headers`
    (names in lower case), `body`, `peer` (the client's address). A long body is in an Upload
    until close().
    """

    peer = None

    def __init__(self, method, path, query, headers, body, upload=None):
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self._upload = upload

    def open(self):
        """Return the body as a file. Raises Problem where it is not said to be JSON.

        A page of another site cannot send that type without the browser asking the hub first.
        """
        kind = self.headers.get("content-type", "").split(";")[0]
        if kind != "application/json":
            raise Problem(415, "Send the body as JSON, with Content-Type: application/json")
        return self._upload.open() if self._upload else io.BytesIO(self.body or b"")

    def json(self):
        """Return the body's value. Raises Problem when it is not JSON."""
        try:
            with self.open() as file:  # pyright: ignore
                return json.load(file)
        except ValueError:
            raise Problem(400, "The body is not valid JSON") from None

    def json_object(self):
        """Return the body's object, a dict. Raises Problem when it is something else."""
        value = self.json()
        if not isinstance(value, dict):
            raise Problem(400, "Expected a JSON object in the body, {...}")
        return value

    def close(self):
        """Remove a long body."""
        if self._upload:
            self._upload.end()
            self._upload = None


class Response:
    """`body`: bytes, an iterator of bytes, or a stream: an asynchronous iterator of these."""

    def __init__(self, body, kind="application/json", status=200, headers=""):
        self.body = body
        self.kind = kind
        self.status = status
        self.headers = headers  # whole lines

    @property
    def is_stream(self):
        return hasattr(self.body, "__anext__")

    def head(self):
        return (
            "HTTP/1.0 %d %s\r\nContent-Type: %s\r\nConnection: close\r\n"
            "X-Content-Type-Options: nosniff\r\n%s\r\n"
            % (self.status, phrase(self.status), self.kind, self.headers)
        ).encode()

    def begin(self):
        """Yield the head, and the body unless it is a stream."""
        yield self.head()
        if hasattr(self.body, "__next__"):
            yield from self.body
        elif not self.is_stream:
            yield self.body


async def read_request(sock, body_max, upload):
    """Read one request within 5 s; `body_max(headers)` says how many bytes its body may have.

    A long one goes to `upload`, until close() of the Request. Raises Problem, OSError, EOFError,
    asyncio.TimeoutError.
    """
    return await wait_for_ms(_read_request(sock, body_max, upload), _REQUEST_MS)


async def _read_request(sock, body_max, upload):
    data = b""
    end = -1
    while end < 0:
        if len(data) > _HEAD_MAX:
            detail = "The head of the request has more than %d bytes"
            raise Problem(431, detail % _HEAD_MAX)
        data += await _receive(sock)
        end = data.find(b"\r\n\r\n")
    method, path, query, headers = _parse_head(data[:end])
    size = headers.get("content-length", "0")
    if not size.isdigit() or "transfer-encoding" in headers:
        raise Problem(400, "Send the length of the body as Content-Length: a number of bytes")
    size = int(size)
    if size and size > body_max(headers):
        raise Problem(413, "The body has more than %d bytes" % body_max(headers))
    body = data[end + 4 :]
    if size > _IN_MEMORY:
        await _save(sock, body, size, upload)
        return Request(method, path, query, headers, None, upload)
    while len(body) < size:
        body += await _receive(sock)
    return Request(method, path, query, headers, body[:size])


async def _save(sock, data, size, upload):
    """Write a body to an Upload; `data` is what of it has come already."""
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
        raise Problem(400, "This is not a valid HTTP/1 request") from None
    return method, path, query, headers


def unquote(text):
    """Return the text of a URL with its %-escapes decoded. Raises ValueError."""
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


def json_list(values):
    """Yield the JSON of a list, a value at a time: a long one needs no block of its size."""
    between = "["
    for value in values:
        yield (between + compact_json(value)).encode()
        between = ","
    yield b"]" if between == "," else b"[]"


async def write_response(writer, sock, response):
    """Send all of it by a Writer. Raises what Writer.write() does."""
    await writer.write(sock, response.begin(), True)
    if response.is_stream:
        async for parts in response.body:
            await writer.write(sock, parts)

"""HTTP on little memory: one request per connection, within limits and deadlines.

Requests are HTTP/1.0 or 1.1; the end of the connection ends the answer.
"""

import errno
import io
import json

from hub.system.store import UPLOAD_FILE, remove
from tuya.port import compact_json, const, readable, sleep_ms, wait_for_ms

_REQUEST_MS = const(5000)
_HEAD_MAX = const(2048)
_CHUNK = const(512)
# As many of them as lwIP takes in before somebody reads.
_TURN = const(11)
_DIGITS_MAX = const(9)
# Headers that decide what a request is.
_ONCE = const(("content-length", "host"))
# A longer body goes to a file, one at a time: the heap may have no block of its size.
_IN_MEMORY = const(1024)
_is_uploading = False

# Reason phrases: of the status line, and the titles of problems.
_PHRASES = const(
    (
        (200, "OK"),
        (302, "Found"),
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
    `kind`: for programs, where the status does not say enough; `faults`: those of a file, a text
    for each, which `detail` has one behind the other.
    """

    def __init__(self, status, detail, headers="", kind=None, faults=None):
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers
        self.kind = kind
        self.faults = faults

    def response(self):
        """Return the Response that tells of it."""
        body = {"status": self.status, "title": phrase(self.status), "detail": self.detail}
        if self.kind:
            body["type"] = self.kind
        if self.faults:
            body["faults"] = self.faults
        data = compact_json(body).encode()
        return Response(data, "application/problem+json", self.status, self.headers)


def not_written(error):
    """Return the Problem of a flash that takes no more; `error`: the OSError that says so."""
    detail = "Nothing has changed: the flash could not be written (error %s)"
    return Problem(503, detail % error.errno)


def end_upload():
    """Remove the file of a long body, which may hold keys, and leave it to the next one."""
    global _is_uploading  # noqa: PLW0603 - there is one file
    _is_uploading = False
    remove(UPLOAD_FILE)


class Request:
    """`method`, `path` (list of decoded segments), `query` (after the question mark), `headers`
    (names in lower case), `body`, `peer` (its address). A long body is in UPLOAD_FILE to close().
    """

    peer = None

    def __init__(self, method, path, query, headers, body):
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body  # None: it is in the file

    def parameter(self, name):
        """Return the one parameter that the query may have, None without it. Raises Problem."""
        if not self.query:
            return None
        key, _, value = self.query.partition("=")
        if key != name or "&" in value:
            raise Problem(400, "The only parameter here is %s, such as ?%s=1" % (name, name))
        return value

    def flag(self, name):
        """Tell whether the one parameter of the query is given, and true. Raises Problem."""
        value = self.parameter(name)
        if value not in (None, "0", "false", "1", "true"):
            raise Problem(400, "Expected ?%s=1 or ?%s=0" % (name, name))
        return value in ("1", "true")

    def open(self):
        """Return the body as a file. Raises Problem where it is not said to be JSON.

        A page of another site cannot send that type without the browser asking the hub first.
        """
        kind = self.headers.get("content-type", "").split(";")[0]
        if kind != "application/json":
            raise Problem(415, "Send the body as JSON, with Content-Type: application/json")
        try:
            if self.body is None:
                from hub.config.characters import check

                check(UPLOAD_FILE)
            elif b"\\" in self.body or (self.body and max(self.body) > 0x7E):
                from tuya.utf8 import joined

                self.body = joined(self.body)
        except ValueError:
            raise Problem(400, "The body is no JSON in UTF-8, or has half a character") from None
        return self.file()

    def file(self):
        """Return the body as a file, whatever it is."""
        return open(UPLOAD_FILE, "rb") if self.body is None else io.BytesIO(self.body)

    def json(self):
        """Return the body's value. Raises Problem when it is not JSON."""
        try:
            with self.open() as file:  # pyright: ignore
                return json.load(file)
        except ValueError:
            raise Problem(400, "The body is not valid JSON") from None

    def json_object(self, *names):
        """Return the body's object, a dict with no other names. Raises Problem otherwise."""
        value = self.json()
        if not isinstance(value, dict):
            raise Problem(400, "Expected a JSON object in the body, {...}")
        for name in value:
            if name not in names:
                expected = "only %s are" % ", ".join(names) if names else "no value is"
                raise Problem(400, "%s is not known; %s" % (compact_json(name)[:40], expected))
        return value

    def close(self):
        """Remove a long body."""
        if self.body is None:
            self.body = b""
            end_upload()


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

    def drop_body(self):
        """Leave the head alone."""
        if hasattr(self.body, "close"):
            self.body.close()  # pyright: ignore
        self.body = b""

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
            detail = "The head of the request has more than %d bytes"
            raise Problem(431, detail % _HEAD_MAX)
        data += await _receive(sock)
        end = data.find(b"\r\n\r\n")
    method, path, query, headers = _parse_head(data[:end])
    size = number_of(headers.get("content-length", "0"))
    if size is None or "transfer-encoding" in headers:
        raise Problem(400, "Send the length of the body as Content-Length: a number of bytes")
    if size and size > body_max(headers):
        raise Problem(413, "The body has more than %d bytes" % body_max(headers))
    body = data[end + 4 :]
    if size > _IN_MEMORY:
        await _save(sock, body, size)
        return Request(method, path, query, headers, None)
    while len(body) < size:
        body += await _receive(sock)
    return Request(method, path, query, headers, body[:size])


def is_uploading():
    """Tell whether a long body is on its way into its file."""
    return _is_uploading


async def _save(sock, data, size):
    """Write a body to its file; `data` is what of it has come already."""
    global _is_uploading  # noqa: PLW0603 - there is one file
    if _is_uploading:
        raise Problem(503, "Another upload is under way; try again", "Retry-After: 2\r\n")
    _is_uploading = True
    try:
        with open(UPLOAD_FILE, "wb") as file:
            while True:
                file.write(data[:size])
                size -= len(data)
                if size <= 0:
                    return
                if size // _CHUNK % _TURN == _TURN - 1:
                    await sleep_ms(0)  # it may come as fast as it is read
                data = await _receive(sock)
    except BaseException:
        end_upload()
        raise


def _parse_head(head):
    """Return (method, path, query, headers). What two readers could take for two things is refused
    (RFC 9112, sections 3 and 5).
    """
    headers = {}
    try:
        lines = head.decode().split("\r\n")
        method, target, version = lines.pop(0).split(" ")
        for line in lines:
            name, value = line.split(":", 1)
            name = name.lower()
            if not name or name != name.strip() or (name in headers and name in _ONCE):
                raise ValueError
            headers[name] = value.strip()
        if target.startswith("http://"):
            host, slash, rest = target[7:].partition("/")
            headers["host"] = host
            target = slash + rest
        elif target == "*" and method == "OPTIONS":
            target = "/"
        if not version.startswith("HTTP/1.") or target[:1] != "/":
            raise ValueError
        target, _, query = target.partition("?")
        path = [unquote(part) for part in target.split("/")[1:]]
    except ValueError:  # UnicodeError is one
        raise Problem(400, "This is not a valid HTTP/1 request") from None
    return method, path, query, headers


def whole(value):
    """Return the int that a JSON number is, 5 or 5.0; None for other values."""
    if isinstance(value, float) and -1e10 < value < 1e10 and value == int(value):
        return int(value)
    return value if type(value) is int else None


def number_of(text):
    """Return the number that digits stand for, None for other texts and for more than nine."""
    try:
        return int(text) if text.isdigit() and len(text) <= _DIGITS_MAX else None
    except ValueError:
        return None  # CPython knows digits that are no numbers


def unquote(text):
    """Return the text of a URL with its %-escapes decoded. Raises ValueError."""
    parts = text.split("%")
    data = parts.pop(0).encode()
    for part in parts:
        data += bytes((int(part[:2], 16),)) + part[2:].encode()
    return data.decode()


async def _receive(sock):
    # What has come holds memory of the network until it is read: it does not wait for a turn.
    while True:
        try:
            data = sock.recv(_CHUNK)
            break
        except OSError as e:
            if e.errno != errno.EAGAIN:
                raise
        await readable(sock)  # pyright: ignore
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

"""Just enough of an HTTP client to ask a hub."""

import asyncio
import contextlib
import json


async def ask(port, method, path, body=None, headers="", token=None, host="localhost"):
    """Send a request; return (status, body parsed when it is JSON)."""
    if token:
        headers += f"Authorization: Bearer {token}\r\n"
    status, _, content = await ask_fully(port, method, path, body, headers, host)
    return status, content


async def ask_fully(port, method, path, body=None, headers="", host="localhost"):
    """Send a request; return (status, head as text, body parsed when it is JSON).

    `body`: bytes as they are, anything else as JSON.
    """
    async with asyncio.timeout(30):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            data, kind = _encoded(body)
            head = f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{kind}{headers}"
            writer.write(f"{head}Content-Length: {len(data)}\r\n\r\n".encode() + data)
            answer = await reader.read()
        finally:
            writer.close()
    head, _, content = answer.partition(b"\r\n\r\n")
    if b"json" in head.lower():
        content = json.loads(content)
    return int(head.split()[1]), head.decode(), content


def _encoded(body):
    """Return (bytes, header) of a body."""
    if body is None:
        return b"", ""
    if isinstance(body, bytes):
        return body, "Content-Type: application/octet-stream\r\n"
    return json.dumps(body).encode(), "Content-Type: application/json\r\n"


@contextlib.asynccontextmanager
async def event_stream(port, path="/events", headers=""):
    """Open the event stream; yield a reader of its frames, which end with an empty line."""
    async with asyncio.timeout(30):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n"
            writer.write(head.encode())
            await reader.readuntil(b"\r\n\r\n")
            yield reader
        finally:
            writer.close()


async def events(port, want, path="/events", headers=""):
    """Open the event stream; return (name, data) of the first event that `want` accepts."""
    async with event_stream(port, path, headers) as reader:
        while True:
            lines = (await reader.readuntil(b"\n\n")).decode().splitlines()
            event = dict(line.split(": ", 1) for line in lines if ": " in line)
            found = event.get("event"), json.loads(event.get("data", "null"))
            if want(*found):
                return found


async def serving(port):
    """Wait until the page is there."""
    async with asyncio.timeout(30):
        while True:
            with contextlib.suppress(OSError):
                assert (await ask(port, "GET", "/health"))[0] == 200
                return
            await asyncio.sleep(0.05)

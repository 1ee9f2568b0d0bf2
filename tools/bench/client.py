"""Just enough of an HTTP client to measure a hub with."""

import asyncio
import json


async def send(port, method, path, body=None, token=""):
    """Send a request; return (reader, writer), for who reads the answer and closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    data = json.dumps(body or {}).encode()
    head = f"{method} {path} HTTP/1.0\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
    writer.write(head.encode() + data)
    return reader, writer


async def ask(port, method, path, body=None, token=""):
    """Send a request; return the body of its answer, which has to be a good one."""
    reader, writer = await send(port, method, path, body, token)
    try:
        head, _, data = (await asyncio.wait_for(reader.read(), 30)).partition(b"\r\n\r\n")
    finally:
        writer.close()
    assert head.startswith(b"HTTP/1.0 200"), head
    return data

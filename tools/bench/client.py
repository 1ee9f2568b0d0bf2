"""Just enough of an HTTP client to measure a hub with."""

import asyncio
import itertools
import json
import os
import socket

# Below the ports that a system gives to whoever asks for none, as each connection does: one of
# those may be gone again before the hub listens on it. Processes side by side begin apart.
_FIRST, _COUNT, _APART = 10000, 22000, 2000
_turns = itertools.count(os.getpid() * _APART)


def free_port(kind=socket.SOCK_STREAM):
    """Return a port of this machine that nobody listens on, each time another one.

    `kind`: socket.SOCK_DGRAM for one of UDP.
    """
    for turn in itertools.islice(_turns, _COUNT):
        port = _FIRST + turn % _COUNT
        with socket.socket(type=kind) as sock:
            try:
                sock.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError(f"none of the ports {_FIRST} to {_FIRST + _COUNT - 1} is free")


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

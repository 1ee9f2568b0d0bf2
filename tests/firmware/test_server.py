"""The server of a hub that is none, by real connections: who is let in, and its own check."""

import asyncio
import contextlib
import os

from fake_hub import SETTINGS, FakeHub, SlowChanges

from hub.system import trial
from hub.web import server
from tuya.port import connect, sleep_ms, wait_for_ms

_WAIT_MS = 5000
_TURNS = 20
_OK = b"HTTP/1.0 200"


async def asked(port, method, path):
    """Return a connection on which a request was sent."""
    stream = await connect("127.0.0.1", port, _WAIT_MS)
    body = b"{}" if method == "POST" else b""
    head = "%s %s HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    stream.send((head % (method, path, len(body))).encode() + body)
    return stream


async def begins(stream):
    """Return how the answer begins."""
    buf = bytearray(len(_OK))
    await wait_for_ms(stream.readinto(buf), _WAIT_MS)
    return bytes(buf)


def listening():
    """Return (socket, port) of one that is free, above those that are given to connections."""
    while True:
        port = 61000 + int.from_bytes(os.urandom(2), "big") % 4500
        try:
            return server.listen(port), port
        except OSError:
            pass  # somebody else has it


@contextlib.asynccontextmanager
async def served(hub):
    """Serve a hub; yield the port."""
    hub.clients = 0
    hub.listener, port = listening()
    serving = asyncio.create_task(server.serve(hub, dict(SETTINGS, port=port)))
    try:
        yield port
    finally:
        serving.cancel()


async def test_who_comes_while_the_configuration_is_changed_waits_at_the_door():
    changes = SlowChanges()
    hub = FakeHub()
    hub.changes = lambda: changes
    async with served(hub) as port:
        first = await asked(port, "POST", "/api/v1/config/confirm")
        while not hub.is_changing:
            await sleep_ms(1)
        second = await asked(port, "GET", "/health")
        for _ in range(_TURNS):
            await sleep_ms(1)
        assert hub.clients == 1
        changes.may_end.set()
        assert await begins(first) == await begins(second) == _OK
        first.close()
        second.close()


async def test_a_set_on_trial_finds_that_its_page_is_served():
    hub = FakeHub()
    async with served(hub) as port:
        assert await trial._missing(hub, port, False) is None
        hub.authentication = None  # which fails each request
        assert "its page is not served" in await trial._missing(hub, port, False)

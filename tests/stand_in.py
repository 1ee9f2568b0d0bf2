"""A hub in a few lines that answers as told: for what a page has to bear, and for kinds of devices
that no fake plug is of.
"""

import asyncio
import contextlib
import functools
import json

from browser import Browser, chromium

from fakeplug.ports import free_port
from plughub.firmware import page

STREAMS_MAX = 2
_SCRIPTS = ("more.js", "login.js", "backup.js")


@functools.cache
def _asset(name):
    return page.build_script(name) if name in _SCRIPTS else page.build_page("index.html")


def plug(name, **more):
    """Return the state of a plug that is in order."""
    about = {"name": name, "id": "bf" + name.replace(" ", ""), "kind": "outlet", "seq": 1}
    about |= {
        "on": True,
        "online": True,
        "reason": None,
        "lock": None,
        "cause": "page",
        "fault": 0,
    }
    about |= {"power": 95.7, "voltage": 230.4, "current": 0.417, "age": 1, "shared": False}
    about |= {"energy": 1.5, "today": 0.2, "yesterday": None, "countdown": None, "timer": None}
    return about | {"address": "192.0.2.7", "version": "3.3"} | more


class StandIn:
    """`home`: the snapshot; `answers`: {"METHOD path": value, or function(body) that returns one}.

    A value of a 2-tuple is (status, value). `asked` has (method, path, body) of all requests.
    """

    def __init__(self, *plugs, **more):
        self.port = free_port()
        self.home = {
            "name": "plughub", "time": 1795874400, "offset": 3600, "open": True, "faults": [],
            "plugs": list(plugs), "outlets": [], "relays": [], "groups": [], "scenes": [],
        } | more  # fmt: skip
        self.answers = {"GET history": {"step": 5, "power": {}}, "GET log": [], "GET logbook": []}
        self.asked = []
        self._streams = []
        self._server = None
        self._seq = 1

    async def start(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    async def stop(self):
        """Be gone, as a board without power is."""
        self._server.close()
        for writer in self._streams:
            writer.close()
        await self._server.wait_closed()

    async def tell(self, kind="plugs", **state):
        """Send a change: fields of the state of a target that is there."""
        self._seq += 1
        for known in self.home[kind]:
            if known["name"] == state["name"]:
                known.update(state, seq=self._seq)
                change = {"plugs": [], "relays": [], "groups": []} | {kind: [known]}
                await self._send("change", change)

    async def show(self, **more):
        """Send a snapshot, of a home that has changed."""
        self.home.update(more)
        await self._send("snapshot", self.home)

    async def _send(self, name, data):
        for writer in list(self._streams):
            with contextlib.suppress(ConnectionError):
                writer.write(_event(name, self._seq, data))
                await writer.drain()

    async def _serve(self, reader, writer):
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            lines = head.lower().split("\r\n")
            sizes = [int(line[15:]) for line in lines if line.startswith("content-length:")]
            body = await reader.readexactly(sizes[0]) if sizes else b""
            method, path = head.split(" ")[:2]
            await self._answer(writer, method, path.strip("/"), body)
            if writer in self._streams:
                await reader.read()  # until its page is closed
                self._streams.remove(writer)
                writer.close()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # it has gone

    async def _answer(self, writer, method, path, body):
        if path == "api/v1/events" and len(self._streams) < STREAMS_MAX:
            writer.write(b"HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
            writer.write(_event("snapshot", self._seq, self.home))
            await writer.drain()
            self._streams.append(writer)
            return
        if path == "api/v1/events":
            problem = {"detail": "2 pages are open already; close one"}
            self._end(writer, 503, "application/problem+json", json.dumps(problem).encode())
        elif path.startswith("api/v1/"):
            status, value = self._value(method, path[7:], body)
            self._end(writer, status, "application/json", json.dumps(value).encode())
        elif path and path not in _SCRIPTS:
            self._end(writer, 404, "text/plain", b"")
        else:
            kind = "text/javascript" if path else "text/html; charset=utf-8"
            self._end(writer, 200, kind, _asset(path), "Content-Encoding: gzip\r\n")

    def _value(self, method, path, body):
        value = json.loads(body) if body else None
        self.asked.append((method, path, value))
        if method == "GET" and path in self.home:
            return 200, self.home[path]
        if path == "system":
            return 200, {"uptime": 7, "lag_ms": 1, "connections": [1, 5], "pages": 1} | self.home
        found = self.answers.get(f"{method} {path}", (404, {"detail": f"Nothing is at {path}"}))
        found = found(value) if callable(found) else found
        return found if isinstance(found, tuple) else (200, found)

    def _end(self, writer, status, kind, data, more=""):
        head = f"HTTP/1.0 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\n"
        writer.write(f"{head}{more}\r\n".encode() + data)
        writer.close()


def _event(name, id, data):
    return f"event: {name}\nid: x-{id}\ndata: {json.dumps(data)}\n\n".encode()


@contextlib.asynccontextmanager
async def shown(hub):
    """A browser for a StandIn: yields it; nothing may go wrong in its pages."""
    await hub.start()
    try:
        async with chromium() as browser:
            visitor = Browser(browser, f"http://localhost:{hub.port}/")
            yield visitor
            assert visitor.faults == [], visitor.faults
    finally:
        await hub.stop()

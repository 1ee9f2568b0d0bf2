"""Requests that have been spoiled: none of them makes the hub fail, or leaves anything behind."""

import asyncio
import json
import os
import random

from http_client import ask
from interpreters import need_micropython
from simulated_home import home

from fakeplug.ports import free_port
from hub.web.routes import ROWS

#: A tenth of what has to be borne; the rest is for who has the time.
COUNT = int(os.environ.get("PLUGHUB_REQUESTS", "2000"))
_NAMES = ("lamp", "fan", "all", "a", "nobody", "%00", "a%2fb", "..", "\u00e4", "")
_VALUES = (
    *(None, True, False, 0, -1, 1.5, 1e400, 10**30, "", "on", "x" * 300, [], {}, [[]], [None]),
    *({"on": {}}, {"a": {"b": {"c": [1, 2, {"d": None}]}}}, "\u0000", "\ud83d\ude00"),
)
_KEYS = ("on", "for", "dps", "seconds", "time", "key", "name", "plugs", "rules", "wifi", "web")
_HEADERS = (
    "Content-Type: application/json",
    "Content-Type: text/plain",
    "Authorization: Bearer x",
    "Authorization: Basic eDp5",
    "Last-Event-ID: 7",
    "If-None-Match: *",
    "Transfer-Encoding: chunked",
    "Expect: 100-continue",
    "Host: localhost",
    "Content-Length: 3",
    "X: " + "y" * 500,
    "broken",
)
# A restart, or another port, would end the test and not the hub; devices are listened for 9 s.
_LEFT_OUT = (
    *("system.restart", "events.events", "compat.esphome.events", "config.put_config"),
    *("lookup.found.list_found", "setup.routes.join_network"),
)


def body(dice):
    if dice.random() < 0.2:
        return dice.choice((b"", b"{", b"null", b'{"on":', b"\xff", b"[" * 600, b"1" * 900))
    value = {dice.choice(_KEYS): dice.choice(_VALUES) for _ in range(dice.randrange(4))}
    return json.dumps(dice.choice((value, value, dice.choice(_VALUES)))).encode()


def spoiled(dice):
    """Return the bytes of a request: a right one in which something is wrong, or nothing."""
    method, path, function, _, _ = dice.choice(ROWS)
    while function in _LEFT_OUT:
        method, path, function, _, _ = dice.choice(ROWS)
    while "*" in path:
        path = path.replace("*", dice.choice(_NAMES), 1)
    if dice.random() < 0.2:
        path += dice.choice(("?dry=1", "?dry", "?after=x", "?cmnd=Power%20on", "?%", "?a=b&a=c"))
    if dice.random() < 0.1:
        method = dice.choice(("HEAD", "OPTIONS", "PATCH", "get", "", "POST", "PUT", "DELETE"))
    if dice.random() < 0.05:
        path = dice.choice(
            ("*", "http://localhost" + path, path[1:], "//", "/%zz", "/" + "a" * 900)
        )
    data = body(dice)
    headers = ["Host: localhost", "Content-Type: application/json"]
    headers += dice.sample(_HEADERS, dice.choice((0, 0, 0, 1, 2)))
    size = len(data) if dice.random() < 0.95 else dice.choice(("x", -1, 10**8, len(data) - 1))
    headers.append(f"Content-Length: {size}")
    lines = [f"{method} {path} HTTP/1.1", *headers, "", ""]
    request = "\r\n".join(lines).encode() + data
    if dice.random() < 0.1:
        at = dice.randrange(len(request))
        request = request[:at] + bytes((dice.randrange(256),)) + request[at + 1 :]
    return request


async def status_of(port, request):
    """Send a request as it is; return the status of its answer, None without one."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        writer.write_eof()  # what is said to be longer does not come
        head = await asyncio.wait_for(reader.read(13), 10)
        while head and await reader.read(4096):
            pass
    except ConnectionError:
        return None
    finally:
        writer.close()
    return int(head[9:12]) if head else None


async def test_spoiled_requests_fail_alone(tmp_path):
    micropython = need_micropython("frozen")
    groups = [{"name": "all", "members": ["lamp"]}]
    rules = {"rules": [{"id": "a", "at": "12:00", "do": {"plug": "lamp", "set": "off"}}]}
    web = {"port": free_port(), "auth": False, "tasmota": True, "esphome": True, "metrics": True}
    dice = random.Random(7)
    found = {}
    asked = {"rules": rules, "groups": groups, "web": web}
    async with home(tmp_path, micropython, **asked) as (_, board, port):
        _, _, before = map(int, (await board.ask("heap")).split())
        for _ in range(COUNT):
            request = spoiled(dice)
            status = await status_of(port, request)
            found[status] = found.get(status, 0) + 1
            assert status not in (500, 503), (request, board.lines[-5:])
        assert (await ask(port, "GET", "/health"))[0] == 200
        _, _, after = map(int, (await board.ask("heap")).split())
        assert after >= 0.95 * before, (before, after)
        assert not [line for line in board.lines if "Traceback" in line or "crashed" in line]
    # They were not all alike.
    assert {200, 400, 404, 405, 413, 415} <= set(found), found

"""Requests over HTTPS from MicroPython and CPython to a server that answers in many ways."""

import asyncio
import ssl
import subprocess
import sys
from pathlib import Path

import pytest
from aiohttp import web
from interpreters import need_micropython
from openapi_server import make_certificate

from plughub import ROOT

SCRIPT = Path(__file__).with_name("https_client.py")


async def answer(request):
    """Answer as the path says, with what was sent."""
    how = request.path.strip("/")
    body = await request.read()
    assert request.headers["X-Sign"] == "s" and request.headers["Connection"] == "close"
    if how == "chunks":
        response = web.StreamResponse()
        response.enable_chunked_encoding()
        await response.prepare(request)
        for _ in range(300):
            await response.write(body)
        await response.write_eof()
        return response
    if how in ("cut", "end", "long", "headless"):
        head = {
            "cut": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n",
            "end": b"HTTP/1.1 200 OK\r\n\r\n",
            "long": b"HTTP/1.1 200 OK\r\nContent-Length: 5001\r\n\r\n",
            "headless": b"",
        }
        request.transport.write(head[how] + body)
        request.transport.close()
        return web.Response()
    return web.Response(status=403, body=body * 20)


async def outcomes(interpreter, tmp_path, ca, *paths):
    """Return the lines that a client prints of requests to these paths."""
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*make_certificate(tmp_path))
    runner = web.AppRunner(application, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    url = f"https://127.0.0.1:{runner.addresses[0][1]}/"
    try:
        process = await asyncio.create_subprocess_exec(
            *(interpreter, SCRIPT, ROOT / "lib", ca, *[url + path for path in paths]),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        said, _ = await asyncio.wait_for(process.communicate(), 60)
    finally:
        await runner.cleanup()
    return said.decode().splitlines()


@pytest.fixture(params=["cpython", 64, 32])
def interpreter(request):
    return sys.executable if request.param == "cpython" else need_micropython(request.param)


async def test_answers_of_every_form_come_whole_or_are_none(interpreter, tmp_path):
    paths = ("plain", "chunks", "end", "long", "cut", "headless")
    lines = await outcomes(interpreter, tmp_path, tmp_path / "openapi.pem", *paths)
    assert lines[:2] == ["403 80 b'bodybody'", "200 1200 b'bodybody'"], lines
    assert lines[2] == "OSError an answer does not tell its length"
    assert lines[3] == "OSError an answer has more than 5000 bytes"
    # MicroPython does not always see that a TLS connection has ended.
    for line in lines[4:]:
        assert line in ("OSError an answer was cut off", "deadline"), lines
    assert len(lines) == 6


async def test_who_shows_another_certificate_is_told_nothing(interpreter, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    make_certificate(other)
    lines = await outcomes(interpreter, tmp_path, other / "openapi.pem", "plain")
    assert lines[0].startswith("OSError ") and "certificate" in lines[0].lower(), lines

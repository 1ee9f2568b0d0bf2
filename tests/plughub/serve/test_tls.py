"""HTTPS, and proxies that are trusted."""

import asyncio
import json
import shutil
import ssl
import subprocess

import pytest
from fake_hub import FakeHub, request
from interpreters import missing
from newcomer import run
from served_home import Served, write_config

from fakeplug.ports import free_port
from hub.system.store import save
from hub.web.http import Problem
from hub.web.login.passwords import fingerprint
from plughub.cli import Failure
from plughub.serve.asking import Asking, proxies_of
from plughub.serve.tls import context_of

LOCAL = ("--host", "127.0.0.1")


@pytest.fixture(scope="module")
def pem(tmp_path_factory):
    """A certificate of localhost and its key in two files."""
    openssl = shutil.which("openssl")
    if not openssl:
        missing("no openssl")
    folder = tmp_path_factory.mktemp("pem")
    words = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
    names = ("-addext", "subjectAltName=DNS:localhost", "-keyout", "key.pem", "-out", "cert.pem")
    subprocess.run([openssl, *words.split(), *names], cwd=folder, check=True, capture_output=True)
    return folder


async def ask(port, context, text):
    """Send a request by TLS; return the whole answer."""
    async with asyncio.timeout(30):
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", port, ssl=context, server_hostname="localhost"
        )
        writer.write(text.encode())
        answer = await reader.read()
        writer.close()
        return answer


async def test_the_page_by_https_and_who_asks_is_known(tmp_path, pem):
    port = free_port()
    write_config(tmp_path, {"web": {"port": port, "auth": False}, "plugs": []})
    words = ("--certificate", pem / "cert.pem", "--key", pem / "key.pem", "--audit")
    context = ssl.create_default_context(cafile=pem / "cert.pem")
    async with Served(tmp_path, *LOCAL, *words) as hub:
        await hub.expect(f"the page: https://localhost:{port}/")
        answer = await ask(port, context, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert (b" 200 OK" in answer and answer.endswith(b"\x00")) or b"gzip" in answer
        # Long answers, at the same time.
        texts = ["GET /api/v1/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n"] * 20
        answers = await asyncio.gather(*(ask(port, context, text) for text in texts))
        assert len({len(answer) for answer in answers}) == 1
        head = "POST /api/v1/identify HTTP/1.1\r\nHost: localhost\r\n"
        head += "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
        assert b" 200 OK" in await ask(port, context, head)
        audit = "audit: POST '/api/v1/identify' by somebody at 127.0.0.1: 200"
        await hub.expect(audit)
        # Without TLS there is nothing.
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        async with asyncio.timeout(30):
            assert b"200" not in await reader.read()
        writer.close()
        # A stream of events ends with its client, and the hub with its signal.
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", port, ssl=context, server_hostname="localhost"
        )
        writer.write(b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        async with asyncio.timeout(30):
            await reader.readuntil(b"event: snapshot")
        assert await hub.stop() == 0
        writer.close()


async def test_a_page_that_changes_is_still_https(tmp_path, pem):
    port = free_port()
    write_config(tmp_path, {"web": {"port": port, "auth": False}})
    words = ("--certificate", pem / "cert.pem", "--key", pem / "key.pem")
    context = ssl.create_default_context(cafile=pem / "cert.pem")
    async with Served(tmp_path, *LOCAL, *words) as hub:
        await hub.expect("the page: https")
        body = json.dumps({"web": {"port": port, "auth": False, "metrics": True}})
        head = "PUT /api/v1/config HTTP/1.1\r\nHost: localhost\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        assert b'"applied":true' in await ask(port, context, head + body)
        async with asyncio.timeout(30):
            while True:
                try:
                    text = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    if b"plughub_info" in await ask(port, context, text):
                        break
                except OSError:
                    await asyncio.sleep(0.1)


async def test_a_certificate_that_is_none_is_told(tmp_path, pem):
    (tmp_path / "bad.pem").write_text("nonsense")
    for words in (
        ("--certificate", tmp_path / "bad.pem"),
        ("--certificate", pem / "cert.pem"),  # without its key
    ):
        status, _, errors = await run(tmp_path, "serve", "--home", tmp_path, *words)
        assert status == 1 and "cannot be used" in errors
    with pytest.raises(Failure):
        context_of(pem / "key.pem")


async def test_an_encrypted_key_is_not_asked_for(tmp_path, pem):
    words = ["rsa", "-aes128", "-passout", "pass:secret", "-in", "key.pem", "-out"]
    path = tmp_path / "locked.pem"
    subprocess.run(["openssl", *words, path], cwd=pem, check=True, capture_output=True)
    with pytest.raises(Failure, match="encrypted"):
        context_of(pem / "cert.pem", path)


async def peer_of(asking, peer, **headers):
    """Return who is found to ask, and at which host."""
    made = request("GET", "/health", **headers)
    made.peer = peer
    await asking.answer(FakeHub(), made)
    return made.peer, made.headers.get("host")


async def test_only_of_a_trusted_proxy_is_believed_who_asks():
    asking = Asking(proxies_of(["10.0.0.0/8", "::1"]))
    forged = "6.6.6.6, 192.0.2.7"
    assert await peer_of(asking, "192.0.2.1", x_forwarded_for=forged) == ("192.0.2.1", None)
    # The last proxy has seen that one; what stands before it its client has written.
    assert (await peer_of(asking, "10.1.1.1", x_forwarded_for=forged))[0] == "192.0.2.7"
    assert (await peer_of(asking, "::ffff:10.1.1.1", x_forwarded_for=forged))[0] == "192.0.2.7"
    chain = "192.0.2.9, 10.2.2.2"
    assert (await peer_of(asking, "::1", x_forwarded_for=chain))[0] == "192.0.2.9"
    for broken in ("", "nobody", "192.0.2.9, nobody"):
        assert (await peer_of(asking, "10.1.1.1", x_forwarded_for=broken))[0] == "10.1.1.1"
    name = {"host": "localhost:8080", "x_forwarded_host": "plughub.local"}
    assert (await peer_of(asking, "10.1.1.1", **name))[1] == "plughub.local"
    assert (await peer_of(asking, "192.0.2.1", **name))[1] == "localhost:8080"
    # A name that is not the hub's is refused behind a proxy, too.
    with pytest.raises(Problem) as e:
        await peer_of(asking, "10.1.1.1", host="localhost", x_forwarded_host="evil.example")
    assert e.value.status == 421


def test_a_proxy_that_is_none_is_told():
    with pytest.raises(Failure, match="--proxy"):
        proxies_of(["my proxy"])


async def test_a_line_says_who_has_changed_what_and_no_secret(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    hub = FakeHub()
    hub.authentication.is_open = False
    save("auth.json", {"hash": "00", "tokens": [["anna", "control", fingerprint("t0ken")]]})
    asking = Asking((), True)
    for token, path, status in (
        ("t0ken", "/api/v1/relays/fan/toggle", 200),
        ("wr0ng", "/api/v1/relays/fan/toggle", 401),
        ("t0ken", "/api/v1/restart", 403),
        ("t0ken", "/api/v1/no\nforged line", 404),
    ):
        made = request("POST", path, {}, authorization=f"Bearer {token}")
        try:
            found = (await asking.answer(hub, made)).status
        except Problem as e:
            found = e.status
        assert found == status, path
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 4 and not any("t0ken" in line or "wr0ng" in line for line in lines)
    assert lines[0] == "audit: POST '/api/v1/relays/fan/toggle' by \"anna\" at 192.0.2.99: 200"
    assert "wrong token" in lines[1] and lines[2].endswith(": 403")
    await asking.answer(hub, request("GET", "/health"))
    assert capsys.readouterr().err == ""

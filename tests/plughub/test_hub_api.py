"""The API of a hub as commands use it, against servers that are none, or have a bad day."""

import asyncio
import contextlib
import json

import pytest

from plughub import hub_api
from plughub.cli import FAILED, NOT_FOUND, UNREACHABLE, USAGE, Failure
from plughub.hub_api import HubAPI, NoPassword


@pytest.fixture(autouse=True)
def impatience(monkeypatch):
    monkeypatch.setattr(hub_api, "_SILENCE_S", 0.5)
    monkeypatch.setattr(hub_api, "_ANSWER_S", 1)
    monkeypatch.delenv("PLUGHUB_TOKEN", raising=False)
    monkeypatch.setenv("PLUGHUB_PASSWORD", "correct horse battery")


async def request_of(reader):
    """Return (head, body): what is left unread would end the connection with a reset."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-len")]
    return head, await reader.readexactly(int(length[0].split(b":")[1]) if length else 0)


@contextlib.asynccontextmanager
async def serving(*answers):
    """A server with an answer for each request, bytes or what writes them; yields its port."""
    left = list(answers)

    async def serve(reader, writer):
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            await request_of(reader)
            answer = left.pop(0) if len(left) > 1 else left[0]
            if callable(answer):
                await answer(writer)
            else:
                writer.write(answer)
            await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


def answer(status, body, kind="application/json"):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return f"HTTP/1.0 {status} x\r\nContent-Type: {kind}\r\n\r\n".encode() + data


async def outcome(port, method="GET", path="system", body=None):
    """Return what a question answers, or (code, text) of the Failure."""

    def work():
        with HubAPI(f"127.0.0.1:{port}") as hub:
            return hub.ask(method, path, body)

    try:
        return await asyncio.to_thread(work)
    except Failure as e:
        return e.code, str(e)


async def silent(writer):
    await asyncio.sleep(30)


async def dribbling(writer):
    writer.write(answer(200, b"["))
    while not writer.is_closing():
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.1)


async def endless(writer):
    writer.write(answer(200, b"["))
    while not writer.is_closing():
        writer.write(b" " * 65536)
        await writer.drain()


async def test_what_is_no_hub_or_has_a_bad_day_is_told_within_its_time():
    for bad, word in (
        (answer(200, b"<html>"), "no hub of Plughub"),
        (silent, "nothing came in time"),
        (dribbling, "no hub of Plughub"),
        (endless, "no hub of Plughub"),
        (b"SSH-2.0-OpenSSH\r\n", "does not answer"),
        (b"", "does not answer"),
    ):
        async with serving(bad) as port:
            async with asyncio.timeout(30):
                code, text = await outcome(port)
        assert code == UNREACHABLE and word in text, (bad, text)


async def test_a_problem_is_told_in_the_words_of_the_hub():
    problem = {"status": 400, "title": "Bad request", "detail": "a; b", "faults": ["a", "b"]}
    for status, body, expected in (
        (400, problem, (FAILED, "a\nb")),
        (404, {"detail": "There is no plug called x"}, (NOT_FOUND, "There is no plug called x")),
        (503, {"title": "Service unavailable"}, (FAILED, "Service unavailable")),
        (500, b"oops", (FAILED, "HTTP status 500")),
        (403, {"detail": "too small"}, (UNREACHABLE, "too small")),
        (429, {"detail": "wait"}, (UNREACHABLE, "wait")),
    ):
        async with serving(answer(status, body)) as port:
            assert await outcome(port, "POST", "restart", {}) == expected


async def test_it_logs_in_by_proof_once_and_out_again():
    asked = {"salt": "00" * 16, "rounds": 10, "nonce": "n" * 56}
    heard = []

    async def serve(reader, writer):
        head, body = await request_of(reader)
        heard.append(head + body)
        words = head.split(b" ")
        if words[:2] == [b"GET", b"/api/v1/login"]:
            writer.write(answer(200, asked))
        elif words[1] == b"/api/v1/login":
            writer.write(answer(200, {"token": "a" * 32, "scope": "admin"}))
        elif b"Bearer " + b"a" * 32 in head:
            writer.write(answer(200, {"ok": True}))
        else:
            writer.write(answer(401, {"detail": "A valid token is needed"}))
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        assert await outcome(server.sockets[0].getsockname()[1]) == {"ok": True}
    paths = [line.split(b" ")[1].decode().removeprefix("/api/v1/") for line in heard]
    assert paths == ["system", "login", "login", "system", "logout"]
    assert b"correct horse" not in b"".join(heard) and b'"proof"' in heard[2]


async def test_without_a_password_and_with_odd_challenges_it_says_so():
    setup = answer(401, {"type": "setup", "detail": "x"})
    async with serving(setup) as port:
        code, text = await outcome(port)
        assert code == UNREACHABLE and text == str(NoPassword())
    for odd in ({}, [], {"salt": "x", "rounds": 1, "nonce": "n"}):
        async with serving(answer(401, {}), answer(200, odd)) as port:
            assert (await outcome(port))[0] == UNREACHABLE
    many = {"salt": "00", "rounds": 10**9, "nonce": "n"}
    async with serving(answer(401, {}), answer(200, many)) as port:
        assert (await outcome(port))[0] == UNREACHABLE


def test_what_is_no_address_is_told():
    for text in ("http://", "ftp://x", "http:///x", "://"):
        with pytest.raises(Failure) as failure:
            HubAPI(text)
        assert failure.value.code == USAGE
    with HubAPI("plughub.local") as hub:
        assert str(hub.url) == "http://plughub.local"


def test_without_a_terminal_nobody_is_asked(monkeypatch):
    monkeypatch.delenv("PLUGHUB_PASSWORD")
    monkeypatch.setattr("sys.stdin", open("/dev/null"))  # noqa: SIM115 - it ends with the test
    with HubAPI("plughub.local") as hub, pytest.raises(Failure, match="PLUGHUB_PASSWORD"):
        hub.password()

"""Requests as they come and answers as they leave."""

import asyncio
import errno
import json
import os

from fake_hub import Folder, problem, request

from hub.system.store import KEPT_FOLDER, UPLOAD_FILE
from hub.web.http import (
    Problem,
    Response,
    _parse_head,
    json_list,
    number_of,
    phrase,
    read_request,
    unquote,
    whole,
)


def refused(function, *arguments):
    """Return the status of the Problem that a call raises."""
    try:
        function(*arguments)
    except Problem as e:
        return e.status
    raise AssertionError("there was no Problem")


def test_a_problem_has_the_title_of_its_status():
    response = Problem(404, "There is no plug called x", "X: y\r\n", "kind").response()
    assert response.kind == "application/problem+json" and response.status == 404
    assert json.loads(response.body) == {
        "status": 404,
        "title": "Not found",
        "detail": "There is no plug called x",
        "type": "kind",
    }
    head = response.head().decode()
    assert head.startswith("HTTP/1.0 404 Not found\r\n") and "\r\nX: y\r\n\r\n" in head
    for status in (400, 401, 403, 404, 405, 409, 413, 415, 421, 429, 431, 500, 502, 503, 504):
        assert phrase(status), status


def test_a_body_has_to_be_json_and_to_say_so():
    assert request("PUT", "/", {"on": True}).json() == {"on": True}
    assert request("PUT", "/", [1]).json() == [1]
    assert request("PUT", "/", {}, "application/json; charset=utf-8").json() == {}
    assert refused(request("PUT", "/", {}, "text/plain").json) == 415
    assert refused(request("PUT", "/").json) == 415
    for body in (b"", b"nonsense", b"\xff"):
        assert refused(request("PUT", "/", body).json) == 400, body
    for value in ([], "text", 1, None):
        made = request("PUT", "/", json.dumps(value).encode())
        assert refused(made.json_object) == 400, value


async def test_a_character_in_two_halves_is_one():
    for body, name in (
        (b'{"name": "\\ud83d\\udca1 \\u00e4"}', "\U0001f4a1 \u00e4"),
        ('{"name": "\U0001f4a1"}'.encode(), "\U0001f4a1"),
    ):
        assert request("PUT", "/", body).json_object("name") == {"name": name}
    for odd in (b'{"name": "\\ud83d"}', b'{"name": "\xff"}', b'{"name": "\xed\xa0\xbd"}'):
        refused = await problem(_read(request("PUT", "/", odd)))
        assert refused.status == 400 and "UTF-8" in refused.detail, odd


async def test_a_long_body_is_looked_at_by_the_piece():
    with Folder():
        os.mkdir(KEPT_FOLDER)
        names = ['%d \\ud83d\\udca1 \\u00e4 \\" end' % i for i in range(99)]
        for last, expected in (("last", None), ("\\ud83d", 400), ("x" * 5000, 400)):
            body = '{"names": ["%s"]}' % '", "'.join(names + [last])
            with open(UPLOAD_FILE, "w") as file:
                file.write(body)
            long = request("PUT", "/", b"")
            long.body = None
            if expected:
                assert (await problem(_read(long))).status == expected, last
                continue
            found = long.json_object("names")["names"]
            assert found[7] == '7 \U0001f4a1 \u00e4 " end' and len(found) == 100
            assert long.json_object("names")["names"] == found
            assert os.listdir(".") == [KEPT_FOLDER]
            assert os.listdir(KEPT_FOLDER) == ["upload.json"]


async def _read(asked):
    return asked.json_object("name", "names")


class _Come:
    """A socket to which all has come already."""

    def __init__(self, data):
        self._data = data

    def recv(self, count):
        piece, self._data = self._data[:count], self._data[count:]
        if not piece:
            raise OSError(errno.EAGAIN, "nothing has come")
        return piece


async def _turns_beside(size):
    """Return how often another task had its turn while a body of so many bytes was read."""
    turns = []

    async def other():
        while True:
            await asyncio.sleep(0)
            turns.append(1)

    head = "PUT /api/v1/rules HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % size
    with Folder():
        os.mkdir(KEPT_FOLDER)
        task = asyncio.create_task(other())
        read = await read_request(_Come(head.encode() + b"x" * size), lambda headers: size)
        task.cancel()
        with read.file() as file:
            assert file.read() == b"x" * size
        read.close()
    return len(turns)


async def test_what_has_come_is_read_before_others_have_their_turn():
    # It holds memory of the network, a kilobyte and a half for each segment.
    assert await _turns_beside(4500) == await _turns_beside(1) < 5


async def test_a_long_body_leaves_others_their_turn():
    assert await _turns_beside(100000) > 15


async def test_what_is_not_known_is_refused():
    refused = await problem(_read(request("PUT", "/", {"name": 1, "nmae" * 50: 2})))
    assert refused.status == 400 and "nmae" in refused.detail and len(refused.detail) < 100


def test_numbers_of_json_may_be_whole():
    for value, expected in ((5, 5), (5.0, 5), (-3.0, -3)):
        assert whole(value) == expected and type(whole(value)) is int, value
    for value in (5.5, True, "5", None, 1e30, float("inf"), float("nan")):
        assert whole(value) is None, value


def test_lists_leave_a_value_at_a_time():
    assert list(json_list(iter([]))) == [b"[]"]
    parts = list(json_list([{"a": 1}, None, "x"]))
    assert len(parts) == 4 and json.loads(b"".join(parts)) == [{"a": 1}, None, "x"]


def test_an_answer_begins_with_its_head():
    assert b"".join(Response(b"text", "text/plain").begin()).endswith(b"\r\n\r\ntext")
    parts = list(Response(iter((b"a", b"b"))).begin())
    assert parts[1:] == [b"a", b"b"] and parts[0].startswith(b"HTTP/1.0 200 OK\r\n")
    assert b"nosniff" in parts[0]


def test_escapes_of_a_url_are_decoded():
    assert unquote("desk%20lamp%2F%C3%a4") == "desk lamp/\u00e4"
    for wrong in ("%zz", "%", "%ff"):
        try:
            unquote(wrong)
        except ValueError:
            continue
        raise AssertionError(wrong)


def parsed(*lines):
    return _parse_head("\r\n".join(lines).encode())


def test_a_target_may_be_a_path_or_a_whole_address():
    assert parsed("GET /a/b?c=d HTTP/1.1")[:3] == ("GET", ["a", "b"], "c=d")
    _, path, query, headers = parsed("GET http://plughub.local/a?b HTTP/1.1", "Host: other")
    assert (path, query, headers["host"]) == (["a"], "b", "plughub.local")
    assert parsed("OPTIONS * HTTP/1.1")[1] == [""]
    for line in (
        "GET * HTTP/1.1",
        "GET a/b HTTP/1.1",
        "GET  HTTP/1.1",
        "GET http://plughub.local HTTP/1.1",
        "GET ftp://plughub/ HTTP/1.1",
        "CONNECT plughub:80 HTTP/1.1",
        "GET / HTTP/2",
        "GET /",
        "",
    ):
        assert refused(parsed, line) == 400, line


def test_headers_that_can_be_read_in_two_ways_are_refused():
    head = "GET / HTTP/1.1"
    for lines in (
        ("Host: a", "Host: b"),
        ("Content-Length: 1", "content-length: 1"),
        ("Content-Length : 1",),
        (" Host: a",),
        (": x",),
        ("no colon",),
    ):
        assert refused(parsed, head, *lines) == 400, lines
    assert parsed(head, "Accept: a", "Accept: b", "Host:")[3]["host"] == ""


def test_numbers_are_a_few_digits():
    assert number_of("0") == 0 and number_of("123456789") == 123456789
    for text in ("", "-1", "+1", "1.0", " 1", "x", "1234567890", "\u00b2"):
        assert number_of(text) is None, text

"""The board starts, serves its page, and switches what it is told to switch."""

import gzip


def test_both_heaps_after_the_start(board, report):
    report.heap("all plugs online", board.heap())


def test_the_page_answers(board):
    status, content, _ = board.request("GET", "/")
    assert status == 200
    assert b"<html" in gzip.decompress(content).lower()
    assert [plug["name"] for plug in board.get("/api/v1/plugs")] == board.names


def test_every_plug_is_switched_by_http(board):
    for number, name in enumerate(board.names):
        for on in (True, False):
            path = f"/api/v1/plugs/{name.replace(' ', '%20')}/switch"
            status, content, _ = board.request("PUT", path, {"on": on})
            assert status == 200, content
            assert board.world.home.sockets[number].plug.dps[1] is on


def test_a_press_switches_its_plug(board):
    plug = board.world.home.sockets[0].plug
    for _ in range(2):
        wanted = not plug.dps[1]
        board.press()
        assert plug.dps[1] is wanted


def test_both_heaps_with_pages_open(board, report):
    streams = [board.stream()]
    board.request("GET", "/")
    report.heap("one page open", board.heap())
    streams.append(board.stream())
    board.request("GET", "/")
    report.heap("two pages open", board.heap())
    for sock, _ in streams:
        sock.close()

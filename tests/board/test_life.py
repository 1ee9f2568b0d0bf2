"""Minutes of what homes do: pages that are open and reloaded, presses, plugs that drop out."""

import contextlib
import http.client
import itertools
import os
import socket
import threading
import time

from board.deployed import PORT

MINUTES = float(os.environ.get("PLUGHUB_BOARD_MINUTES", "10" if PORT else "0.1"))
_PAUSE_S = 0.5
_ONLINE_S = 120


def test_it_lives(board, report):
    report.heap("before its life", board.heap())
    before = board.get("/api/v1/system")
    readers = [_Reader(board), _Reader(board)]
    asked = failed = 0
    actions = itertools.cycle(_actions(board))
    end = time.monotonic() + MINUTES * 60
    while time.monotonic() < end:
        asked += 1
        try:
            next(actions)()
        except (OSError, http.client.HTTPException, AssertionError):
            failed += 1  # what finds too little of something may fail, and the hub goes on
        time.sleep(_PAUSE_S)
    for reader in readers:
        reader.end()
    report.value("minutes of its life", MINUTES)
    report.value("things done, and how many of them failed", f"{asked}, {failed}")
    report.value("events that two pages were told", sum(reader.events for reader in readers))
    report.heap("after its life", board.heap())
    _wait_for_all(board)
    assert board.get("/api/v1/system")["uptime"] >= before["uptime"], "it has started again"
    assert "Traceback" not in board.console.text()
    board.press()


def _actions(board):
    sockets = board.world.home.sockets

    def switch(number):
        path = f"/api/v1/plugs/{board.names[number].replace(' ', '%20')}/switch"
        status, _, _ = board.request("PUT", path, {"on": not sockets[number].plug.dps[1]})
        assert status == 200

    def load(path):
        assert board.request("GET", path)[0] == 200

    numbers = itertools.cycle(range(len(sockets)))
    return (
        lambda: load("/"),
        lambda: load("/api/v1/plugs"),
        lambda: switch(next(numbers)),
        board.press,
        lambda: board.world.call(sockets[next(numbers)].plug.crash),
        lambda: load("/api/v1/system"),
    )


def _wait_for_all(board):
    """Wait until the page answers and every plug is online."""
    deadline = time.monotonic() + _ONLINE_S
    plugs = "the page does not answer"
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, http.client.HTTPException, AssertionError):
            plugs = board.get("/api/v1/plugs")
            if all(plug["online"] for plug in plugs):
                return
        time.sleep(1)
    raise AssertionError(f"{plugs}\n{board.console.text()}")


class _Reader:
    """A page: reads the stream of events, and opens it again when it ends."""

    def __init__(self, board):
        self.events = 0
        self._board = board
        self._socket = None
        self._is_over = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def end(self):
        self._is_over = True
        if self._socket:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()

    def _run(self):
        while not self._is_over:
            try:
                self._socket, lines = self._board.stream()
                with self._socket, lines:
                    while not self._is_over and (line := lines.readline()):
                        self.events += line.startswith(b"event:")
            except (OSError, ValueError, AssertionError):
                time.sleep(1)

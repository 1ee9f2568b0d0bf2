"""The board while one of the programs of this folder runs on it."""

import http.client
import json
import os
import socket
import time
from pathlib import Path
from urllib.parse import urlsplit

HERE = Path(__file__).resolve().parent
PORT = os.environ.get("PLUGHUB_BOARD")
LOOP = os.environ.get("PLUGHUB_BOARD_LOOP")
BUTTON = int(LOOP.split(",")[1]) if LOOP else 4
_START_S = 30
_ONLINE_S = 120
_REQUEST_S = 15
_PRESS_S = 10
_SETTLE_S = 0.2  # contacts bounce for a while, which the hub waits for


class Board:
    """`console` is a Console, `world` has the fake plugs, `config` is what the hub is to be."""

    def __init__(self, console, world, config):
        self.console = console
        self.world = world
        self.config = config
        self.names = [plug["name"] for plug in config["plugs"]]
        #: The program that runs, None to have any start from a reset.
        self.runs = None
        self._page = None

    def run(self, program, source=None):
        """Have it run one of them, from a reset on unless it does already; `source`: as it is."""
        if self.runs == program:
            return
        self.runs = None
        self.console.hold()
        # Starts that follow one another this fast would count as failed ones.
        self.console.execute("from startup.lives import approve\napprove()")
        self.console.write_file("main.py", source or (HERE / program).read_bytes())
        self.console.reset()
        if program == "main.py":
            address = self.console.expect(r"Wi-Fi: connected as \S+, (\S+)", _START_S)[1][1]
            port = self.config["web"]["port"]
            self._page = os.environ.get("PLUGHUB_BOARD_PAGE") or f"http://{address}:{port}"
            for name in self.names:
                self.console.expect(f"{name}: online", _ONLINE_S)
        else:
            self.console.expect("@ runs", _START_S)
        self.runs = program

    def request(self, method, path, body=None):
        """Send a request; return (status, body, seconds until the body was there)."""
        where = urlsplit(self._page)
        connection = http.client.HTTPConnection(where.hostname, where.port, timeout=_REQUEST_S)
        headers = {"Connection": "close"}
        if body is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(body)
        began = time.perf_counter()
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
            return answer.status, content, time.perf_counter() - began
        finally:
            connection.close()

    def get(self, path):
        status, content, _ = self.request("GET", path)
        assert status == 200, content
        return json.loads(content)

    def stream(self):
        """Open the stream of events; return (socket, file of its lines)."""
        where = urlsplit(self._page)
        sock = socket.create_connection((where.hostname, where.port), _REQUEST_S)
        sock.sendall(f"GET /api/v1/events HTTP/1.1\r\nHost: {where.netloc}\r\n\r\n".encode())
        lines = sock.makefile("rb")
        assert b" 200 " in lines.readline()
        return sock, lines

    def press(self):
        """Press the button of the first plug; return ms until the hub says it is done."""
        time.sleep(_SETTLE_S)
        command = f"loop {LOOP.split(',')[0]} 60" if LOOP else f"press {BUTTON}"
        return int(self.console.ask(command, r"@ done (\d+)", _PRESS_S)[1][1])

    def heap(self):
        """Return the five figures of main.py's `heap`."""
        _, match = self.console.ask("heap", r"@ heap (\d+) (\d+) (\d+) (\d+) (\d+)")
        return tuple(map(int, match.groups()))

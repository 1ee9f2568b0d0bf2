"""A board behind a pseudo-terminal or a TCP port, for tools that talk to a serial port."""

import asyncio
import os
import pty
import tty
from pathlib import Path

_REPL = Path(__file__).resolve().parent / "repl.py"
_END_S = 5


class PTYBoard:
    """`port` is what mpremote takes, `url` the same board by TCP. `image`: its flash."""

    def __init__(self, micropython, image):
        self._command = (str(micropython), str(_REPL), str(image))
        self._master = self._process = self._server = None
        self.port = self.url = None

    async def __aenter__(self):
        self._master, slave = pty.openpty()
        board, self._board_side = pty.openpty()
        tty.setraw(slave)
        tty.setraw(self._board_side)
        self.port = os.ttyname(slave)
        self._ends = (board, slave)
        self._clients = []
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stdin=self._board_side, stdout=self._board_side
        )
        loop = asyncio.get_running_loop()
        for end in (board, self._master):
            os.set_blocking(end, False)
        loop.add_reader(board, self._from_board, board)
        loop.add_reader(self._master, self._to_board, board)
        self._server = await asyncio.start_server(self._by_tcp, "127.0.0.1", 0)
        self.url = "socket://127.0.0.1:%d" % self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *exception):
        loop = asyncio.get_running_loop()
        self._server.close()
        for end in (self._ends[0], self._master):
            loop.remove_reader(end)
        if self._process.returncode is None:
            self._process.kill()
        await asyncio.wait_for(self._process.wait(), _END_S)
        for end in (*self._ends, self._master, self._board_side):
            os.close(end)

    def _from_board(self, board):
        data = os.read(board, 4096)
        for writer in self._clients:
            writer.write(data)
        if not self._clients:
            os.write(self._master, data)

    def _to_board(self, board):
        os.write(board, os.read(self._master, 4096))

    async def _by_tcp(self, reader, writer):
        self._clients.append(writer)
        try:
            while data := await reader.read(4096):
                os.write(self._ends[0], data)
        finally:
            self._clients.remove(writer)
            writer.close()

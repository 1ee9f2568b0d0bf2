"""A simulated board as a process: started, told what the world does, listened to."""

import asyncio
import contextlib
import os
from pathlib import Path

from simulator.idf_heap import FIRST_AREA
from simulator.told import Told

_RUN = Path(__file__).resolve().parent / "run.py"
_END_S = 5
_NOTED_LINES = 40


class Board(Told):
    """Runs the firmware in the folder `flash` on `interpreter`, a MicroPython or a CPython.

    `libraries`: folders to import from, beside the flash's own lib. `heap`: the bytes that the
    firmware may have, BOARD on the board: see idf_heap.py. `lines` keeps all the firmware has
    printed.
    """

    def __init__(self, flash, interpreter, libraries=(), heap=None):
        super().__init__()
        self._flash = flash
        self._libraries = libraries
        self._command = [str(interpreter)]
        self._heap = {}
        if heap:
            self._command += ["-X", f"heapsize={FIRST_AREA}"]
            self._heap = {"PLUGHUB_HEAP": str(heap)}
        self._process = None
        self._commands = None  # the end of a pipe that is written to

    async def __aenter__(self):
        environment = os.environ | self._heap
        environment["PLUGHUB_PATH"] = ":".join(map(str, self._libraries))
        commands, self._commands = os.pipe()
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                str(_RUN),
                str(self._flash),
                str(commands),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                env=environment,
                pass_fds=(commands,),
                start_new_session=True,
            )
        finally:
            os.close(commands)
        self.listen(self._process.stdout)
        return self

    async def __aexit__(self, kind, e, traceback):
        os.close(self._commands)
        try:
            await asyncio.wait_for(self._process.wait(), _END_S)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        await self.told_all()
        if e is not None:
            e.add_note("\n".join(("The board has said:", *self.lines[-_NOTED_LINES:])))

    def send(self, line):
        """Give the simulator a command (see control.py)."""
        with contextlib.suppress(BrokenPipeError):  # it has ended
            os.write(self._commands, line.encode() + b"\n")

    def type(self, data):
        """Send bytes to its console."""
        self._process.stdin.write(data)

    async def cut_power(self):
        """End it in the middle of whatever it does."""
        self._process.kill()
        await self._process.wait()

    async def ended(self):
        """Wait for the end of the process; return its exit status."""
        return await self._process.wait()

    async def ask(self, command):
        """Send a command that is answered by a line "@ COMMAND ..."; return the rest of it."""
        after = len(self.lines)
        self.send(command)
        match = await self.expect(rf"^@ {command.split()[0]} (.*)", after=after)
        return match[1]

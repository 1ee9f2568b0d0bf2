"""`plughub` with a terminal of its own, which is read and typed into."""

import os
import pty
import select
import sys

from plughub import ROOT

_PATIENCE_S = 60


class Terminal:
    """A command in a folder: `words` behind `plughub`, with some more in its environment."""

    def __init__(self, folder, *words, **environment):
        self.text = ""
        self._pid, self._fd = pty.fork()
        if not self._pid:
            paths = f"{ROOT / 'lib'}:{ROOT / 'tools'}"
            os.environ.update(PYTHONPATH=paths, TERM="xterm", COLUMNS="100", **environment)
            os.chdir(folder)
            command = [sys.executable, "-m", "plughub", *map(str, words)]
            os.execv(sys.executable, command)

    def expect(self, words):
        """Read until these words come; what comes after them stays."""
        while words not in self.text:
            assert self._read(), f"{words!r} did not come in {self.text!r}"
        self.text = self.text.partition(words)[2]

    def type(self, line):
        os.write(self._fd, line.encode() + b"\n")

    def end(self):
        """Read the rest; return (exit code, text)."""
        while self._read():
            pass
        _, status = os.waitpid(self._pid, 0)
        os.close(self._fd)
        return os.waitstatus_to_exitcode(status), self.text

    def _read(self):
        ready, _, _ = select.select([self._fd], [], [], _PATIENCE_S)
        assert ready, f"nothing comes after {self.text!r}"
        try:
            data = os.read(self._fd, 4096)
        except OSError:  # the other end has closed
            return False
        self.text += data.decode(errors="replace")
        return bool(data)

"""A board at the other end of its console: its files, its resets, and the lines it prints."""

import re
import threading
import time

from mpremote.transport import TransportError
from mpremote.transport_serial import SerialTransport

_ATTEMPTS = 5
_READ_S = 0.1
_EXEC_S = 60


class Console:
    """`port` is anything mpremote takes. Either the board runs and `lines` grows, or it is held
    at its prompt, where files can be looked at and changed."""

    def __init__(self, port):
        self._transport = SerialTransport(port, baudrate=115200)
        self._thread = None
        self._is_over = False
        self._news = threading.Condition()
        #: (time.perf_counter() of its end, text) of each line since the last reset.
        self.lines = []

    def hold(self):
        """Interrupt whatever runs, and have the prompt."""
        self._stop_reading()
        for attempt in range(_ATTEMPTS):
            try:
                # It may just be starting, and then hears nothing.
                self._transport.enter_raw_repl(soft_reset=False)
                return
            except TransportError:
                if attempt == _ATTEMPTS - 1:
                    raise
                time.sleep(1)

    def execute(self, code):
        """Run code while the board is held; return what it prints."""
        output, error = self._transport.exec_raw(code, timeout=_EXEC_S)
        assert not error, error.decode()
        return output.decode()

    def read_file(self, name):
        """Return the content of a file, None where there is none."""
        code = "try:\n print(open(%r, 'rb').read().hex())\nexcept OSError:\n print('none')"
        text = self.execute(code % name).strip()
        return None if text == "none" else bytes.fromhex(text)

    def write_file(self, name, content):
        """Write a file, or remove it where `content` is None."""
        if content is None:
            self.execute(f"import os\ntry:\n os.remove({name!r})\nexcept OSError:\n pass")
            return
        self.execute(f"f = open({name!r}, 'wb')")
        for at in range(0, len(content), 256):
            self.execute(f"f.write({content[at : at + 256]!r})")
        self.execute("f.close()")

    def reset(self):
        """Reset the board, which is held, and begin to read lines."""
        self.lines = []
        self._transport.exec_raw_no_follow("import machine\nmachine.reset()")
        self._transport.in_raw_repl = False
        self._is_over = False
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def send(self, line):
        """Type a line."""
        self._transport.serial.write(line.encode() + b"\n")

    def expect(self, pattern, seconds=30, after=0):
        """Wait until a line from number `after` on matches; return (its time, the match)."""
        deadline = time.monotonic() + seconds
        with self._news:
            while True:
                for at, text in self.lines[after:]:
                    match = re.search(pattern, text)
                    if match:
                        return at, match
                left = deadline - time.monotonic()
                if left <= 0:
                    break
                self._news.wait(left)
        raise AssertionError(f"no line matches {pattern!r} in:\n{self.text()}")

    def text(self):
        """Return all that the board has printed since the last reset."""
        return "\n".join(text for _, text in self.lines)

    def ask(self, command, pattern, seconds=30):
        """Type a command and wait for the line that answers it; return (seconds, match)."""
        after = len(self.lines)
        began = time.perf_counter()
        self.send(command)
        at, match = self.expect(pattern, seconds, after)
        return at - began, match

    def close(self):
        self._stop_reading()
        self._transport.close()

    def _stop_reading(self):
        if self._thread:
            self._is_over = True
            self._thread.join()
            self._thread = None

    def _read(self):
        serial = self._transport.serial
        serial.timeout = _READ_S
        rest = b""
        while not self._is_over:
            rest += serial.read(max(1, serial.inWaiting()))
            *whole, rest = rest.split(b"\n")
            if whole:
                now = time.perf_counter()
                with self._news:
                    self.lines += [(now, line.decode(errors="replace").strip()) for line in whole]
                    self._news.notify_all()
        serial.timeout = None

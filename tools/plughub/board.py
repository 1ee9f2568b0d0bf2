"""A MicroPython board at the other end of a serial port, by mpremote."""

import json
import subprocess
import sys
import time

_EXEC_S = 60
_COPY_S = 300
_REBOOT_S = 10

_LIST = """
import json, os
def files(folder):
    found = []
    try:
        entries = list(os.ilistdir(folder))
    except OSError:
        return found
    for entry in entries:
        path = folder + "/" + entry[0]
        found += files(path) if entry[1] & 0x4000 else [path]
    return found
print(json.dumps(files("lib/tuya") + files("lib/hub")))
"""


class BoardError(Exception):
    """The board did not answer, or not as one with MicroPython does."""


class Board:
    """`port` is anything mpremote takes: /dev/ttyUSB0, socket://host:port, a pseudo-terminal."""

    def __init__(self, port):
        self._port = port

    def mpy(self):
        """Return sys.implementation._mpy, which tells the .mpy files the board takes."""
        code = "import sys; print(getattr(sys.implementation, '_mpy', 0))"
        return int(self._exec(code))

    def files(self):
        """Return the paths of the firmware's files in the board's lib folder."""
        return json.loads(self._exec(_LIST))

    def remove(self, paths):
        """Remove files."""
        self._exec(f"import os\nfor path in {paths!r}: os.remove(path)")

    def copy(self, folder):
        """Copy what is in a folder; return how many files were the same there already."""
        output = self._mpremote("cp", "-r", ".", ":", cwd=folder, seconds=_COPY_S)
        return sum("Up to date" in line for line in output.splitlines())

    def copy_file(self, path, name):
        """Copy one file to a name on the board."""
        self._mpremote("cp", str(path), ":" + name)

    def soft_reset(self):
        """Reset so that boot.py and main.py run: from the friendly prompt, by Ctrl-D."""
        from mpremote.transport import TransportError  # noqa: PLC0415 - slow to load
        from mpremote.transport_serial import SerialTransport  # noqa: PLC0415

        try:
            transport = SerialTransport(self._port, baudrate=115200)
        except TransportError as e:
            raise BoardError(str(e)) from None
        try:
            transport.serial.write(b"\r\x03\x02\x04")
            seen = b""
            deadline = time.monotonic() + _REBOOT_S
            while b"soft reboot" not in seen:
                if time.monotonic() > deadline:
                    raise BoardError("the board did not reset: press its reset button")
                seen += transport.serial.read(max(1, transport.serial.inWaiting()))
        finally:
            transport.close()

    def _exec(self, code):
        return self._mpremote("exec", code)

    def _mpremote(self, *arguments, cwd=None, seconds=_EXEC_S):
        command = [sys.executable, "-m", "mpremote", "connect", self._port, *arguments]
        try:
            result = subprocess.run(
                command, capture_output=True, text=True, timeout=seconds, cwd=cwd, check=False
            )
        except subprocess.TimeoutExpired:
            raise BoardError(f"{self._port} did not answer for {seconds} s") from None
        if result.returncode:
            raise BoardError((result.stderr or result.stdout).strip())
        return result.stdout

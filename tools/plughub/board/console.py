"""The console of a board: what it tells, without stopping it, and mpremote's prompt."""

import subprocess
import sys
import time

import serial

from plughub.board.ports import why_closed
from plughub.cli import UNREACHABLE, Failure, errors

_READ_S = 0.2
_GONE_S = 10
_REOPEN_S = 0.5


def follow(port, tell):
    """Give `tell` each line that the board prints from now on, until Ctrl-C. Raises Failure.

    A port that goes, as that of the chip's own USB does at a reset, is waited for.
    """
    rest = b""
    line = _opened(port)
    try:
        errors.print(f"Listening at {port}; Ctrl-C ends it.", markup=False)
        while True:
            try:
                rest += line.read(max(1, line.in_waiting))
            except OSError:  # serial.SerialException is one
                line.close()
                line = _opened_again(port)
            *lines, rest = rest.split(b"\n")
            for text in lines:
                tell(text.decode(errors="replace").rstrip())
    finally:
        line.close()


def interact(port):
    """Hand the terminal to mpremote's prompt; return its exit code. Raises Failure.

    At what is no serial port of this machine pyserial's terminal stands in, which mpremote's
    cannot be: it waits for both sides by their file numbers.
    """
    _opened(port).close()  # which says why it cannot be
    command = ["mpremote", "connect", port, "repl"]
    if "://" in port:
        command = ["serial.tools.miniterm", "--raw", "--eol", "CR", port, "115200"]
    return subprocess.run([sys.executable, "-m", *command], check=False).returncode


def _opened(port):
    try:
        line = serial.serial_for_url(port, do_not_open=True, baudrate=115200, timeout=_READ_S)
        # Usual boards are reset by these two: who listens must not.
        line.dtr = line.rts = False
        line.open()
    except (OSError, ValueError) as e:
        reason = why_closed(port) or f"{port} cannot be opened: {e}"
        raise Failure(reason, UNREACHABLE) from None
    return line


def _opened_again(port):
    deadline = time.monotonic() + _GONE_S
    while True:
        time.sleep(_REOPEN_S)
        try:
            return _opened(port)
        except Failure:
            if time.monotonic() > deadline:
                raise

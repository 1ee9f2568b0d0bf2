"""Ports of this machine that nobody else is given."""

import fcntl
import os
import socket
import tempfile
from pathlib import Path

# Below the ports that a system gives to whoever asks for none, as each connection does: one of
# those may be somebody else's before who has found it free listens on it, and while a plug is off.
_FIRST, _COUNT = 10000, 22000
_TURN = Path(tempfile.gettempdir()) / f"plughub-ports-{os.getuid()}"


def free_port(kind=socket.SOCK_STREAM, host="127.0.0.1"):
    """Return a port that nobody listens on, each time another one, whatever process asks.

    `kind`: socket.SOCK_DGRAM for one of UDP.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for _ in range(_COUNT):
        port = _FIRST + _next_turn() % _COUNT
        with socket.socket(family, kind) as sock:
            try:
                sock.bind((host, port))
            except OSError:
                continue
            return port
    raise OSError(f"none of the ports {_FIRST} to {_FIRST + _COUNT - 1} is free")


def _next_turn():
    with _TURN.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # until it is closed
        file.seek(0)
        turn = file.read()
        turn = int(turn) + 1 if turn.isdigit() else 0
        file.truncate(0)
        file.write(str(turn))
    return turn

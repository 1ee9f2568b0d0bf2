"""What a hub tells on its console while it starts."""

import re
import time

START_S = 40
# Wi-Fi connects while the hub is up already.
_NETWORK_S = 20
# The set-up code follows at once where there is no password yet.
_CODE_S = 3

_UP = re.compile(r"\S+ (\S+ runs: \d+ plugs)$")
_ADDRESS = re.compile(r"Wi-Fi: connected as (\S+), (\S+)$")
_CODE = re.compile(r"with the set-up code (\S+)$")
_FAULT = re.compile(r"\S+ (\w+\.json: .+)$")
_EXCEPTION = re.compile(r"^\w*(?:Error|Exception)\b.*")


class Start:
    """What was told so far. Lines that are not looked for are not kept: they are for the owner."""

    def __init__(self):
        #: The line that says that the hub is up, such as "plughub runs: 5 plugs".
        self.up = None
        #: (host name, address) once there is a network.
        self.address = None
        #: The code that the page wants where there is no password yet.
        self.code = None
        #: What is wrong in configuration and rules, each with its place.
        self.faults = []
        #: The last exception that was told.
        self.exception = None

    def take(self, line):
        """Look at a line of the console."""
        line = line.strip()
        if found := _UP.match(line):
            self.up = found[1]
        elif found := _ADDRESS.search(line):
            self.address = found[1], found[2]
        elif found := _CODE.search(line):
            self.code = found[1]
        elif found := _FAULT.match(line):
            self.faults.append(found[1])
        elif found := _EXCEPTION.match(line):
            self.exception = found[0]


def watch(board, has_network):
    """Return the Start of a board that was just reset, at the latest after a minute.

    `has_network`: whether it is to have an address.
    """
    start = Start()
    began = time.monotonic()
    up_at = None
    while time.monotonic() < _deadline(start, began, up_at, has_network):
        for line in board.read_lines():
            start.take(line)
        if start.up and not up_at:
            up_at = time.monotonic()
    return start


def _deadline(start, began, up_at, has_network):
    if not up_at:
        return began + START_S
    return up_at + (_NETWORK_S if has_network and not start.address else _CODE_S)

"""The serial ports that a board may be at, and why one cannot be opened."""

import errno
import os
import re
import sys
from dataclasses import dataclass

from serial.tools import list_ports

from plughub import ask
from plughub.cli import NOT_FOUND, USAGE, Failure

# Makers of the chips that ESP32 boards have their USB by: Silicon Labs, WCH, FTDI, Prolific, and
# Espressif itself.
_VENDORS = (0x10C4, 0x1A86, 0x0403, 0x067B, 0x303A)
# What pyserial takes: a device, COM3, and addresses of schemes of its own.
_PORT = re.compile(r"/|COM\d+$|(?!https?:)[a-z0-9]+://", re.IGNORECASE)
_NONE = (
    "no board was found. Is it plugged in, by a cable that carries data and not only power? "
    "{driver}Otherwise name its port: {ports}"
)
_DRIVERS = {
    "win32": "Windows wants a driver for most boards: CP210x of Silicon Labs or CH341 of WCH. ",
    "darwin": "",
    "linux": "",
}
_EXAMPLES = {"win32": "COM3", "darwin": "/dev/cu.usbserial-0001"}


@dataclass(frozen=True)
class Port:
    """`name`: what is opened, `what`: how its chip describes itself."""

    name: str
    what: str


def find():
    """Return the [Port] that are likely to be those of boards."""
    return [
        Port(port.device, port.description or "")
        for port in sorted(list_ports.comports(), key=lambda port: port.device)
        if port.vid in _VENDORS
    ]


def choose(name=None):
    """Return the name of a board's port: the one that is given, the only one, or the chosen one.

    Raises Failure where there is none, or nobody can be asked.
    """
    if name:
        return name
    found = find()
    if not found:
        example = _EXAMPLES.get(sys.platform, "/dev/ttyUSB0")
        driver = _DRIVERS.get(sys.platform, "")
        raise Failure(_NONE.format(driver=driver, ports=example), NOT_FOUND)
    if len(found) == 1:
        return found[0].name
    names = [f"{port.name} ({port.what})" for port in found]
    if not ask.is_possible():
        raise Failure(f"there are several boards, name the port: {', '.join(names)}", USAGE)
    return found[ask.choice("Which board?", names)].name


def is_port(word):
    """Tell a serial port from the name or address of a hub in the network."""
    return bool(_PORT.match(word))


def why_closed(name):
    """Return why a port cannot be opened and what to do, None where that is not known."""
    if "://" in name or sys.platform == "win32":
        return None
    try:
        os.close(os.open(name, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK))
    except FileNotFoundError:
        there = ", ".join(port.name for port in find()) or "none"
        return f"there is no {name}; boards were found at: {there}"
    except OSError as e:
        if e.errno == errno.EACCES:
            return f"you may not open {name}: {_permission(name)}"
        if e.errno == errno.EBUSY:
            return f"another program has {name} open: end it first"
    return None


def _permission(name):
    try:
        import grp

        group = grp.getgrgid(os.stat(name).st_gid).gr_name
    except (ImportError, KeyError, OSError):
        return "ask who administers this computer"
    return f"`sudo usermod -a -G {group} $USER`, then log out and in again"

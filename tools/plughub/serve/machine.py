"""What the hub imports of a board, on a PC: the modules `machine`, `network` and `esp32`.

Not a simulator: there is no board. The watchdog is that of systemd, the network is the PC's own,
and non-volatile storage is a file of the home.
"""

import json
import socket
import sys
from pathlib import Path
from types import ModuleType

from tuya.udp import own_address

PWRON_RESET, HARD_RESET, WDT_RESET, DEEPSLEEP_RESET, SOFT_RESET = 1, 2, 3, 4, 5

_NVS_FILE = "nvs.json"
# Where a packet for the world would go; nothing is sent there.
_WORLD = "192.0.2.1"


class Machine(ModuleType):
    """MicroPython's `machine`: as much of it as the hub asks for.

    `Pin`: a class, see gpio.py. `feed()` is called several times a second while the hub is alive,
    `restart()` when the hub wants to be started again.
    """

    PWRON_RESET, HARD_RESET, WDT_RESET = PWRON_RESET, HARD_RESET, WDT_RESET
    DEEPSLEEP_RESET, SOFT_RESET = DEEPSLEEP_RESET, SOFT_RESET

    def __init__(self, Pin, feed):
        super().__init__("machine", __doc__)
        self.Pin = Pin
        self.restart = lambda: None
        self._cause = PWRON_RESET
        self._watchdog = _Watchdog(feed)
        self._rtc = _RTC()

    def WDT(self, id=0, timeout=0):
        """Return the watchdog, whose timeout is the service manager's."""
        return self._watchdog

    def RTC(self):
        """Return what is kept over a restart of the hub."""
        return self._rtc

    def reset_cause(self):
        return self._cause

    def reset(self):
        """Have the hub started again, in this process. Returns, as a board would not."""
        self._cause = HARD_RESET
        self.restart()


class _Watchdog:
    def __init__(self, feed):
        self.feed = feed


class _RTC:
    def __init__(self):
        self._memory = b""

    def memory(self, data=None):
        if data is None:
            return self._memory
        self._memory = bytes(data)
        return None

    def datetime(self, parts=None):
        """The PC keeps its own clock."""


class WLAN:
    """MicroPython's `network.WLAN`, for a PC: always there, and not the hub's to change."""

    IF_STA, IF_AP = 0, 1
    PM_NONE = 0

    def __init__(self, interface=IF_STA):
        pass

    def active(self, on=None):
        return True if on is None else None

    def isconnected(self):
        return True

    def status(self, what=None):
        """Signal strength is not known, and there is no other status."""

    def config(self, *names, **settings):
        return bytes(6) if names else None

    def disconnect(self):
        pass

    def ifconfig(self):
        """Return (address, netmask, router, name server), as far as they are known."""
        return own_address(_WORLD) or "127.0.0.1", "255.255.255.0", "0.0.0.0", "0.0.0.0"


class NVS:
    """MicroPython's `esp32.NVS` in a file of the home."""

    def __init__(self, namespace):
        self._path = Path(_NVS_FILE)
        try:
            self._all = json.loads(self._path.read_text())
        except (OSError, ValueError):
            self._all = {}
        self._own = self._all.setdefault(namespace, {})

    def get_i32(self, key):
        return self._get(key)

    def set_i32(self, key, value):
        self._own[key] = int(value)

    def get_blob(self, key, buffer):
        value = bytes.fromhex(self._get(key))
        buffer[: len(value)] = value
        return len(value)

    def set_blob(self, key, value):
        self._own[key] = bytes(value).hex()

    def erase_key(self, key):
        self._get(key)
        del self._own[key]

    def commit(self):
        new = self._path.with_suffix(".new")
        new.write_text(json.dumps(self._all))
        new.replace(self._path)

    def _get(self, key):
        if key not in self._own:
            raise OSError(-0x1102, "not found")
        return self._own[key]


def install(machine):
    """Have the hub's imports find them.

    `network` has no STA_IF, by which the library sees that it has to ask the PC's own routes, and
    `esp32` no heap of a network to watch.
    """
    network = _module(
        "network",
        WLAN=WLAN,
        AUTH_WPA2_PSK=3,
        STAT_CONNECTING=1001,
        hostname=lambda name=None: socket.gethostname(),
        country=lambda code=None: "XX",
    )
    esp32 = _module("esp32", NVS=NVS)
    sys.modules.update({"machine": machine, "network": network, "esp32": esp32})


def _module(name, **content):
    module = ModuleType(name)
    vars(module).update(content)
    return module

"""Tells systemd how the service is (sd_notify(3)): a datagram to the socket that it has named."""

import os
import socket
import sys
import time


class Service:
    """The service that systemd runs; without systemd nobody is told anything.

    `environment`: NOTIFY_SOCKET names the socket, WATCHDOG_USEC the microseconds within which a
    sign of life has to come.
    """

    def __init__(self, environment=os.environ):
        self._address = environment.get("NOTIFY_SOCKET", "")
        if self._address.startswith("@"):
            self._address = "\0" + self._address[1:]
        watchdog = environment.get("WATCHDOG_USEC", "")
        # systemd recommends half of it.
        self._every_s = int(watchdog) / 2e6 if watchdog.isdecimal() else None
        self._alive_at = -float("inf")

    @property
    def is_told(self):
        """Whether somebody listens."""
        return bool(self._address)

    def tell(self, *lines):
        """Tell lines such as "READY=1". What goes wrong is none of the hub's concern."""
        if not self._address or sys.platform == "win32":
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
                sock.setblocking(False)
                sock.sendto("\n".join(lines).encode(), self._address)
        except OSError:
            pass  # it has gone, or is full: the next one comes soon

    def feed(self):
        """Give a sign of life, as often as systemd wants one. Called several times a second."""
        now = time.monotonic()
        if self._every_s is not None and now - self._alive_at >= self._every_s:
            self._alive_at = now
            self.tell("WATCHDOG=1")

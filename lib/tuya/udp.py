"""Datagrams: what discovery and the clock need of the network."""

import asyncio
import errno
import socket

from tuya.port import forget, readable, socket_address, wait_for_ms

# With these, programs share a port; only hosts have the second.
_SHARED = [
    getattr(socket, name) for name in ("SO_REUSEADDR", "SO_REUSEPORT") if hasattr(socket, name)
]


class UDP:
    """A UDP socket, on a port of its own or on one shared with other programs.

    Whoever makes one closes it.
    """

    def __init__(self, port=0):
        self._sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._sock.setblocking(False)
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            if port:
                for option in _SHARED:
                    self._sock.setsockopt(socket.SOL_SOCKET, option, 1)
                self._sock.bind(socket_address("0.0.0.0", port, socket.SOCK_DGRAM))
        except BaseException:
            self._sock.close()
            raise

    def send(self, data, host, port):
        """Send one datagram to a numeric address."""
        self._sock.sendto(data, socket_address(host, port, socket.SOCK_DGRAM))

    def take(self, size):
        """Return a datagram that has come, or None."""
        try:
            return self._sock.recv(size)
        except OSError as e:
            if e.errno == errno.EAGAIN:
                return None
            raise

    async def receive(self, size, timeout_ms):
        """Wait for a datagram and return it. Raises OSError (ETIMEDOUT)."""
        try:
            await wait_for_ms(_readable_task(self._sock), timeout_ms)
        except asyncio.TimeoutError:
            raise OSError(errno.ETIMEDOUT) from None
        return self._sock.recv(size)

    def close(self):
        forget(self._sock)
        self._sock.close()


async def _readable_task(sock):
    await readable(sock)  # pyright: ignore


def own_address(peer):
    """Return the address at which `peer` reaches this machine, or None where it has none."""
    try:
        from network import STA_IF, WLAN
    except ImportError:
        return _address_towards(peer)
    station = WLAN(STA_IF)
    return station.ifconfig()[0] if station.isconnected() else None


def _address_towards(peer):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)  # for who asks for everybody
        sock.connect(socket_address(peer, 9, socket.SOCK_DGRAM))  # sends nothing
        return sock.getsockname()[0]  # pyright: ignore
    except (OSError, AttributeError):
        return None  # no way there, or MicroPython on a PC, which cannot tell
    finally:
        sock.close()

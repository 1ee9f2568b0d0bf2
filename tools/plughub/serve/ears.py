"""Hears all the time what devices say of themselves over UDP: a PC has the sockets for that.

It takes the place of the search that a board makes with its one spare socket. Nothing is done
while nobody speaks.
"""

import asyncio
import socket

from tuya.discovery import PORTS, parse, request
from tuya.udp import own_address

_BROADCAST = "255.255.255.255"
_ASK_PORT = 7000
#: How often somebody who looks for a device asks for it, and all of them together ask everybody.
_ASK_S = 3
_ASK_ALL_S = 1
#: Devices that are told of: more are forged.
_STRANGERS_MAX = 250


class Ears:
    """Listens on the ports of discovery. A context.

    `is_known(id)` tells whether a device is configured; `tell(found)` is called once with each
    that is not. `own(address)` returns the address at which this PC is reached from there.
    """

    def __init__(self, is_known, tell, ports=PORTS, ask_port=_ASK_PORT, own=own_address):
        self._own = own
        self._is_known = is_known
        self._tell = tell
        self._ports = ports
        self._ask_port = ask_port
        self._transports = []
        self._waiting = {}  # {id: futures of who looks for it}
        self._asked_all_at = -float("inf")
        self.strangers = {}  # {id: Found}

    async def __aenter__(self):
        for port in self._ports:
            try:
                sock = _shared_socket(port)
            except OSError:
                continue  # somebody has it for himself: the other ports are heard
            loop = asyncio.get_running_loop()
            transport, _ = await loop.create_datagram_endpoint(lambda: _Ear(self), sock=sock)
            self._transports.append(transport)
        return self

    async def __aexit__(self, *exception):
        for transport in self._transports:
            transport.close()
        self._transports.clear()

    async def find(self, id, address=None, ms=8000, version=None):
        """As tuya.discovery.find(): return Found or None, of what is said from now on."""
        loop = asyncio.get_running_loop()
        due = loop.time() + ms / 1000
        heard = loop.create_future()
        waiting = self._waiting.setdefault(id, [])
        waiting.append(heard)
        try:
            while (left := due - loop.time()) > 0:
                self._ask(address)
                await asyncio.wait((heard,), timeout=min(left, _ASK_S))
                if heard.done():
                    return heard.result()
            return None
        finally:
            waiting.remove(heard)
            if not waiting:
                del self._waiting[id]

    def ask_all(self):
        """Ask everybody in this network to say who they are, at most once a second."""
        now = asyncio.get_running_loop().time()
        if now - self._asked_all_at >= _ASK_ALL_S:
            self._asked_all_at = now
            self._send(_BROADCAST)

    def take(self, datagram):
        """Take what somebody has said."""
        found = parse(datagram)
        if not found:
            return
        for heard in self._waiting.get(found.id, ()):
            if not heard.done():
                heard.set_result(found)
        is_new = found.id not in self.strangers and not self._is_known(found.id)
        if is_new and len(self.strangers) < _STRANGERS_MAX:
            self.strangers[found.id] = found
            self._tell(found)

    def _ask(self, address):
        self.ask_all()
        if address:
            self._send(address)

    def _send(self, address):
        own = self._own(address)
        if own and self._transports:
            # From the port to which the answers come.
            self._transports[-1].sendto(request(own), (address, self._ask_port))


class _Ear(asyncio.DatagramProtocol):
    def __init__(self, ears):
        self._ears = ears

    def datagram_received(self, data, addr):
        self._ears.take(data)


def _shared_socket(port):
    """Return a UDP socket on a port that other programs may listen on as well. Raises OSError."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        for option in ("SO_REUSEADDR", "SO_REUSEPORT"):
            if hasattr(socket, option):
                sock.setsockopt(socket.SOL_SOCKET, getattr(socket, option), 1)
        sock.bind(("0.0.0.0", port))
    except BaseException:
        sock.close()
        raise
    return sock

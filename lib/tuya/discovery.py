"""Finds devices by what they say over UDP.

    6666        broadcasts of 3.1, in the clear
    6667        broadcasts of 3.2 to 3.5, under a key that all of them share
    7000        newer devices are silent until they are asked; they answer the address that the
                request names, so that one sent to a known address works across networks too

All of it can be forged: an address is only worth what the session there proves.
"""

import json
from collections import namedtuple
from hashlib import md5

from tuya.cipher import BLOCK, ECB
from tuya.errors import BadFrame
from tuya.port import const, sleep_ms, ticks_add, ticks_diff, ticks_ms
from tuya.udp import UDP, own_address
from tuya.versions import VERSIONS, Codec

if const(0):  # for an IDE: nothing is loaded here
    from tuya import shapes

_REQ_DEVINFO = const(0x25)

#: What a device says of itself. `version` is "3.1" to "3.5".
Found = namedtuple("Found", ("id", "address", "version", "product_key"))

PORTS = (6666, 6667, 7000)
_BROADCAST = "255.255.255.255"
#: The key that all devices share for what they say over UDP.
UDP_KEY = md5(b"yGAdlopoPVldABfn").digest()
# Longer than what a device sends (300 bytes); more of them than a socket of the board holds (6)
# would have to come within a turn to be lost.
_DATAGRAM_MAX = const(1024)
_TURN_MS = const(40)
# tinytuya asks every 6 s; the first question may get lost.
_ASK_MS = const(3000)

# Devices that are remembered as told: more are forged.
_SEEN_MAX = const(250)
_ID_MAX = const(32)
_ADDRESS_MAX = const(15)

_search = None  # type: _Search | None  # the one that all find() share, while there are any


def discover(
    ms: int = 10000,
    addresses: tuple[str, ...] | list[str] = (),
    own: str | None = None,
    ports: tuple[int, ...] = PORTS,
    request_port: int = 7000,
) -> "Discovery":
    """Return an async iterator of Found, each device once, that ends after `ms`.

    Devices broadcast every 5 to 8 s, and many fall silent while somebody is connected. The
    numeric `addresses` are asked too, besides everybody on this network; `own` is the address of
    this machine, where it cannot find that out itself. Use it with `async with` or close() it
    when leaving early: it holds three sockets. Raises OSError when it gets none.
    """
    return Discovery(ms, addresses, own, ports, request_port)


async def find(id, address=None, ms=8000, version=None, ports=PORTS):
    """Look for the device `id`, asking at `address` too. Returns Found or None.

    `version`, where it is known, is for others that take the place of this one (see search.py):
    here all ports are listened on.

    Sockets are few: all who look at the same time share those of the first, one for each of its
    `ports`.
    """
    global _search  # noqa: PLW0603
    search = _search = _search or _Search(ports)
    try:
        return await search.find(id, address, ms)
    except OSError:
        return None  # no socket is free, or there is no network
    finally:
        if not search.is_wanted:
            search.close()
            if _search is search:
                _search = None


class Discovery:
    """See discover()."""

    def __init__(
        self,
        ms: int,
        addresses: tuple[str, ...] | list[str] = (),
        own: str | None = None,
        ports: tuple[int, ...] = PORTS,
        request_port: int = 7000,
    ) -> None:
        self._ms = ms
        self._addresses = list(addresses)
        self._own = own
        self._ports = ports
        self._request_port = request_port
        self._is_open = False
        self._sockets = []
        self._asker = None
        self._until = self._ask_at = 0
        self._new = []
        self._seen = set()

    def __aiter__(self) -> "Discovery":
        return self

    async def __anext__(self) -> "shapes.Found":
        if not self._is_open:
            self._open()
        while True:
            self._receive()
            if self._new:
                return self._new.pop(0)
            if not self._sockets or ticks_diff(ticks_ms(), self._until) >= 0:
                self.close()
                raise StopAsyncIteration
            self._ask_in_time()
            await sleep_ms(_TURN_MS)

    async def __aenter__(self) -> "Discovery":
        return self

    async def __aexit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the sockets and end the iteration. May be called twice."""
        self._is_open = True
        for sock in self._sockets:
            sock.close()
        self._sockets = []

    def _open(self):
        self._is_open = True
        error = None
        for port in self._ports:
            try:
                # The last is the one to ask from: the answers come to its port.
                self._asker = UDP(port)
                self._sockets.append(self._asker)
            except OSError as e:
                error = e
        if error and not self._sockets:
            raise error
        self._ask_at = ticks_ms()
        self._until = ticks_add(self._ask_at, self._ms)

    def _ask_in_time(self):
        now = ticks_ms()
        if ticks_diff(now, self._ask_at) >= 0:
            self._ask_at = ticks_add(now, _ASK_MS)
            self._ask()

    def _ask(self):
        for address in (_BROADCAST,) + tuple(self._addresses):
            own = self._own or own_address(address)
            if not own:
                continue
            try:
                self._asker.send(request(own), address, self._request_port)
                if address == _BROADCAST:
                    # Some networks let only their own broadcast address through.
                    nearby = own.rsplit(".", 1)[0] + ".255"
                    self._asker.send(request(own), nearby, self._request_port)
            except OSError:
                pass  # no way there from here

    def _receive(self):
        for sock in self._sockets:
            datagram = sock.take(_DATAGRAM_MAX)
            while datagram:
                found = parse(datagram)
                if found:
                    self._take(found)
                datagram = sock.take(_DATAGRAM_MAX)

    def _take(self, found):
        if found not in self._seen and len(self._seen) < _SEEN_MAX:
            self._seen.add(found)
            self._new.append(found)


class _Search(Discovery):
    """Looks for several devices at once. Whoever looks closes it when it is not `is_wanted`."""

    def __init__(self, ports):
        super().__init__(0, ports=ports)
        self._addresses = []
        self._wanted = []  # [id, Found or None] of each who looks

    @property
    def is_wanted(self):
        return bool(self._wanted)

    async def find(self, id, address, ms):
        """As find(). Raises OSError when there is no socket."""
        if not self._is_open:
            self._open()
        until = ticks_add(ticks_ms(), ms)
        self._ask_at = ticks_ms()
        wanted = [id, None]
        self._wanted.append(wanted)
        if address:
            self._addresses.append(address)
        try:
            while not wanted[1] and ticks_diff(until, ticks_ms()) > 0:
                self._receive()
                self._ask_in_time()
                if not wanted[1]:
                    await sleep_ms(_TURN_MS)
            return wanted[1]
        finally:
            self._wanted = [each for each in self._wanted if each is not wanted]
            if address:
                self._addresses.remove(address)

    def _take(self, found):
        for wanted in self._wanted:
            if wanted[0] == found.id:
                wanted[1] = found


def request(own, iv=None):
    """Return the datagram that asks devices to tell `own` of themselves."""
    body = '{"from":"app","ip":"%s"}' % own
    return Codec("3.5", UDP_KEY).encode(0, _REQ_DEVINFO, body.encode(), iv)


def parse(datagram):
    """Return what a device says of itself in a datagram, or None for any other."""
    try:
        about = json.loads(_text(datagram))
        found = Found(
            about["gwId"], about["ip"], about.get("version"), about.get("productKey", "")
        )
    except (BadFrame, ValueError, KeyError, TypeError, AttributeError, RuntimeError):
        return None
    sizes = ((found.id, _ID_MAX), (found.address, _ADDRESS_MAX), (found.product_key, _ID_MAX))
    is_text = all([isinstance(text, str) and len(text) <= most for text, most in sizes])
    return found if is_text and found.version in VERSIONS else None


def _text(datagram):
    prefix = datagram[:4]
    if prefix == b"\x00\x00\x55\xaa":
        messages = Codec("3.3", UDP_KEY).feed(datagram)
    elif prefix == b"\x00\x00\x66\x99":
        messages = Codec("3.5", UDP_KEY).feed(datagram)
    elif not datagram or len(datagram) % BLOCK:
        return b""
    else:
        return ECB(UDP_KEY).decrypt(datagram)
    return messages[0].payload.rstrip(b"\0") if messages else b""

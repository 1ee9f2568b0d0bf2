"""How a device makes itself known over UDP: its broadcasts, and its answer when asked.

All of it is under a key that every Tuya product shares, so it proves nothing about the sender.
"""

import asyncio
import hashlib
import json
import socket
from typing import NamedTuple

from fakeplug import bodies, commands
from fakeplug.cipher import ECB
from fakeplug.codec import CODE_OK, Codec31, Codec35
from fakeplug.frame import LAYOUT_6699, BadFrame, Splitter

UDP_KEY = hashlib.md5(b"yGAdlopoPVldABfn", usedforsecurity=False).digest()
PRODUCT_KEY = "keydeadbeef12345"

_ECB = ECB(UDP_KEY)
_GCM = Codec35(UDP_KEY)
_CRC = Codec31(UDP_KEY)

#: What each version broadcasts, unless Quirks.broadcast says otherwise.
FORMS = {"3.1": "clear", "3.2": "ecb", "3.3": "ecb", "3.4": "lpv34", "3.5": "gcm"}


class Ports(NamedTuple):
    """Where things go; all but tests want the default."""

    clear: int = 6666
    encrypted: int = 6667
    #: Where requests arrive, and the port of the asking address that the answer goes to.
    request: int = 7000
    answer: int = 7000


def announcement(form, body, iv=None):
    """Build the datagram that carries the JSON `body`.

    `form` is a value of Quirks.broadcast other than "version" and "none"; `iv` fixes the nonce
    of the GCM forms.
    """
    if form == "clear":
        return _CRC.encode(0, 0, body)
    if form == "ecb_bare":
        return _ECB.encrypt(body)
    if form in ("ecb", "lpv34"):
        command = commands.BROADCAST_LPV34 if form == "lpv34" else commands.UDP_NEW
        return _CRC.encode(0, command, _ECB.encrypt(body))
    code = b"" if form == "gcm_no_code" else CODE_OK
    padding = b"\0" * 4 if form == "gcm_padded" else b""
    return _GCM.encode(0, commands.UDP_NEW, body + padding, code, iv=iv)


def requested_by(datagram):
    """Return the address a request on port 7000 wants its answer at, or None.

    Protocol: vendor code needs both `from` and `ip`, and answers `ip`, whoever sent it.
    """
    splitter = Splitter(LAYOUT_6699, _GCM.smallest)
    try:
        (raw,) = splitter.feed(datagram)
        frame, _ = _GCM.decode(raw)
        request = json.loads(frame.payload)
    except (BadFrame, ValueError):
        return None
    if frame.command != commands.REQ_DEVINFO or not isinstance(request, dict):
        return None
    return request.get("ip") if "from" in request else None


class Announcer:
    """Broadcasts for a plug while it runs, and answers requests.

    `target` is where broadcasts go, `ip` what the plug says its address is (its own by default),
    `listen` the address that requests arrive at: only "", all of them, hears broadcasts. Devices
    broadcast every 5 to 8 s.
    """

    def __init__(
        self, plug, target="255.255.255.255", ports=None, *, ip=None, listen="", interval_s=5.0
    ):
        self._plug = plug
        self._target = target
        self._ports = ports or Ports()
        self._ip = ip
        self._listen = listen
        self._interval_s = interval_s
        self._transport = None
        self._timer = None

    async def start(self):
        """Listen for requests and send the first broadcast. The plug has to run already."""
        loop = asyncio.get_running_loop()
        # By hand, because devices and scanners on one host share the port; some scanners set one
        # of the two options for that, some the other.
        listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if hasattr(socket, "SO_REUSEPORT"):
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            listener.bind((self._listen, self._ports.request))
            listener.setblocking(False)
            self._transport, _ = await loop.create_datagram_endpoint(
                lambda: _Requests(self), sock=listener
            )
        except BaseException:
            listener.close()
            raise
        self._broadcast()

    def stop(self):
        """Fall silent."""
        if self._timer:
            self._timer.cancel()
        if self._transport:
            self._transport.close()

    @property
    def request_port(self):
        """The port that requests arrive at."""
        return self._transport.get_extra_info("sockname")[1]

    async def __aenter__(self):
        await self.start()
        return self

    async def __aexit__(self, *_):
        self.stop()

    def describe(self):
        """What the plug says of itself; never its local key."""
        plug = self._plug
        return {
            "ip": self._ip or plug.host,
            "gwId": plug.id,
            "active": 2,
            "ablilty": 0,
            "encrypt": plug.version != "3.1",
            "productKey": PRODUCT_KEY,
            "version": plug.version,
        } | ({"sl": 0, "uuid": plug.id[:16]} if plug.version == "3.5" else {})

    def answer(self, datagram):
        """Answer a request; anything else is passed over."""
        address = requested_by(datagram)
        if address and self._plug.quirks.answers_request:
            body = bodies.dump(self.describe())
            self._transport.sendto(announcement("gcm", body), (address, self._ports.answer))

    def _broadcast(self):
        self._timer = self._plug.clock.call_later(self._interval_s, self._broadcast)
        quirks = self._plug.quirks
        form = FORMS[self._plug.version] if quirks.broadcast == "version" else quirks.broadcast
        if form == "none" or (quirks.silent_when_connected and self._plug.sessions):
            return
        port = self._ports.clear if form == "clear" else self._ports.encrypted
        body = bodies.dump(self.describe())
        self._transport.sendto(announcement(form, body), (self._target, port))


class _Requests(asyncio.DatagramProtocol):
    def __init__(self, announcer):
        self._announcer = announcer

    def datagram_received(self, data, _address):
        self._announcer.answer(data)

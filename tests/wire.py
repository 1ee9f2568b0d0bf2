"""A plug at the other end of a wire in memory, for tests on both interpreters."""

import json

from incoming import Incoming

from tuya.codec import Codec33, without_version_header
from tuya.codec31 import Codec31
from tuya.codec34 import Codec34
from tuya.codec35 import Codec35
from tuya.errors import BadFrame
from tuya.hmac import HMAC
from tuya.session import Negotiation

ID = "bf0123456789abcdefghij"
KEY = "0123456789abcdef"
NONCE = b"81d97ed482b76c6f"

START, RESP, FINISH = 3, 4, 5
CONTROL, STATUS, HEART_BEAT, DP_QUERY, UPDATEDPS = 7, 8, 9, 10, 18
CONTROL_NEW, DP_QUERY_NEW, LAN_EXT_STREAM = 13, 16, 64


def _coded(codec):
    """Give a codec the device's side: a return code in front of what it sends."""

    class Plug(codec):
        code = b"\0\0\0\0"
        pads_empty = False

        def _close(self, command, payload):
            if codec is Codec31 and command != STATUS:
                return self.code + payload  # it signs its pushes alone
            if self.pads_empty or payload:
                return self.code + codec._close(self, command, payload)
            return self.code

        def _open(self, command, body):
            if command in (START, FINISH):  # which are bytes, and no text
                return self._cipher.decrypt(body)
            return codec._open(self, command, body)

    return Plug


Plug33 = _coded(Codec33)


class Plug35(Codec35):
    code = b"\0\0\0\0"

    def _seal(self, sequence, command, text, iv):
        return Codec35._seal(self, sequence, command, self.code + text, iv)

    def _split(self, command, plain):
        return 0, bytes(plain if command == START else without_version_header(plain))


PLUGS = {
    "3.1": _coded(Codec31),
    "3.2": Plug33,
    "3.3": Plug33,
    "3.4": _coded(Codec34),
    "3.5": Plug35,
}


class Wire(Incoming):
    """Both the stream that the library is given and the plug behind it.

    `dps` is the plug's state. `on_frame(command, payload)` may answer a frame instead of the plug
    (returns True then). `frames` keeps the (command, payload) that came in, `writes` how many
    came in each write. `nonces` are the plug's for one negotiation after the other.
    """

    def __init__(self, dps=None, key=KEY, version="3.3", nonces=()):
        super().__init__()
        self.dps = dps if dps is not None else {1: False, 18: 417, 19: 957, 20: 2304}
        self.version = version
        self.is_new = version >= "3.4"
        self.frames = []
        self.writes = []
        self.sequences = []
        self.closed = False
        self.on_frame = lambda command, payload: False
        self._key = key
        # Frames that come in are opened with the right key, whatever the plug sends with.
        self._theirs = PLUGS[version](version, KEY)
        self.codec = PLUGS[version](version, key)
        self._nonces = list(nonces)
        self._nonce = b""
        self._sequence = 0

    # --- the stream ---

    async def pump(self, buf, take):
        count = None
        while count != 0:
            count = await self.readinto(buf)
            if count:
                take(buf[:count])

    def send(self, data):
        self.writes.append(0)
        while data:
            # The key may change between two frames of one write.
            frame = bytes(data[: size_of(data)])
            data = data[len(frame) :]
            self.writes[-1] += 1
            messages = self._theirs.feed(frame)
            if not messages:
                raise BadFrame("a frame of another version")
            message = messages[0]
            self.frames.append((message.command, message.payload))
            self.sequences.append(message.sequence)
            if not self.on_frame(message.command, message.payload):
                self._answer(message.command, message.payload)

    def close(self):
        self.closed = True
        self.hang_up()

    # --- the plug ---

    def reply(self, command, payload=b"", code=0):
        """Send a frame to the library."""
        self._sequence += 1
        self.codec.code = bytes((0, 0, 0, code))
        self.put(bytes(self.codec.encode(self._sequence, command, payload)))

    def push(self, dps, cid=None):
        """Change DPs and push them."""
        self.dps.update(dps)
        self.reply(STATUS, body(dps, self.is_new, cid))

    def commands(self):
        return [command for command, _ in self.frames]

    def _answer(self, command, payload):
        if command == START:
            # Without a choice of the test's own: never the one key in 256 that starts all again.
            usual = self._nonces or [nonce_for(self.version, payload, is_zero=False)]
            self._nonce = usual.pop(0)
            self._client_nonce = payload
            self.reply(RESP, self._nonce + HMAC(self._key.encode()).digest(payload))
        elif command == FINISH:
            assert payload == HMAC(KEY.encode()).digest(self._nonce)
            negotiation = Negotiation(self.version, KEY, lambda size: self._client_nonce)
            proof = HMAC(KEY.encode()).digest(negotiation.start())
            _, session_key = negotiation.finish(self._nonce + proof)
            self._theirs.use(session_key)
            self.codec.use(session_key)
        elif command in (DP_QUERY, DP_QUERY_NEW):
            self.reply(command, body(self.dps))
        elif command in (CONTROL, CONTROL_NEW):
            self.reply(command)
            self._write(json.loads(payload))
        else:
            self.reply(command)

    def _write(self, request):
        wanted = request.get("data", request)["dps"]
        wanted = {int(dp): wanted[dp] for dp in wanted}
        news = {dp: wanted[dp] for dp in wanted if self.dps.get(dp) != wanted[dp]}
        if news:
            self.push(news)


def nonce_for(version, client_nonce, is_zero):
    """Return a device's nonce that makes a session key begin with zero, or not."""
    negotiation = Negotiation(version, KEY, lambda size: client_nonce)
    proof = HMAC(KEY.encode()).digest(negotiation.start())
    for i in range(65536):
        nonce = i.to_bytes(2, "little") + NONCE[2:]
        if (negotiation.finish(nonce + proof) is None) is is_zero:
            return nonce
    raise AssertionError("there is one in 256")


def size_of(data):
    """Return the size of the frame that `data` begins with."""
    if bytes(data[:4]) == b"\0\0\x66\x99":
        return 22 + int.from_bytes(data[14:18], "big")
    return 16 + int.from_bytes(data[12:16], "big")


def body(dps, is_wrapped=False, cid=None):
    """Return the JSON of a device, as 3.4 and 3.5 push it or as the others do and all answer."""
    about = {"dps": {str(dp): dps[dp] for dp in dps}}
    if cid:
        about["cid"] = cid
    if is_wrapped:
        return json.dumps({"protocol": 4, "t": 1700000000, "data": about}).encode()
    about["devId"] = ID
    return json.dumps(about).encode()


def nulls(wire, command, payload):
    """Answer as a device22 does."""
    if command in (DP_QUERY, DP_QUERY_NEW):
        wire.reply(command, b"json obj data unvalid", code=1)
        return True
    if command == CONTROL_NEW and b"null" in payload:
        request = json.loads(payload)
        asked = request.get("data", request)["dps"]
        wire.reply(command)
        known = {int(dp): wire.dps[int(dp)] for dp in asked if int(dp) in wire.dps}
        if known:
            wire.push(known)
        return True
    if command == CONTROL_NEW and wire.version == "3.3":
        raise AssertionError("3.3 is written with CONTROL")
    return False


async def nobody(id, address, ms, version=None):
    """Find nothing, at once: a Device's `find`."""


class Wires:
    """What a Device connects with: each connection takes the next wire, or raises it."""

    def __init__(self, *wires):
        self.wires = list(wires)
        self.opened = []

    async def connect(self, address, port, timeout_ms):
        wire = self.wires.pop(0)
        self.opened.append(wire)
        if isinstance(wire, Exception):
            raise wire
        return wire

"""A plug at the other end of a wire in memory, for tests on both interpreters."""

import asyncio
import json

from tuya.cipher import ECB, padded_size
from tuya.frame import HEADER_SIZE, Cutter, blank, check, seal

ID = "bf0123456789abcdefghij"
KEY = "0123456789abcdef"

CONTROL, STATUS, HEART_BEAT, DP_QUERY, UPDATEDPS = 7, 8, 9, 10, 18


class Wire:
    """Both the stream that the library is given and the 3.3 plug behind it.

    `dps` is the plug's state. `on_frame(command, payload)` may answer a frame instead of the plug
    (returns True then). `frames` keeps the (command, payload) that came in.
    """

    def __init__(self, dps=None, key=KEY):
        self.dps = dps if dps is not None else {1: False, 18: 417, 19: 957, 20: 2304}
        self.frames = []
        self.sequences = []
        self.closed = False
        self.on_frame = lambda command, payload: False
        self._cipher = ECB(key.encode())
        self._theirs = ECB(KEY.encode())
        self._cutter = Cutter()
        self._outgoing = []
        self._something = asyncio.Event()

    # --- the stream ---

    async def readinto(self, buf):
        while not self._outgoing:
            self._something.clear()
            await self._something.wait()
        data = self._outgoing.pop(0)
        buf[: len(data)] = data
        return len(data)

    def send(self, data):
        frames = list(self._cutter.cut(bytes(data)))
        assert len(frames) == 1, "one write holds one frame"
        sequence, command, body = check(frames[0])
        if bytes(body[:3]) == b"3.3":
            body = body[15:]
        payload = self._theirs.decrypt(body) if len(body) else b""
        self.frames.append((command, payload))
        self.sequences.append(sequence)
        if not self.on_frame(command, payload):
            self._answer(command, payload)

    def close(self):
        self.closed = True
        self.hang_up()

    # --- the plug ---

    def reply(self, command, payload=b"", code=0, header=b""):
        """Send a frame to the library."""
        size = padded_size(len(payload)) if payload else 0
        frame = blank(4 + len(header) + size)
        frame[HEADER_SIZE + 3] = code
        at = HEADER_SIZE + 4 + len(header)
        frame[HEADER_SIZE + 4 : at] = header
        if size:
            self._cipher.encrypt_into(memoryview(frame)[at : at + size], payload)
        self.put(bytes(seal(frame, 0, command)))

    def push(self, dps):
        """Change DPs and push them."""
        self.dps.update(dps)
        self.reply(STATUS, body(dps), header=b"3.3" + bytes(12))

    def hang_up(self):
        self.put(b"")

    def put(self, data):
        self._outgoing.append(data)
        self._something.set()

    def commands(self):
        return [command for command, _ in self.frames]

    def _answer(self, command, payload):
        if command == DP_QUERY:
            self.reply(command, body(self.dps))
        elif command == CONTROL:
            wanted = {int(dp): v for dp, v in json.loads(payload)["dps"].items()}
            news = {dp: wanted[dp] for dp in wanted if self.dps.get(dp) != wanted[dp]}
            self.reply(command)
            if news:
                self.push(news)
        else:
            self.reply(command)


def body(dps):
    return json.dumps({"devId": ID, "dps": {str(dp): dps[dp] for dp in dps}}).encode()


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

"""A broker at the other end of a wire in memory, for tests on both interpreters.

It shares no code with the client: what that sends is cut here by the standard alone.
"""

import asyncio

from incoming import Incoming

CONNECT, CONNACK, PUBLISH, PUBACK = 1, 2, 3, 4
SUBSCRIBE, SUBACK, PINGREQ, PINGRESP, DISCONNECT = 8, 9, 12, 13, 14


class Broker(Incoming):
    """Both the stream that a client is given and the broker behind it.

    `messages` are those that came in, (topic, payload, is_retained); `packets` the kinds of all;
    `writes` their bytes. With `acknowledges` False a message gets no answer, with `answers` False
    nothing does. It takes `most` bytes of each write, none while `is_full`.
    """

    def __init__(self, code=0, denied=()):
        super().__init__()
        self.code = code
        self.denied = denied
        self.acknowledges = self.answers = True
        self.is_full = False
        self.most = 100000
        self.connect = None
        self.messages = []
        self.packets = []
        self.writes = []
        self.unacknowledged = []
        self.acknowledged = []  # ids of messages from here
        self.topics = []
        self.closed = False
        self._coming = b""

    # --- the stream ---

    def send_some(self, data):
        data = b"" if self.is_full else bytes(data[: self.most])
        if data:
            self.writes.append(data)
            self._coming += data
            self._cut()
        return len(data)

    async def writable(self):
        while self.is_full:
            await asyncio.sleep(0.1)

    def close(self):
        self.closed = True

    # --- the broker ---

    def publish(self, topic, payload, flags=0, id=1):
        """Send a message; `flags` as in the first byte: 1 retained, 2 QoS 1, 8 sent again."""
        payload = payload.encode() if isinstance(payload, str) else payload
        body = len(topic.encode()).to_bytes(2, "big") + topic.encode()
        if flags & 6:
            body += id.to_bytes(2, "big")
        self.put(packet(PUBLISH << 4 | flags, body + payload))

    def acknowledge(self):
        """Acknowledge the oldest message that has not been."""
        self.put(packet(PUBACK << 4, self.unacknowledged.pop(0)))

    def last(self, topic):
        """Return the payload of the last message of a topic, None without one."""
        found = [payload for where, payload, _ in self.messages if where == topic]
        return found[-1] if found else None

    def _cut(self):
        while True:
            data = self._coming
            size = shift = 0
            at = 1
            while at < len(data) and (at == 1 or data[at - 1] & 128):
                size |= (data[at] & 127) << shift
                shift += 7
                at += 1
            if at < 2 or data[at - 1] & 128 or len(data) < at + size:
                return
            self._coming = data[at + size :]
            self._take(data[0] >> 4, data[0] & 15, data[at : at + size])

    def _take(self, kind, flags, body):
        self.packets.append(kind)
        if kind == PUBLISH:
            size = int.from_bytes(body[:2], "big")
            topic, id, payload = body[2 : 2 + size], body[2 + size : 4 + size], body[4 + size :]
            assert flags & 6 == 2, "a message of another QoS than 1"
            self.messages.append((topic.decode(), payload.decode(), bool(flags & 1)))
            self.unacknowledged.append(id)
            if self.acknowledges and self.answers:
                self.acknowledge()
        elif kind == PUBACK:
            self.acknowledged.append(int.from_bytes(body, "big"))
        elif not self.answers:
            return
        elif kind == CONNECT:
            self.connect = body
            self.put(packet(CONNACK << 4, bytes((0, self.code))))
        elif kind == SUBSCRIBE:
            assert flags == 2
            self._subscribe(body)
        elif kind == PINGREQ:
            self.put(packet(PINGRESP << 4, b""))

    def _subscribe(self, body):
        codes = b""
        at = 2
        while at < len(body):
            size = int.from_bytes(body[at : at + 2], "big")
            topic = body[at + 2 : at + 2 + size].decode()
            self.topics.append(topic)
            codes += b"\x80" if topic in self.denied else body[at + 2 + size : at + 3 + size]
            at += 3 + size
        self.put(packet(SUBACK << 4, body[:2] + codes))


def packet(first, body):
    """Return a packet: its first byte, the length of the body, and the body."""
    size = len(body)
    length = b""
    while size > 127:
        length += bytes((size % 128 + 128,))
        size //= 128
    return bytes((first,)) + length + bytes((size,)) + body


class Brokers:
    """What a client connects to: each time the next one, which is raised where it is an error."""

    def __init__(self, *brokers):
        self.brokers = list(brokers)
        self.tries = 0

    async def open(self):
        self.tries += 1
        broker = self.brokers.pop(0) if len(self.brokers) > 1 else self.brokers[0]
        if isinstance(broker, Exception):
            raise broker
        return broker

"""MQTT 3.1.1 as bytes, without sockets: what a client sends, and what a broker may say. What a
connection begins with is in opening.py.

Decoding is total: any bytes end in packets or in BadPacket. The numbers are those of the standard
(OASIS, MQTT Version 3.1.1, chapters 2 and 3).
"""

from tuya.port import const

_CONNACK = const(2)
_PUBLISH = const(3)
_PUBACK = const(4)
_SUBACK = const(9)
_PINGRESP = const(13)
# Nothing but a message is longer; a subscription is answered with a code for each topic.
_SHORT = const(130)

PING = b"\xc0\x00"
DISCONNECT = b"\xe0\x00"
#: Stands for a code of SUBACK: the broker lets us not subscribe to that topic.
DENIED = 0x80


class Refused(Exception):
    """The broker does not let us in; the argument is the code of CONNACK."""


class BadPacket(Exception):
    """Bytes that are no MQTT, or no answer to what was sent: the connection has to go."""


def publish(topic, size, id, is_retained):
    """Return what a PUBLISH of QoS 1 begins with, in front of `size` bytes of payload."""
    about = with_length(topic) + two_bytes(id)
    return bytes((0x33 if is_retained else 0x32,)) + length(len(about) + size) + about


def puback(id):
    """Return the packet that acknowledges a message."""
    return b"\x40\x02" + two_bytes(id)


def two_bytes(number):
    """Return a number as MQTT has it."""
    return bytes((number >> 8, number & 255))


def with_length(text):
    """Return a text as MQTT has it, its length in front."""
    data = text.encode()
    return two_bytes(len(data)) + data


def length(size):
    """Return a length as MQTT has it: seven bits a byte, the lowest first."""
    data = b""
    while size > 127:
        data += bytes((size & 127 | 128,))
        size >>= 7
    return data + bytes((size,))


class Decoder:
    """Cuts what a broker sends into packets, and calls these of `client` with what is in them:

        connected(code)             the answer to CONNECT, which comes first and once
        message(topic, payload, is_retained, is_again, id)
        acknowledged(id)            that of a message of ours
        subscribed(codes)           a code for each topic

    A message that does not fit into `size` bytes has the payload None. The `id` of one that wants
    to be acknowledged, else None; `is_again`: it may have come before.
    """

    def __init__(self, size, client):
        self._buffer = memoryview(bytearray(size))
        self._client = client
        self.begin()

    def begin(self):
        """Forget all: another connection begins."""
        self._filled = 0
        self._skip = 0  # bytes to come of a packet that was cut
        self._is_connected = False

    @property
    def room(self):
        """What to read into; it is never empty."""
        return self._buffer[self._filled :]

    def took(self, count):
        """Take so many bytes, which were read into `room`. Raises BadPacket."""
        self._filled += count
        buffer, filled = self._buffer, self._filled
        at = 0
        while True:
            if self._skip:
                skipped = min(self._skip, filled - at)
                self._skip -= skipped
                at += skipped
            head = _head(buffer[at:filled])
            if not head:
                break
            self._check(buffer[at], head[1])
            begin = at + head[0]
            end = begin + head[1]
            if end <= filled:
                self._take(buffer[at], buffer[begin:end], True)
                at = end
            elif at == 0 and filled == len(buffer):
                self._take(buffer[0], buffer[begin:filled], False)
                self._skip = end - filled
                at = filled
            else:
                break
        if at:
            buffer[: filled - at] = buffer[at:filled]
            self._filled = filled - at

    def _check(self, first, size):
        """Raise BadPacket for what a packet cannot begin with: its rest may never come."""
        kind = first >> 4
        if (kind == _CONNACK) is self._is_connected:
            raise BadPacket("a packet of kind %d in the wrong place" % kind)
        if kind != _PUBLISH and (first & 15 or size > _SHORT):
            raise BadPacket("a packet that begins with %d, of %d bytes" % (first, size))

    def _take(self, first, body, is_whole):
        kind = first >> 4
        size = len(body)
        client = self._client
        self._is_connected = True
        if kind == _PUBLISH:
            self._message(first & 15, body, is_whole)
        elif not is_whole:
            raise BadPacket("a packet of kind %d that is too long" % kind)
        elif kind == _CONNACK and size == 2:
            client.connected(body[1])
        elif kind == _PUBACK and size == 2:
            client.acknowledged(_number(body, 0))
        elif kind == _SUBACK and size > 2:
            client.subscribed(bytes(body[2:]))
        elif kind != _PINGRESP or size:
            raise BadPacket("a packet of kind %d with %d bytes" % (kind, size))

    def _message(self, flags, body, is_whole):
        qos = flags >> 1 & 3
        end = 2 + (_number(body, 0) if len(body) > 1 else len(body))
        begin = end + 2 if qos else end
        if qos > 1 or begin > len(body):
            raise BadPacket("a message of QoS %d with %d bytes" % (qos, len(body)))
        try:
            topic = bytes(body[2:end]).decode()
        except UnicodeError:
            raise BadPacket("a topic that is no text") from None
        id = _number(body, end) if qos else None
        if not topic or id == 0 or any([c in "+#" or c < "\x01" for c in topic]):
            raise BadPacket("a message without a topic, or without a number")
        payload = bytes(body[begin:]) if is_whole else None
        self._client.message(topic, payload, bool(flags & 1), bool(flags & 8), id)


def _head(data):
    """Return (its own size, the size of what follows) of the head of a packet, None for a part.

    Raises BadPacket.
    """
    length = 0
    for i in range(1, min(len(data), 5)):
        length |= (data[i] & 127) << 7 * (i - 1)
        if not data[i] & 128:
            return i + 1, length
    if len(data) > 4:
        raise BadPacket("a length of more than four bytes")
    return None


def _number(data, at):
    return data[at] << 8 | data[at + 1]

"""Packets of a network to what devices and clients have said: which of them belong together."""

from plughub.devices import PORT
from plughub.wire.broadcast import read_datagram
from plughub.wire.conversation import Conversation
from plughub.wire.packets import Segment
from plughub.wire.reassembly import Stream
from tuya.discovery import PORTS

# More connections than a home has at once; the oldest are forgotten.
_CONNECTIONS_MAX = 1000


class Traffic:
    """All connections and datagrams of a capture.

    `port`: where devices listen, besides the ports that are known of them.
    """

    def __init__(self, keyring, port=PORT, version=None):
        self._keyring = keyring
        self._ports = {port, *keyring.ports}
        self._version = version
        self._connections = {}

    def take(self, packet):
        """Take a packets.Packet; return the [Seen] that it completes."""
        if isinstance(packet, Segment):
            return self._segment(packet)
        if packet.destination[1] in PORTS:
            return read_datagram(
                packet.data, self._keyring, packet.source, packet.destination, packet.at
            )
        return []

    def end(self):
        """Return the [Seen] that are left when nothing follows."""
        return [seen for each in self._connections.values() for seen in each.end()]

    def _segment(self, segment):
        from_device = segment.destination[1] not in self._ports
        if from_device and segment.source[1] not in self._ports:
            return []
        ends = segment.source, segment.destination
        client, device = reversed(ends) if from_device else ends
        connection = self._connections.get((client, device))
        seen = []
        if segment.is_first and not from_device:
            if connection and connection.begins_with(segment):
                return []
            seen = connection.end() if connection else []
            connection = None
        if not connection:
            connection = self._connect(client, device)
        return seen + connection.take(segment, from_device)

    def _connect(self, client, device):
        self._connections.pop((client, device), None)
        if len(self._connections) >= _CONNECTIONS_MAX:
            self._connections.pop(next(iter(self._connections)))
        conversation = Conversation(self._keyring, client, device, self._version)
        connection = self._connections[client, device] = _Connection(conversation)
        return connection


class _Connection:
    """One TCP connection. It is kept after its end, so that late segments do not begin another."""

    def __init__(self, conversation):
        self._conversation = conversation
        self._streams = {True: Stream(), False: Stream()}
        self._first = None
        self._at = None

    def begins_with(self, segment):
        """Tell whether it is this segment, a SYN, that the connection has begun with."""
        return segment.sequence == self._first

    def take(self, segment, from_device):
        self._at = segment.at
        stream = self._streams[from_device]
        seen = []
        sequence = segment.sequence
        if segment.is_first:
            if not from_device:
                self._first = sequence
            sequence += 1
            stream.begin(sequence)
        if segment.acknowledged is not None and not segment.is_reset:
            seen += self._hear(
                self._streams[not from_device].acknowledged(segment.acknowledged), not from_device
            )
        if segment.data or segment.is_last:
            seen += self._hear(
                stream.segment(sequence, segment.data, segment.is_last), from_device
            )
        if segment.is_reset or all(stream.is_finished for stream in self._streams.values()):
            seen += self.end()
        return seen

    def end(self):
        """Return the [Seen] that are left when nothing follows."""
        seen = []
        for from_device, stream in self._streams.items():
            seen += self._hear(stream.rest(), from_device)
        return seen + self._conversation.end(self._at)

    def _hear(self, chunks, from_device):
        seen = []
        for chunk in chunks:
            if isinstance(chunk, int):
                seen += self._conversation.lose(chunk, from_device, self._at)
            else:
                seen += self._conversation.feed(chunk, from_device, self._at)
        return seen

"""Captures made for tests: what two sides say, in segments cut and shuffled as a network does."""

import io
import random

import dpkt
from dpkt.tcp import TH_ACK, TH_FIN, TH_SYN

from plughub.wire.capture import read_capture

CLIENT = ("192.0.2.20", 51234)
DEVICE = ("192.0.2.55", 6668)
_BEGIN = 0xFFFFFF00  # sequence numbers wrap around soon


def said_in(pcap, port):
    """Return [(from_device, bytes)] of the segments of a capture with one connection."""
    packets = read_capture(io.BytesIO(pcap))
    return [(packet.source[1] == port, packet.data) for packet in packets if packet.data]


class Talk:
    """One TCP connection as bytes of IP packets, in the order in which they were captured."""

    def __init__(self, device=DEVICE):
        self.packets = []
        self._next = {False: _BEGIN, True: _BEGIN + 7}
        self._ends = {False: CLIENT, True: device}
        self.put(False, TH_SYN)
        self.put(True, TH_SYN | TH_ACK)

    def put(self, from_device, flags, data=b""):
        tcp = dpkt.tcp.TCP(
            sport=self._ends[from_device][1],
            dport=self._ends[not from_device][1],
            seq=self._next[from_device],
            ack=self._next[not from_device],
            flags=flags,
            data=data,
        )
        taken = len(data) + bool(flags & (TH_SYN | TH_FIN))
        self._next[from_device] = (self._next[from_device] + taken) % (1 << 32)
        self.packets.append(ip_packet(self._ends[from_device], self._ends[not from_device], tcp))

    def say(self, from_device, *pieces):
        """Send bytes as one segment for each piece."""
        for data in pieces:
            self.put(from_device, TH_ACK, data)

    def end(self):
        self.put(False, TH_FIN | TH_ACK)
        self.put(True, TH_FIN | TH_ACK)
        self.put(False, TH_ACK)


def ip_packet(source, destination, inner):
    """Return the bytes of an IPv4 packet around dpkt's TCP or UDP."""
    kind = dpkt.ip.IP_PROTO_TCP if isinstance(inner, dpkt.tcp.TCP) else dpkt.ip.IP_PROTO_UDP
    packet = dpkt.ip.IP(src=_packed(source), dst=_packed(destination), p=kind, data=inner)
    packet.len = len(packet)
    return bytes(packet)


def datagram(source, destination, data):
    udp = dpkt.udp.UDP(sport=source[1], dport=destination[1], data=data)
    udp.ulen = len(udp)
    return ip_packet(source, destination, udp)


def shuffled(said, seed):
    """Return a Talk of [(from_device, bytes)] cut anywhere, out of order, and partly twice.

    No side acknowledges what is still missing: it answers when all has come.
    """
    chance = random.Random(seed)
    talk = Talk()
    while said:
        side = said[0][0]
        data = b""
        while said and said[0][0] == side:
            data += said[0][1]
            said = said[1:]
        cuts = sorted(chance.randrange(len(data) + 1) for _ in range(chance.randrange(6)))
        start = len(talk.packets)
        pieces = [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)], strict=True)]
        talk.say(side, *[piece for piece in pieces if piece])
        late = talk.packets[start:]
        late += chance.choices(late, k=chance.randrange(3))
        chance.shuffle(late)
        talk.packets[start:] = late
    talk.end()
    return talk


def pcap(packets, link=101, nano=False):
    """Return a pcap file of IP packets: bare, or in frames of link type 1 (Ethernet) or 113."""
    file = io.BytesIO()
    writer = dpkt.pcap.Writer(file, linktype=link, nano=nano)
    for at, packet in enumerate(packets):
        writer.writepkt(framed(packet, link), 1700000000 + at / 8)
    return file.getvalue()


def pcapng(packets):
    """Return a pcapng file of IP packets on Ethernet."""
    file = io.BytesIO()
    idb = dpkt.pcapng.InterfaceDescriptionBlockLE(linktype=1, snaplen=65535)
    writer = dpkt.pcapng.Writer(file, idb=idb)
    for at, packet in enumerate(packets):
        writer.writepkt(framed(packet, 1), 1700000000 + at / 8)
    return file.getvalue()


def framed(packet, link):
    if link == 1:  # with the padding that short frames have
        return (b"\x02" * 12 + b"\x08\x00" + packet).ljust(60, b"\0")
    if link == 113:
        return b"\0\0\0\1\0\6" + b"\x02" * 6 + b"\0\0\x08\x00" + packet
    return packet


def _packed(end):
    return bytes(map(int, end[0].split(".")))

"""Packets of pcap and pcapng files, as tcpdump, tshark and Wireshark write them."""

import struct
from itertools import chain

import dpkt

from plughub.wire.packets import as_packet, read_ip

#: How a file begins that is a capture: pcap of both byte orders, in us and in ns, and pcapng.
MAGICS = (
    b"\xd4\xc3\xb2\xa1",
    b"\xa1\xb2\xc3\xd4",
    b"\x4d\x3c\xb2\xa1",
    b"\xa1\xb2\x3c\x4d",
    b"\x0a\x0d\x0d\x0a",
)
_PCAPNG = MAGICS[-1]
# Longer than any packet of a network, so that a broken length takes no memory.
_BLOCK_MAX = 1 << 20

# The link types of pcap that carry IP: the number says what stands in front of it.
_LINKS = {
    0: dpkt.loopback.Loopback,
    1: dpkt.ethernet.Ethernet,
    108: dpkt.loopback.Loopback,
    113: dpkt.sll.SLL,
    276: dpkt.sll2.SLL2,
}
_BARE_IP = (12, 14, 101, 228, 229)


class BadCapture(Exception):
    """What a file has that cannot be read: a broken block, or a link type without IP."""


def read_capture(file, begun=b""):
    """Yield the packets.Packet of a capture from a binary file, a pipe too; others are left out.

    `begun`: what was read of it already, to see what it is. Of a pcapng file with several
    interfaces the link type and the clock of the first count. Raises BadCapture, also after
    packets.
    """
    begun = begun or file.read(len(_PCAPNG))
    reader_of = dpkt.pcapng.Reader if begun == _PCAPNG else dpkt.pcap.Reader
    try:
        reader = reader_of(_Careful(file, begun))
        link = reader.datalink()
        if link not in _LINKS and link not in _BARE_IP:
            raise BadCapture(f"packets of link type {link} are not understood: capture Ethernet")
        for at, raw in reader:
            packet = _packet(float(at), raw, _LINKS.get(link))
            if packet:
                yield packet
    except (dpkt.Error, struct.error, ValueError, OSError, ArithmeticError) as e:
        raise BadCapture("the capture is broken or cut off") from e


def _packet(at, raw, link):
    if not link:
        return read_ip(at, raw)
    try:
        return as_packet(at, link(raw).data)
    except (dpkt.Error, struct.error, IndexError, KeyError, TypeError, ValueError, AttributeError):
        return None  # dpkt lets some of these through


class _Careful:
    """A file that reads no more at once than a block of a capture has, and that whole."""

    def __init__(self, file, begun):
        self._file = file
        self._begun = begun

    def read(self, size):
        if not 0 <= size <= _BLOCK_MAX:
            raise ValueError("a length that cannot be")
        early, self._begun = self._begun[:size], self._begun[size:]
        data = b"".join(chain((early,), self._rest(size - len(early))))
        if 0 < len(data) < size:
            raise ValueError("the file ends in the middle of a block")
        return data

    def _rest(self, size):
        while size and (data := self._file.read(size)):
            size -= len(data)
            yield data

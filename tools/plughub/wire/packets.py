"""A packet of IP as traffic.py wants it: who to whom, TCP or UDP, and what is in it."""

import ipaddress
from dataclasses import dataclass

import dpkt
from dpkt.tcp import TH_ACK, TH_FIN, TH_RST, TH_SYN


@dataclass(frozen=True)
class Packet:
    """`at`: Unix time in s; `source`, `destination`: (host, port)."""

    at: float
    source: tuple[str, int]
    destination: tuple[str, int]
    data: bytes


@dataclass(frozen=True)
class Segment(Packet):
    """A packet of TCP. `acknowledged`: None where it says nothing of the kind."""

    sequence: int
    acknowledged: int | None
    is_first: bool  # SYN
    is_last: bool  # FIN
    is_reset: bool  # RST


def read_ip(at, raw):
    """Return the Packet of the bytes of an IP packet, a Segment where it is TCP.

    None is returned for anything else: other protocols, fragments, what is broken.
    """
    try:
        return as_packet(at, dpkt.ip6.IP6(raw) if raw[:1] >= b"\x60" else dpkt.ip.IP(raw))
    except (dpkt.Error, IndexError, KeyError, TypeError, ValueError, AttributeError):
        return None  # dpkt lets some of these through


def as_packet(at, ip):
    """As read_ip(), of what dpkt has made of the packet."""
    if not isinstance(ip, (dpkt.ip.IP, dpkt.ip6.IP6)):
        return None
    inner = ip.data
    if not isinstance(inner, (dpkt.tcp.TCP, dpkt.udp.UDP)):
        return None
    source = (_host(ip.src), inner.sport)
    destination = (_host(ip.dst), inner.dport)
    data = bytes(inner.data)
    if isinstance(inner, dpkt.udp.UDP):
        return Packet(at, source, destination, data)
    flags = inner.flags
    return Segment(
        at,
        source,
        destination,
        data,
        inner.seq,
        inner.ack if flags & TH_ACK else None,
        bool(flags & TH_SYN),
        bool(flags & TH_FIN),
        bool(flags & TH_RST),
    )


def _host(raw):
    address = ipaddress.ip_address(raw)
    return str(getattr(address, "ipv4_mapped", None) or address)

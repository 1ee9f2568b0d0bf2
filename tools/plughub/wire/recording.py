"""Writes what passes a proxy as a pcap file, as if client and device had talked directly.

The bytes, their order and their times are those that passed; the packets around them are made up.
"""

import ipaddress

import dpkt
from dpkt.tcp import TH_ACK, TH_FIN, TH_PUSH, TH_SYN

_LINK_RAW_IP = 101
# What fits into a packet on Ethernet, behind the headers of IPv6 and TCP.
_SEGMENT_MAX = 1440


class Recording:
    """A pcap file that is whole after each packet. `file`: binary; whoever opens it closes it."""

    def __init__(self, file):
        self._file = file
        self._writer = dpkt.pcap.Writer(file, linktype=_LINK_RAW_IP)
        file.flush()

    def connection(self, client, device, at):
        """Write that (host, port) has connected; return the Connection to go on with."""
        return Connection(self._write, client, device, at)

    def _write(self, packet, at):
        self._writer.writepkt(packet, at)
        self._file.flush()


class Connection:
    """One TCP connection in a Recording. `at` is Unix time in s."""

    def __init__(self, write, client, device, at):
        self._write = write
        self._ends = {False: client, True: device}
        self._hosts = dict(zip((False, True), _hosts(client[0], device[0]), strict=True))
        self._next = {False: 0, True: 0}  # sequence numbers
        self._is_open = {False: True, True: True}
        self._send(False, at, TH_SYN)
        self._send(True, at, TH_SYN | TH_ACK)
        self._send(False, at, TH_ACK)

    def take(self, data, from_device, at):
        """Write bytes that one side has sent."""
        for start in range(0, len(data), _SEGMENT_MAX):
            self._send(from_device, at, TH_PUSH | TH_ACK, data[start : start + _SEGMENT_MAX])

    def end(self, from_device, at):
        """Write that one side sends no more. May be called twice."""
        if self._is_open[from_device]:
            self._is_open[from_device] = False
            self._send(from_device, at, TH_FIN | TH_ACK)
            self._send(not from_device, at, TH_ACK)

    def _send(self, from_device, at, flags, data=b""):
        tcp = dpkt.tcp.TCP(
            sport=self._ends[from_device][1],
            dport=self._ends[not from_device][1],
            seq=self._next[from_device],
            ack=self._next[not from_device] if flags & TH_ACK else 0,
            flags=flags,
            win=65535,
            data=data,
        )
        is_counted = bool(flags & (TH_SYN | TH_FIN))
        self._next[from_device] = (self._next[from_device] + len(data) + is_counted) % (1 << 32)
        self._write(bytes(self._packet(from_device, tcp)), at)

    def _packet(self, from_device, tcp):
        source, destination = self._hosts[from_device], self._hosts[not from_device]
        if source.version == 4:
            ip = dpkt.ip.IP(src=source.packed, dst=destination.packed, p=dpkt.ip.IP_PROTO_TCP)
            ip.data = tcp
            ip.len = len(ip)
            return ip
        ip = dpkt.ip6.IP6(src=source.packed, dst=destination.packed, nxt=dpkt.ip.IP_PROTO_TCP)
        ip.hlim, ip.data, ip.plen = 64, tcp, len(tcp)
        return ip


def _hosts(client, device):
    """Return both as addresses of one family: IPv4 inside IPv6 where only one of them is IPv6."""
    hosts = [ipaddress.ip_address(host.partition("%")[0]) for host in (client, device)]
    hosts = [getattr(host, "ipv4_mapped", None) or host for host in hosts]
    if hosts[0].version == hosts[1].version:
        return hosts
    return [
        host if host.version == 6 else ipaddress.ip_address(f"::ffff:{host}") for host in hosts
    ]

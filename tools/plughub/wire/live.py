"""Packets as they pass an interface of this machine. Linux alone has what this needs."""

import errno
import socket
import time

from plughub.cli import FAILED, NOT_FOUND, Failure
from plughub.wire.packets import read_ip

#: What tcpdump calls all interfaces.
ANY = "any"

_ETH_P_ALL = 3  # with fewer, the kernel shows nothing of what this machine sends
_ETH_P_IP = (0x0800, 0x86DD)
_LOOPBACK = 772  # ARPHRD_LOOPBACK
_PACKET_MAX = 65536
# As much as the kernel keeps while frames are printed.
_BUFFER = 1 << 22


def open_interface(name):
    """Return a socket that sees all packets of an interface, or of all with the name "any".

    Raises Failure, which says why not. Whoever opens it closes it.
    """
    if not hasattr(socket, "AF_PACKET"):
        raise Failure(
            "only Linux lets this program see an interface: record with Wireshark or tcpdump, "
            "and have that file decoded"
        )
    try:
        # SOCK_DGRAM: the kernel takes off what is in front of IP, whatever kind of link it is.
        everything = socket.htons(_ETH_P_ALL) if name == ANY else 0
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, everything)
    except PermissionError:
        raise Failure(
            f"seeing what passes {name} takes root, or the capability CAP_NET_RAW: use sudo, or "
            f"record with `sudo tcpdump -i {name} -w plug.pcap` and have that file decoded"
        ) from None
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        if name != ANY:
            sock.bind((name, _ETH_P_ALL))
    except OSError as e:
        sock.close()
        if e.errno in (errno.ENODEV, errno.ENXIO):
            names = ", ".join(name for _, name in socket.if_nameindex())
            raise Failure(f"there is no interface {name}, only {names}", NOT_FOUND) from None
        raise Failure(f"{name} cannot be listened on: {e.strerror}", FAILED) from None
    except BaseException:
        sock.close()
        raise
    return sock


def read_interface(sock):
    """Yield the packets.Packet that pass, without end. Raises Failure when the interface goes."""
    while True:
        try:
            raw, (_, protocol, kind, hardware, *_) = sock.recvfrom(_PACKET_MAX)
        except OSError as e:
            raise Failure(f"the interface is gone: {e.strerror}") from None
        if protocol not in _ETH_P_IP:
            continue
        if hardware == _LOOPBACK and kind == socket.PACKET_OUTGOING:
            continue  # it comes back in at once
        packet = read_ip(time.time(), raw)
        if packet:
            yield packet

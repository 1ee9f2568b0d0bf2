"""Answers every question for a name with one address: whoever joins the board's own network and
looks for any page finds this board's.
"""

import errno
import socket

from tuya.port import const, forget, readable, socket_address

#: The port that names are asked for at.
PORT = const(53)
_DATAGRAM_MAX = const(300)
_TTL_S = const(10)
_TYPE_A = const(1)
_NAME_AT = const(12)


async def answer_names(address, port=PORT):
    """Answer on a UDP port until this is cancelled. Raises OSError where it is not free."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        sock.bind(socket_address("0.0.0.0", port, socket.SOCK_DGRAM))
        while True:
            await readable(sock)  # pyright: ignore
            try:
                question, sender = sock.recvfrom(_DATAGRAM_MAX)
                found = answer(question, address)
                if found:
                    sock.sendto(found, sender)
            except OSError as e:
                # The network may have no room for it just now; who asks asks again.
                if e.errno in (errno.EBADF, errno.ENOTCONN):
                    raise
    finally:
        forget(sock)
        sock.close()


def answer(question, address):
    """Return the answer to a datagram, None for what is no question for one name (RFC 1035).

    The address is that of a name; of all else there is nothing, which is an answer as well.
    """
    at = _NAME_AT
    is_one = len(question) > at + 4 and question[4:6] == b"\x00\x01"
    if not is_one or question[2] & 0xF8:  # an answer, or no usual question
        return None
    while at < len(question) and question[at]:
        at += question[at] + 1
    asked = question[_NAME_AT : at + 5]
    if len(question) < at + 5:
        return None
    has_address = asked[-4:] == b"\x00\x01\x00\x01"
    head = question[:2] + b"\x85\x80\x00\x01" + (b"\x00\x01" if has_address else b"\x00\x00")
    found = head + b"\x00\x00\x00\x00" + asked
    if has_address:
        found += b"\xc0\x0c\x00\x01\x00\x01" + bytes((0, 0, 0, _TTL_S, 0, 4))
        found += bytes([int(part) for part in address.split(".")])
    return found

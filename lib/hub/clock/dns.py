"""Looks a name up without blocking: the board's own getaddrinfo stops everything for seconds."""

import os

from tuya.port import const
from tuya.udp import UDP

_PORT = const(53)
# Names that end in .local are asked of everybody: who has one answers (RFC 6762, 6.7).
_EVERYBODY = "224.0.0.251"
_EVERYBODY_PORT = const(5353)
_ANSWER_MS = const(2000)
_TYPE_A = const(1)


async def look_up(name, server):
    """Return the IPv4 address of `name` as text, as `server` knows it; numeric ones as they are.

    A name that ends in .local is known by who has it.

    Raises OSError without an answer, ValueError for an answer without an address.
    """
    if is_address(name):
        return name
    port = _PORT
    if name.endswith(".local"):
        server, port = _EVERYBODY, _EVERYBODY_PORT
    tag = os.urandom(2)
    udp = UDP()
    try:
        udp.send(question(tag, name), server, port)
        answer = await udp.receive(512, _ANSWER_MS)
    finally:
        udp.close()
    return parse(tag, answer)


def is_address(name):
    """Tell whether `name` is a numeric IPv4 address."""
    parts = name.split(".")
    return len(parts) == 4 and all(p.isdigit() and int(p) < 256 for p in parts)


def question(tag, name):
    """Return the question for the address of `name`, with recursion wanted."""
    labels = b"".join(bytes((len(label),)) + label.encode() for label in name.split("."))
    return tag + b"\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00" + labels + b"\x00\x00\x01\x00\x01"


def parse(tag, answer):
    """Return the first address in an answer. Raises ValueError."""
    if len(answer) < 12 or answer[:2] != tag or not answer[2] & 0x80:
        raise ValueError("no answer to this question")
    if answer[3] & 15:
        raise ValueError("the name is not known")
    try:
        at = _past_name(answer, 12) + 4
        for _ in range(answer[6] << 8 | answer[7]):
            at = _past_name(answer, at)
            kind = answer[at] << 8 | answer[at + 1]
            size = answer[at + 8] << 8 | answer[at + 9]
            at += 10
            if kind == _TYPE_A and size == 4 and at + 4 <= len(answer):
                return "%d.%d.%d.%d" % tuple(answer[at : at + 4])
            at += size
    except IndexError:
        pass
    raise ValueError("the name has no address")


def _past_name(answer, at):
    while answer[at]:
        if answer[at] >= 0xC0:  # a pointer ends a name
            return at + 2
        at += answer[at] + 1
    return at + 1

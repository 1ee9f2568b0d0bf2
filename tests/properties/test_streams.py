"""Whatever a network does to the bytes of a device, a link believes nothing that was not said."""

import functools
import json
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wire import (
    CONTROL,
    CONTROL_NEW,
    DP_QUERY,
    DP_QUERY_NEW,
    HEART_BEAT,
    KEY,
    PLUGS,
    STATUS,
)

from tuya.errors import BadFrame, Offline, Rejected, SlotTaken
from tuya.link import Link
from tuya.versions import Codec

# Each example is tried with each kind of damage at each of its positions: 20,000 cases a version.
EXAMPLES = 1000
POSITIONS = 5
KINDS = ["none", "alter", "insert", "lose"]
VERSIONS = ["3.1", "3.2", "3.3", "3.4", "3.5"]


def text(value):
    return json.dumps({"devId": "bf", "dps": {"1": value, "19": value * 7}}).encode()


@functools.cache
def frames(version):
    """What a device may say: (name, value, frame). The values of no two frames are the same."""
    plug = PLUGS[version](version, KEY)
    query = DP_QUERY_NEW if version >= "3.4" else DP_QUERY
    control = CONTROL_NEW if version >= "3.4" else CONTROL
    said = []
    for name, command, value, payload, code in (
        *(("push", STATUS, value, text(value), 0) for value in range(1, 6)),
        *(("reply", query, value, text(value), 0) for value in range(10, 13)),
        ("refusal", query, None, b"json obj data unvalid", 1),
        ("ack", control, None, b"", 0),
        ("ack", control, None, b"", 1),
        ("refused write", control, None, b"data format error", 1),
        ("pong", HEART_BEAT, None, b"", 0),
    ):
        plug.code = bytes((0, 0, 0, code))
        said.append((name, value, bytes(plug.encode(len(said), command, payload))))
    return said


@dataclass
class Damage:
    """What happens to the bytes on their way."""

    kind: str
    at: int
    more: bytes

    def apply(self, data):
        at = self.at % (len(data) + 1)
        if self.kind == "alter" and at < len(data):
            return data[:at] + bytes((data[at] ^ (self.more[0] or 1),)) + data[at + 1 :]
        if self.kind == "insert":
            return data[:at] + self.more + data[at:]
        if self.kind == "lose":
            return data[:at] + data[at + len(self.more) :]
        if self.kind == "none" and at % 2:
            return data[:at]  # the connection ends in the middle
        return data


@dataclass
class Stream:
    """Gives what it holds in pieces and then closes. Never waits, so that nothing can hang."""

    pieces: list
    sent: list = field(default_factory=list)
    closed: bool = False

    async def pump(self, buf, take):
        for piece in self.pieces:
            for at in range(0, len(piece), len(buf)):
                part = piece[at : at + len(buf)]
                buf[: len(part)] = part
                take(buf[: len(part)])

    def send(self, data):
        self.sent.append(data)

    def close(self):
        self.closed = True


def cut(data, sizes):
    """Cut into pieces of these sizes, in turn, or of 512 bytes."""
    pieces = []
    at = turn = 0
    while at < len(data):
        size = sizes[turn % len(sizes)] if sizes else 512
        pieces.append(data[at : at + size])
        at += size
        turn += 1
    return pieces


def run(coroutine):
    """Run a coroutine that waits for nothing."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    raise AssertionError("it waits for something that will not come")


@pytest.mark.parametrize("version", VERSIONS)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(
    script=st.lists(st.integers(0, 12), max_size=8),
    sizes=st.lists(st.integers(1, 200), max_size=4),
    positions=st.lists(st.integers(0, 1500), min_size=POSITIONS, max_size=POSITIONS),
    more=st.binary(min_size=1, max_size=8),
    asked=st.tuples(st.booleans(), st.booleans()),
)
def test_nothing_is_believed_that_was_not_said(version, script, sizes, positions, more, asked):
    for kind in KINDS:
        for at in positions:
            listen(version, script, sizes, Damage(kind, at, more), asked)


def listen(version, script, sizes, damage, asked):
    """Let a link hear what `script` says, damaged on the way, and check what it makes of it."""
    said = [frames(version)[number] for number in script]
    data = b"".join(frame for _, _, frame in said)
    received = damage.apply(data)
    stream = Stream(cut(received, sizes))
    heard = []
    link = Link(
        stream, Codec(version, KEY), lambda dps, cid, command: heard.append((dps, command))
    )
    query = DP_QUERY_NEW if version >= "3.4" else DP_QUERY
    control = CONTROL_NEW if version >= "3.4" else CONTROL
    replies = {}
    if asked[0]:
        replies["query"] = link.begin(query, b"{}")
    if asked[1]:
        replies["control"] = link.begin(control, b"{}")
    run(link.read())

    # Values: each as it was said, in that order, and all of them when nothing was damaged.
    values = [dps[1] for dps, _ in heard]
    told = [value for _, value, _ in said if value is not None]
    assert all(dps == {1: dps[1], 19: dps[1] * 7} for dps, _ in heard)
    assert is_subsequence(values, told)
    whole = received == data
    if whole:
        assert values == told
    # The link has ended for a cause that is documented, and nobody waits any more.
    closed = Offline if received or replies else SlotTaken
    assert isinstance(link.error, closed if whole else (BadFrame, closed))
    check_reply(replies.get("query"), said, ("reply", "refusal"), whole)
    check_reply(replies.get("control"), said, ("ack", "refused write"), whole)


def check_reply(reply, said, names, whole):
    """A request is answered by the first frame of its own kind, never by another."""
    if reply is None:
        return
    assert reply.event.is_set()
    answers = [(name, frame) for name, _, frame in said if name in names]
    if reply.message is None:
        assert isinstance(reply.error, (BadFrame, Offline))
        assert not (whole and answers)
        return
    assert answers
    if whole:
        assert isinstance(reply.error, Rejected) == answers[0][0].startswith("refus")
    if reply.error:
        assert isinstance(reply.error, Rejected)
        assert "unvalid" in str(reply.error) or "format" in str(reply.error)


def is_subsequence(part, whole):
    rest = iter(whole)
    return all(item in rest for item in part)

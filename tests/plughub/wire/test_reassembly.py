"""Streams of TCP put in order, and cut into frames."""

import random

import pytest

from fakeplug.codec import CODECS
from plughub.wire.cutting import Cutter, header
from plughub.wire.reassembly import Stream

DATA = bytes(range(200))
BEGINNINGS = (0, 1, 0xFFFFFF9C, 0xFFFFFFFF)


@pytest.mark.parametrize("begin", BEGINNINGS)
def test_segments_in_any_order_and_overlapping(begin):
    chance = random.Random(begin)
    for _ in range(200):
        cuts = sorted(chance.randrange(len(DATA) + 1) for _ in range(8))
        parts = list(zip([0, *cuts], [*cuts, len(DATA)], strict=True))
        parts += [(max(0, a - chance.randrange(20)), b) for a, b in chance.choices(parts, k=4)]
        chance.shuffle(parts)
        stream = Stream()
        stream.begin(begin)
        out = []
        for a, b in parts:
            out += stream.segment(begin + a, DATA[a:b])
        assert b"".join(out) == DATA
        assert stream.acknowledged((begin + len(DATA)) % (1 << 32)) == []
        assert stream.rest() == []


@pytest.mark.parametrize("begin", BEGINNINGS)
def test_what_is_missing_is_told_when_the_receiver_has_it(begin):
    def at(offset):
        return (begin + offset) % (1 << 32)

    stream = Stream()
    assert stream.segment(at(0), DATA[:10]) == [DATA[:10]]
    assert stream.segment(at(15), DATA[15:20]) == []
    assert stream.acknowledged(at(10)) == []
    assert stream.acknowledged(at(15)) == [5, DATA[15:20]]
    assert stream.segment(at(10), DATA[10:15]) == []  # too late: it was told
    assert stream.acknowledged(at(30)) == [10]
    assert stream.segment(at(40), DATA[40:50]) == []
    assert stream.rest() == [10, DATA[40:50]]


def test_a_fin_counts_but_is_no_byte():
    stream = Stream()
    stream.begin(5)
    assert stream.segment(8, b"", is_last=True) == [] and not stream.is_finished
    assert stream.segment(5, b"abc") == [b"abc"] and stream.is_finished
    assert stream.acknowledged(9) == []


def test_what_waits_is_bounded():
    stream = Stream()
    stream.begin(0)
    out = []
    for number in range(1, 400):
        out += stream.segment(number * 1000, b"x" * 1000)
    assert out[0] == 1000 and sum(len(each) for each in out[1:]) > 100000


def test_keep_alive_probes_bring_nothing():
    stream = Stream()
    assert stream.segment(100, b"abc") == [b"abc"]
    assert stream.segment(102, b"c") == [] and stream.segment(102, b"") == []
    assert stream.segment(103, b"d") == [b"d"]


def test_the_middle_of_a_connection_begins_where_the_other_side_stands():
    stream = Stream()
    assert stream.acknowledged(1000) == []
    assert stream.segment(1003, b"def") == []
    assert stream.segment(1000, b"abc") == [b"abc", b"def"]


# --- frames ---


def frames():
    for version, codec in CODECS.items():
        body = b"" if version == "3.3" else b'{"dps":{"1":true}}'
        yield codec(b"0123456789abcdef").encode(int(version[2]), 8, body)


def test_both_layouts_are_cut_however_they_come():
    raws = list(frames())
    stream = b"".join(raws)
    for size in (1, 2, 3, 5, 17, 50, len(stream)):
        cutter = Cutter()
        pieces = []
        for at in range(0, len(stream), size):
            pieces += cutter.feed(stream[at : at + size])
        assert [piece.raw for piece in pieces] == raws, size
        assert not [piece for piece in pieces if piece.fault] and not cutter.end()
    assert [header(piece.raw).sequence for piece in pieces] == [1, 2, 3, 4, 5]


def test_a_frame_may_hold_what_looks_like_an_end_or_a_beginning():
    codec = CODECS["3.5"](b"0123456789abcdef")
    for inside in (b"\0\0\x99\x66", b"\0\0\x66\x99", b"\0\0\x55\xaa"):
        raw = codec.encode(1, 8, b"{}", iv=inside * 3)
        assert [piece.raw for piece in Cutter().feed(raw + raw)] == [raw, raw]


def test_no_byte_is_lost_whatever_comes():
    chance = random.Random(7)
    parts = [
        *frames(),
        b"\0\0\x55\xaa",
        b"\0\0\x66\x99",
        b"\0\0",
        b"noise",
        bytes(30),
        b"\xff" * 9,
    ]
    for _ in range(500):
        stream = b"".join(chance.choices(parts, k=12))
        cutter = Cutter()
        pieces = []
        at = 0
        while at < len(stream):
            size = chance.randrange(1, 60)
            pieces += cutter.feed(stream[at : at + size])
            at += size
        pieces += cutter.end()
        assert b"".join(piece.raw for piece in pieces) == stream
        assert all(piece.raw for piece in pieces)


def test_junk_is_not_kept_for_ever():
    cutter = Cutter()
    held = [len(piece.raw) for _ in range(100) for piece in cutter.feed(b"x" * 1000)]
    assert sum(held) > 90000

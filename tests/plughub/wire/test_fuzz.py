"""Whatever the bytes are, decoding ends with something to read, and never with an exception."""

import contextlib
import io
import random

from packet_files import DEVICE, pcap, pcapng, said_in, shuffled
from proxied_home import KEY, OTHER_KEY, VERSIONS, entry, keyring, lines, make_printer

from plughub.wire.broadcast import read_datagram
from plughub.wire.capture import BadCapture, read_capture
from plughub.wire.conversation import Conversation
from plughub.wire.packets import read_ip
from plughub.wire.traffic import Traffic

RING = keyring(entry(ip=DEVICE[0]), entry(id="b", name="fan", key=OTHER_KEY, ip=None))
PREFIXES = (b"\0\0\x55\xaa", b"\0\0\x66\x99", b"\0\0\xaa\x55", b"3.3", b"3.1")


def altered(chance, data):
    """Return bytes with some of them flipped, lost, doubled or replaced."""
    data = bytearray(data)
    for _ in range(chance.randrange(1, 6)):
        if not data:
            break
        at = chance.randrange(len(data))
        kind = chance.randrange(5)
        if kind == 0:
            data[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            del data[at : at + chance.randrange(1, 40)]
        elif kind == 2:
            data[at:at] = data[at : at + chance.randrange(1, 200)]
        elif kind == 3:
            data[at:at] = chance.choice(PREFIXES)
        else:
            data[at : at + 4] = chance.randbytes(4)
    return bytes(data)


def show_all(seen):
    """Show it in both forms; return the text of both."""
    text = ""
    for is_json in (False, True):
        printer, printed = make_printer(RING, is_json)
        for each in seen:
            printer.show(each)
        text += printed()
        if is_json:
            assert len(lines(printed())) == len(seen)
    return text


def decoded(packets):
    traffic = Traffic(RING)
    seen = []
    for packet in packets:
        seen += traffic.take(packet)
    return seen + traffic.end()


def test_streams_that_are_altered(record, said):
    for version in VERSIONS:
        recorded, port = record(version)
        spoken = said_in(recorded, port)
        for seed in range(120):
            chance = random.Random(f"{version} {seed}")
            conversation = Conversation(RING, ("192.0.2.20", 51234), DEVICE)
            seen = []
            for side, data in spoken:
                kept = altered(chance, data) if chance.random() < 0.4 else data
                seen += conversation.feed(kept, side, 1700000000.0)
            text = show_all(seen + conversation.end())
            assert KEY not in text and KEY.encode().hex() not in text


def test_garbage():
    for seed in range(400):
        chance = random.Random(seed)
        parts = [chance.randbytes(chance.randrange(80)) for _ in range(6)]
        data = b"".join(part + chance.choice(PREFIXES) for part in parts)
        conversation = Conversation(RING)
        seen = conversation.feed(data) + conversation.end()
        assert b"".join(each.raw for each in seen) == data
        show_all(seen + read_datagram(data, RING, DEVICE, DEVICE, 1.0))


def test_packets_and_files_that_are_altered(record, said):
    recorded, port = record("3.4")
    packets = shuffled(said_in(recorded, port), 1).packets
    files = [pcap(packets, 1), pcap(packets), pcapng(packets), pcap(packets, 113)]
    for seed in range(400):
        chance = random.Random(seed)
        shaken = [altered(chance, raw) if chance.random() < 0.3 else raw for raw in packets]
        read = [read_ip(float(at), raw) for at, raw in enumerate(shaken)]
        show_all(decoded([packet for packet in read if packet]))
        found = []
        with contextlib.suppress(BadCapture):
            found += read_capture(io.BytesIO(altered(chance, files[seed % len(files)])))
        show_all(decoded(found))


def test_noise_as_packets():
    for seed in range(3000):
        chance = random.Random(seed)
        raw = bytes([chance.choice((0x45, 0x46, 0x60, chance.randrange(256)))])
        raw += chance.randbytes(8) + bytes([chance.choice((6, 17, 0, 44, 51, 58))])
        raw += chance.randbytes(chance.randrange(80))
        if packet := read_ip(1.0, raw):
            decoded([packet])

"""Captures of tinytuya with a fake plug, decoded to the JSON that both really said."""

import io
import shutil
import subprocess

import dpkt
import pytest
from dpkt.tcp import TH_ACK, TH_RST
from interpreters import missing
from packet_files import CLIENT, DEVICE, Talk, datagram, pcap, pcapng, said_in, shuffled
from proxied_home import VERSIONS, entry, frames, keyring, lines, make_printer

from plughub.wire.capture import BadCapture, read_capture
from plughub.wire.packets import read_ip
from plughub.wire.recording import Recording
from plughub.wire.traffic import Traffic

RING = keyring(entry(ip=DEVICE[0]))


def told_by(packets, ring=RING, port=6668):
    """Return what is printed as JSON of [packets.Packet]."""
    printer, printed = make_printer(ring)
    traffic = Traffic(ring, port)
    for packet in packets:
        for seen in traffic.take(packet):
            printer.show(seen)
    for seen in traffic.end():
        printer.show(seen)
    return lines(printed())


def read(data):
    return list(read_capture(io.BytesIO(data)))


def as_packets(talk):
    return [read_ip(float(at), raw) for at, raw in enumerate(talk.packets)]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_recorded_session_is_exact(record, said, version):
    recorded, port = record(version)
    told = told_by(read(recorded), keyring(), port)
    assert frames(told) == said.sides()
    assert not [line for line in told if "fault" in line]
    assert all(abs(line["time"] - told[0]["time"]) < 600 for line in told)
    assert {line["source"] for line in told if line["from"] == "device"} == {f"127.0.0.1:{port}"}


@pytest.mark.parametrize("version", VERSIONS)
def test_shuffled_segments_are_put_in_order(record, said, version):
    recorded, port = record(version)
    spoken = said_in(recorded, port)
    for seed in range(40):
        told = told_by(as_packets(shuffled(spoken, seed)))
        assert frames(told) == said.sides(), seed
        assert not [line for line in told if "fault" in line], seed


def test_a_segment_may_be_cut_anywhere(record, said):
    recorded, port = record("3.5")
    spoken = said_in(recorded, port)
    for number, (side, data) in enumerate(spoken):
        for cut in range(1, len(data)):
            talk = Talk()
            for before in spoken[:number]:
                talk.say(*before)
            talk.say(side, data[:cut], data[cut:])
            for after in spoken[number + 1 :]:
                talk.say(*after)
            assert frames(told_by(as_packets(talk))) == said.sides(), (number, cut)


@pytest.mark.parametrize("version", ["3.1", "3.4", "3.5"])
def test_every_byte_may_come_alone_and_all_at_once(record, said, version):
    recorded, port = record(version)
    spoken = said_in(recorded, port)
    alone = Talk()
    for side, data in spoken:
        alone.say(side, *[data[at : at + 1] for at in range(len(data))])
    assert frames(told_by(as_packets(alone))) == said.sides()
    # The negotiation goes to and fro; what follows it may come in one segment for each side.
    together = Talk()
    first = 3 if version >= "3.4" else 0
    for side, data in spoken[:first]:
        together.say(side, data)
    for side in (False, True):
        together.say(side, b"".join(data for who, data in spoken[first:] if who is side))
    assert frames(told_by(as_packets(together))) == said.sides()


def test_every_kind_of_file_is_read(record, said):
    recorded, port = record("3.5")
    talk = shuffled(said_in(recorded, port), 1)
    kinds = [pcap(talk.packets), pcap(talk.packets, 1), pcap(talk.packets, 113)]
    kinds += [pcap(talk.packets, 1, nano=True), pcapng(talk.packets)]
    for kind in kinds:
        told = told_by(read(kind))
        assert frames(told) == said.sides()
        assert 1700000000 <= told[0]["time"] < told[-1]["time"] < 1700000100


def test_vlan_and_ipv6(record, said):
    recorded, port = record("3.3")
    talk = Talk()
    for side, data in said_in(recorded, port):
        talk.say(side, data)
    file = io.BytesIO()
    writer = dpkt.pcap.Writer(file, linktype=1)
    for raw in talk.packets:
        ip = dpkt.ip.IP(raw)
        inside = dpkt.ip6.IP6(
            src=b"\xfd" + bytes(11) + ip.src, dst=b"\xfd" + bytes(11) + ip.dst, nxt=6, data=ip.data
        )
        inside.plen = len(ip.data)
        writer.writepkt(b"\x02" * 12 + b"\x81\x00\x00\x07\x86\xdd" + bytes(inside), 1.0)
    told = told_by(read(file.getvalue()))
    assert frames(told) == said.sides()
    assert told[0]["destination"] == "[fd00::c000:237]:6668"


def test_what_was_not_captured_is_told_and_the_rest_is_read(record, said):
    recorded, port = record("3.4")
    spoken = said_in(recorded, port)
    whole = frames(told_by(as_packets(shuffled(spoken, 0))))
    talk = Talk()
    for side, data in spoken[:-1]:
        talk.say(side, data)
    start = len(talk.packets)
    gone = spoken[-1][0]  # the last push
    talk.say(gone, spoken[-1][1])
    talk.say(not gone, b"\0\0\x55")  # which acknowledges it
    del talk.packets[start]
    told = told_by(as_packets(talk))
    faults = [line["fault"] for line in told if "fault" in line]
    missing_bytes = len(spoken[-1][1])
    assert faults == [
        f"{missing_bytes} bytes are missing in what was captured",
        "3 bytes that are no frame",
    ]
    told = [line for line in told if "fault" not in line]
    assert frames(told)["client"] == whole["client"]
    assert frames(told)["device"] == whole["device"][: len(frames(told)["device"])]


def test_a_session_without_its_beginning_says_why_it_stays_closed(record):
    recorded, port = record("3.5")
    packets = [packet for packet in read(recorded) if packet.data][3:]
    told = told_by(packets, keyring(), port)
    wanted = "no known key has made its tag; the negotiation of its session key was not seen"
    assert {line.get("fault") for line in told} == {wanted}
    assert {line["version"] for line in told} == {"3.5"}
    assert {line["name"] for line in told} >= {"DP_QUERY_NEW", "CONTROL_NEW", "STATUS"}


def test_a_port_that_is_used_again_is_another_session(record, said):
    recorded, port = record("3.5")
    packets = read(recorded)
    again = [packet for packet in read(recorded) if packet]
    moved = []
    for packet in again:
        values = vars(packet) | {"sequence": (packet.sequence + 777) % (1 << 32)}
        if packet.acknowledged is not None:
            values["acknowledged"] = (packet.acknowledged + 777) % (1 << 32)
        moved.append(type(packet)(**values))
    told = frames(told_by(packets + moved, keyring(), port))
    for side, expected in said.sides().items():
        assert told[side] == expected * 2


def test_a_reset_ends_a_connection_and_shows_what_is_cut_off():
    talk = Talk()
    talk.say(False, b"\0\0\x55\xaa\0\0\0\x01\0\0\0\x09\0\0\0\x20")
    talk.put(True, TH_RST | TH_ACK)
    told = told_by(as_packets(talk))
    assert [line["fault"] for line in told] == ["the frame is cut off"]
    assert (told[0]["name"], told[0]["sequence"]) == ("HEART_BEAT", 1)


def test_other_traffic_is_left_out():
    others = [
        datagram(CLIENT, ("192.0.2.1", 53), b"\0" * 40),
        b"\x45" + bytes(7),  # broken
        b"",
        b"\x60" + bytes(39),
        dpkt.ip.IP(src=b"\1\2\3\4", dst=b"\1\2\3\5", p=1, data=b"ping").pack(),
    ]
    web = Talk(("192.0.2.55", 443))
    web.say(False, b"\0\0\x55\xaa" * 8)
    assert told_by(read(pcap(others + web.packets))) == []
    assert told_by(read(pcap(others, 1))) == []


def test_a_broken_file_is_told_after_what_was_whole(record, said):
    recorded, port = record("3.3")
    for data in (recorded[:-3], recorded + b"\1\2\3"):
        packets = []
        with pytest.raises(BadCapture, match="broken or cut off"):
            packets += read_capture(io.BytesIO(data))
        assert frames(told_by(packets, keyring(), port)) == said.sides()
    with pytest.raises(BadCapture, match="link type 105"):
        read(pcap([], link=105))
    huge = pcap([b"x"])[:24] + b"\xff" * 16
    with pytest.raises(BadCapture):
        read(huge)


@pytest.mark.parametrize(
    ("client", "device"),
    [
        ("192.0.2.20", "192.0.2.55"),
        ("::ffff:192.0.2.20", "192.0.2.55"),
        ("fe80::1%eth0", "192.0.2.55"),
        ("192.0.2.20", "fd00::55"),
        ("fd00::20", "fd00::55"),
    ],
)
def test_a_recording_has_both_addresses_whatever_their_families(client, device):
    file = io.BytesIO()
    connection = Recording(file).connection((client, 51234), (device, 6668), 1700000000.25)
    connection.take(b"x" * 3000, True, 1700000000.5)
    connection.end(True, 1700000001.0)
    connection.end(True, 1700000001.0)
    connection.end(False, 1700000001.0)
    (told,) = told_by(read(file.getvalue()))
    assert len(told["raw"]) == 6000 and told["fault"] == "3000 bytes that are no frame"
    host = client.removeprefix("::ffff:").partition("%")[0]
    assert told["destination"] == (f"[{host}]:51234" if ":" in host else f"{host}:51234")
    assert told["source"] == (f"[{device}]:6668" if ":" in device else f"{device}:6668")
    assert told["from"] == "device"


# --- what Wireshark says of the same files ---


def tshark(path, *arguments):
    program = shutil.which("tshark") or missing("tshark is not installed")
    result = subprocess.run(
        [program, "-n", "-r", path, *arguments], capture_output=True, text=True, check=True
    )
    return result.stdout.splitlines()


@pytest.mark.parametrize("version", ["3.3", "3.5"])
def test_tshark_accepts_what_the_proxy_writes(record, said, version, tmp_path):
    recorded, _ = record(version)
    path = tmp_path / "proxy.pcap"
    path.write_bytes(recorded)
    assert len(tshark(path)) == len(read(recorded))
    checks = ("-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE")
    bad = "tcp.analysis.flags || _ws.malformed || tcp.checksum.status == 0"
    assert tshark(path, *checks, "-Y", bad) == []
    payloads = tshark(path, "-Y", "tcp.len > 0", "-T", "fields", "-e", "tcp.payload")
    assert [bytes.fromhex(text) for text in payloads] == [
        packet.data for packet in read(recorded) if packet.data
    ]


@pytest.mark.parametrize("seed", range(3))
def test_tshark_puts_the_same_frames_together(record, said, seed, tmp_path):
    """Both read a file with segments out of order and twice, and find the same frames."""
    recorded, port = record("3.5")
    path = tmp_path / "shuffled.pcap"
    data = pcap(shuffled(said_in(recorded, port), seed).packets, 1)
    path.write_bytes(data)
    streams = {False: "", True: ""}
    for line in tshark(path, "-q", "-z", "follow,tcp,raw,0"):
        text = line.strip()
        if text and set(text) <= set("0123456789abcdef"):
            streams[line.startswith("\t")] += text
    told = told_by(read(data))
    ours = {False: "", True: ""}
    for packet in said_in(recorded, port):
        ours[packet[0]] += packet[1].hex()
    assert streams == ours
    counts = {side: count_frames(bytes.fromhex(text)) for side, text in streams.items()}
    assert counts == {
        side: len([line for line in told if line["from"] == name])
        for side, name in ((False, "client"), (True, "device"))
    }
    assert len(tshark(path)) == len(read(data))


def count_frames(stream):
    """Count the frames of 3.5 by their lengths: a prefix may stand within one by chance."""
    count = at = 0
    while at < len(stream):
        assert stream[at : at + 4] == b"\0\0\x66\x99"
        at += 18 + int.from_bytes(stream[at + 14 : at + 18], "big") + 4
        count += 1
    return count

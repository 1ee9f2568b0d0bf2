"""Frames of other implementations, and all that can be wrong with one."""

import asyncio
import json

import pytest
import vectors
from proxied_home import (
    ID,
    KEY,
    OTHER_KEY,
    VERSIONS,
    entry,
    frames,
    keyring,
    lines,
    make_printer,
    proxied,
)

import tuya
from fakeplug import Quirks
from fakeplug.codec import CODE_OK, CODECS
from fakeplug.discovery import announcement
from plughub import devices
from plughub.wire.broadcast import read_datagram
from plughub.wire.conversation import Conversation
from plughub.wire.keyring import UDP, Key, Keyring
from plughub.wire.opening import open_frame
from tuya.discovery import request

CLIENT = ("192.0.2.20", 51234)
DEVICE = ("192.0.2.55", 6668)


def key_of(vector):
    session = vector.get("session_key_hex")
    return Key(bytes.fromhex(session) if session else vector["local_key"].encode())


def conversation_of(vector):
    return Conversation(Keyring([key_of(vector)]), CLIENT, DEVICE, vector["version"])


def unhex(vector, name="frame_hex"):
    return bytes.fromhex(vector[name])


@pytest.mark.parametrize("from_device", [True, None])
def test_what_devices_send_is_opened(from_device):
    for vector in vectors.load("decode"):
        if "error" in str(vector.get("note", "")):
            continue
        raw = unhex(vector)
        opened = open_frame(raw, from_device, [key_of(vector)], vector["version"])
        expected = vector["plaintext_utf8"].rstrip("\0 \n\r")
        assert opened.payload.decode() == expected, vector["id"]
        assert (opened.code or 0) == (vector["retcode"] or 0), vector["id"]


@pytest.mark.parametrize("from_device", [False, None])
def test_what_clients_send_is_opened(from_device):
    for vector in vectors.load("encode"):
        opened = open_frame(unhex(vector), from_device, [key_of(vector)], vector["version"])
        assert opened.payload.decode() == vector["json"], vector["id"]
        assert opened.code is None
    for vector in vectors.load("client_frame"):
        opened = open_frame(unhex(vector), from_device, [key_of(vector)], vector["version"])
        assert json.loads(opened.payload or b"{}") is not None, vector["id"]


def test_streams_are_cut_as_they_should_be():
    for vector in vectors.load("stream"):
        seen = []
        conversation = conversation_of(vector)
        for chunk in vector["chunks_hex"]:
            seen += conversation.feed(bytes.fromhex(chunk), True, 1.0)
        seen += conversation.end()
        whole = [{"seq": each.sequence, "cmd": each.command} for each in seen if not each.fault]
        wanted = [{name: each[name] for name in ("seq", "cmd")} for each in vector["want"]]
        assert whole == wanted, vector["id"]


def test_what_must_be_refused_has_a_fault_and_its_bytes():
    for vector in vectors.load("reject"):
        conversation = conversation_of(vector)
        seen = conversation.feed(unhex(vector), True) + conversation.end()
        assert seen and all(each.fault and each.payload is None for each in seen), vector["id"]
        assert b"".join(each.raw for each in seen) == unhex(vector), vector["id"]


@pytest.mark.parametrize(
    ("kind", "version", "fault"),
    [
        ("bad-check", "3.1", "its CRC is wrong"),
        ("bad-check", "3.4", "no known key has made its HMAC"),
        ("bad-body", "3.5", "no known key has made its tag"),
        ("bad-suffix", "3.3", "the frame has a wrong end"),
        ("truncated", "3.5", "the frame is cut off"),
        ("oversize", "3.3", "the frame claims an impossible length"),
        ("body-not-16", "3.4", "is no whole number of blocks"),
        ("bad-padding", "3.4", "its padding is wrong"),
        ("wrong-key", "3.3", "no known key decrypts it"),
    ],
)
def test_a_fault_says_what_is_wrong(kind, version, fault):
    found = [each for each in vectors.load("reject", version) if each["id"].endswith(kind)]
    assert found
    for vector in found:
        conversation = conversation_of(vector)
        seen = conversation.feed(unhex(vector), True) + conversation.end()
        assert any(fault in each.fault for each in seen), (vector["id"], seen)


def test_a_signature_that_is_wrong_is_told():
    raw = next(unhex(each) for each in vectors.load("encode", "3.1") if each["op"] == "on")
    (seen,) = Conversation(Keyring([Key(OTHER_KEY.encode())])).feed(raw)
    assert seen.fault == "no known key has signed it"
    (seen,) = Conversation(Keyring()).feed(raw)
    assert seen.fault == "no key is known that could open it"


def test_garbage_between_frames_is_told_and_passed_over():
    ring = keyring()
    codec = CODECS["3.3"](KEY.encode())
    first = codec.encode(1, 8, b'{"dps":{"1":true}}')
    second = codec.encode(2, 8, b'{"dps":{"1":false}}')
    seen = Conversation(ring).feed(b"\x00\x00" + first + b"noise \x00\x00\x55" + second)
    assert [each.fault for each in seen] == [
        "2 bytes that are no frame",
        "",
        "9 bytes that are no frame",
        "",
    ]
    assert [each.payload for each in seen if not each.fault] == [
        b'{"dps":{"1":true}}',
        b'{"dps":{"1":false}}',
    ]


def test_a_wrong_length_does_not_swallow_the_frames_behind_it():
    codec = CODECS["3.3"](KEY.encode())
    broken = bytearray(codec.encode(1, 8, b'{"dps":{"1":true}}'))
    broken[14:16] = b"\x0f\xff"
    whole = codec.encode(2, 8, b'{"dps":{"1":false}}')
    conversation = Conversation(keyring())
    seen = conversation.feed(bytes(broken) + whole + whole) + conversation.end()
    assert [each.fault for each in seen] == ["the frame is cut off", "", ""]
    seen = Conversation(keyring()).feed(bytes(broken) + whole * 100)
    assert [each.fault for each in seen] == ["the frame has a wrong end"] + [""] * 100


def test_a_command_that_nobody_knows_is_opened_too():
    for version, codec in CODECS.items():
        raw = codec(KEY.encode()).encode(7, 0x77, b'{"a":1}')
        (seen,) = Conversation(keyring()).feed(raw, True)
        assert (seen.command, seen.fault) == (0x77, ""), version
        assert seen.payload == b'{"a":1}'
        for is_json in (True, False):
            printer, printed = make_printer(keyring(), is_json)
            printer.show(seen)
            assert "unknown command" in printed() or lines(printed())[0]["name"] is None


def test_the_key_is_found_among_many_and_names_the_device():
    others = [entry(id=f"bf{i:020}", key=f"{i:016}", name=f"plug {i}", ip=None) for i in range(50)]
    # An address that another device has now, keys that are none, and a sub-device with this key.
    others += [entry(id="x", key=OTHER_KEY, ip=DEVICE[0]), entry(id="y", key="short", ip=None)]
    others.insert(0, entry(id="child", name="child", parent=ID, ip=None))
    ring = keyring(*others, entry(ip=None))
    for version, codec in CODECS.items():
        raw = codec(KEY.encode()).encode(7, 8, b'{"dps":{"1":true}}', header=b"")
        (seen,) = Conversation(ring, CLIENT, DEVICE).feed(raw, True)
        if version == "3.1":  # which is in the clear
            assert seen.key is None and seen.payload
            continue
        assert seen.device.name == "desk lamp" and seen.key.secret == KEY.encode(), version
        assert KEY not in repr(seen) and KEY not in repr(ring.keys_for(None))
    # Nothing is decrypted by chance.
    (seen,) = Conversation(keyring(*others), CLIENT, DEVICE).feed(
        CODECS["3.5"](b"?" * 16).encode(7, 8, b"{}"), True
    )
    assert seen.fault and seen.key is None


# --- the negotiation of a session key ---


@pytest.mark.parametrize("sides", [(False, True, False), (None, None, None)])
def test_handshakes_give_the_session_key(sides):
    for vector in vectors.load("handshake"):
        ring = Keyring([Key(b"?" * 16), Key(vector["local_key"].encode())])
        conversation = Conversation(ring)
        seen = []
        for side, name in zip(sides, ("start_hex", "resp_hex", "finish_hex"), strict=True):
            seen += conversation.feed(unhex(vector, name), side)
        assert [each.fault for each in seen] == ["", "", ""]
        assert [each.from_device for each in seen] == [False, True, False]
        assert seen[0].payload == unhex(vector, "client_nonce_hex")
        assert seen[1].payload[:16] == unhex(vector, "device_nonce_hex")
        session = unhex(vector, "session_key_hex")
        raw = CODECS[vector["version"]](session).encode(9, 8, b'{"dps":{}}')
        (push,) = conversation.feed(raw, sides[1])
        assert (push.payload, push.key.secret) == (b'{"dps":{}}', session)
        assert session.hex() not in repr(push) and repr(session) not in repr(push)


def test_wrong_proofs_are_told():
    for vector in vectors.load("reject_handshake"):
        conversation = Conversation(Keyring([Key(vector["local_key"].encode())]))
        handshake = next(
            each
            for each in vectors.load("handshake", vector["version"])
            if each["client_nonce_hex"] == vector["client_nonce_hex"]
        )
        conversation.feed(unhex(handshake, "start_hex"), False)
        (seen,) = conversation.feed(unhex(vector), True)
        assert seen.fault == "the device does not prove that it has the same local key"
        (seen,) = conversation.feed(unhex(handshake, "finish_hex"), False)
    lonely = Conversation(Keyring([Key(vector["local_key"].encode())]))
    (seen,) = lonely.feed(unhex(handshake, "resp_hex"), True)
    assert seen.fault.startswith("the nonce of the client was not seen")


@pytest.mark.parametrize("version", ["3.4", "3.5"])
async def test_a_session_key_that_begins_with_zero(connect, said, version):
    """tinytuya goes on with it, ours asks for another: both are followed."""
    printer, printed = make_printer(keyring())
    async with proxied(version, printer.show, quirks=Quirks(zero_keys=1)) as stage:
        device = connect(version, stage.address)
        await asyncio.to_thread(device.status)
        await asyncio.to_thread(device.close)
        await stage.until_told(" ended: ")
    async with proxied(version, printer.show, quirks=Quirks(zero_keys=2)) as stage:
        host, port = stage.address
        async with tuya.Device(ID, host, KEY, version=version, port=port) as plug:
            await plug.status()
        await stage.until_told(" ended: ")
    told = lines(printed())
    assert frames(told) == said.sides()
    assert not [line for line in told if "fault" in line]
    assert [line["command"] for line in told if line["command"] == 3] == [3] * 4


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("body", [b"", b'{"a":1}', b"json obj data unvalid", b"n" * 47])
def test_commands_of_the_negotiation_that_hold_something_else(version, body):
    codec = CODECS[version](KEY.encode())
    for command in (3, 4, 5):
        conversation = Conversation(keyring())
        for side in (False, True, None):
            (seen,) = conversation.feed(codec.encode(7, command, body), side)
            assert seen.command == command
            if version == "3.5":  # in 3.4 padding hides how long it is
                assert "bytes where" in seen.fault


# --- datagrams ---


def test_broadcasts_are_read():
    ring = keyring()
    for vector in vectors.load("udp"):
        (seen,) = read_datagram(unhex(vector), ring, DEVICE, ("255.255.255.255", 6667), 1.0)
        assert not seen.fault and seen.from_device
        assert seen.payload.rstrip(b"\0").decode() == vector["json"], vector["id"]
        assert seen.version == json.loads(vector["json"])["version"]
        assert (seen.device is not None) == (ID in vector["json"])
    for vector in vectors.load("udp_request"):
        (seen,) = read_datagram(unhex(vector), ring)
        assert seen.payload.decode() == vector["json"] and seen.from_device is False
        assert seen.command == 0x25


def test_all_forms_of_broadcasts_and_our_request():
    body = b'{"ip":"192.0.2.55","gwId":"x","version":"3.5"}'
    forms = ("clear", "ecb", "ecb_bare", "lpv34", "gcm", "gcm_no_code", "gcm_padded")
    for form in forms:
        (seen,) = read_datagram(announcement(form, body), keyring())
        assert (seen.payload.rstrip(b"\0"), seen.fault, seen.version) == (body, "", "3.5"), form
    (seen,) = read_datagram(bytes(request("192.0.2.20")), keyring())
    assert seen.payload == b'{"from":"app","ip":"192.0.2.20"}'


@pytest.mark.parametrize("data", [b"", b"x", b"x" * 32, b"\0\0\x66\x99" * 9, b"\0\0\x55\xaa"])
def test_a_datagram_that_is_none_is_told(data):
    seen = read_datagram(data, keyring(), DEVICE, CLIENT, 1.0)
    assert all(each.fault for each in seen) and len(seen) >= bool(data)


def test_hex_from_nowhere_may_be_a_datagram():
    ring = keyring().with_key(UDP)
    (seen,) = Conversation(ring).feed(announcement("gcm_no_code", b'{"gwId":"x"}'))
    assert seen.payload == b'{"gwId":"x"}' and seen.from_device is True


def test_3_2_is_told_by_what_is_known_of_the_device():
    """tuyapi says 3.3 to it, and most frames say nothing."""
    ring = Keyring.of([devices.known(entry("3.2"))])
    codec = CODECS["3.2"](KEY.encode())
    for header in (b"", b"3.3" + bytes(12)):
        (seen,) = Conversation(ring).feed(codec.encode(7, 8, b"{}", CODE_OK, header), True)
        assert seen.version == "3.2"

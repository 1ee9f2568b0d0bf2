"""Packets as the standard has them, and whatever else a broker may send."""

import os

from hub.mqtt import opening, packets
from hub.mqtt.packets import BadPacket, Decoder


class Heard:
    """Notes what a Decoder calls."""

    def __init__(self):
        self.all = []

    def connected(self, code):
        self.all.append(("connected", code))

    def message(self, *about):
        self.all.append(("message",) + about)

    def acknowledged(self, id):
        self.all.append(("acknowledged", id))

    def subscribed(self, codes):
        self.all.append(("subscribed", codes))


CONNACK = b"\x20\x02\x00\x00"


def heard(data, size=64, step=None):
    """Return what is heard of the bytes that follow a CONNACK, read `step` at a time."""
    client = Heard()
    decoder = Decoder(size, client)
    data = CONNACK + data
    while data:
        room = decoder.room
        count = min(len(room), len(data), step or len(data))
        room[:count] = data[:count]
        decoder.took(count)
        data = data[count:]
    assert client.all[0] == ("connected", 0)
    return client.all[1:]


def refused(data):
    try:
        heard(data)
    except BadPacket:
        return True
    return False


def test_connect():
    data = opening.connect("hub", 30, "h/status", "offline", "me", "secret")
    assert data == (
        b"\x10\x2e\x00\x04MQTT\x04\xee\x00\x1e\x00\x03hub\x00\x08h/status\x00\x07offline"
        b"\x00\x02me\x00\x06secret"
    )
    assert opening.connect("hub", 30, "s", "off")[9] == 0x2E  # neither user nor password


def test_messages_and_subscriptions():
    assert packets.publish("a/b", 2, 7, False) + b"hi" == b"\x32\x09\x00\x03a/b\x00\x07hi"
    assert packets.publish("a", 200, 513, True) == b"\x33\xcd\x01\x00\x01a\x02\x01"
    assert packets.publish("a", 20000, 1, True)[1:4] == b"\xa5\x9c\x01"
    assert opening.subscribe(1, ("a/+", "b")) == b"\x82\x0c\x00\x01\x00\x03a/+\x01\x00\x01b\x01"
    assert packets.puback(0x1234) == b"\x40\x02\x12\x34"


def test_what_comes_is_told_however_it_is_cut():
    data = (
        b"\x30\x06\x00\x03a/bx"  # QoS 0
        b"\x3b\x08\x00\x03a/b\x00\x09y"  # QoS 1, retained, once more
        b"\x40\x02\x00\x05\x90\x04\x00\x01\x01\x80\xd0\x00"
    )
    expected = [
        ("message", "a/b", b"x", False, False, None),
        ("message", "a/b", b"y", True, True, 9),
        ("acknowledged", 5),
        ("subscribed", b"\x01\x80"),
    ]
    for step in (None, 1, 2, 3, 7):
        assert heard(data, 64, step) == expected
        assert heard(data, 16, step) == expected


def test_a_long_message_is_passed_over_and_the_next_one_is_heard():
    long = b"\x32\xac\x02\x00\x01a\x00\x07" + b"z" * 295
    for step in (None, 1, 5, 64):
        assert heard(long + long + b"\x30\x04\x00\x01bc", 32, step) == [
            ("message", "a", None, False, False, 7),
            ("message", "a", None, False, False, 7),
            ("message", "b", b"c", False, False, None),
        ]


def test_what_is_no_mqtt_is_refused():
    for data in (
        CONNACK,  # a second one
        b"\x00\x00",
        b"\x10\x00",
        b"\x30\xff\xff\xff\xff\x01",  # a length of five bytes
        b"\x34\x05\x00\x01a\x00\x01",  # QoS 2, which nobody has subscribed to
        b"\x36\x05\x00\x01a\x00\x01",
        b"\x30\x01\x00",
        b"\x30\x04\x00\x09ab",  # a topic longer than the packet
        b"\x30\x02\x00\x00",  # no topic
        b"\x30\x03\x00\x01#",
        b"\x30\x03\x00\x01\x00",
        b"\x32\x05\x00\x01a\x00\x00",  # no number
        b"\x32\x03\x00\x01a",
        b"\x41\x02\x00\x01",  # flags where there are none
        b"\x40\x03\x00\x01\x00",
        b"\x90\x02\x00\x01",
        b"\xd0\x01\x00",
        b"\xe0\x00",
        b"\xf0\x00",
        b"\x40\xff\xff\xff\x7f" + b"\x00" * 80,  # a long one of a kind that is never long
        b"\x30\x7f\xff\xff" + b"a" * 125,
    ):
        assert refused(data), data
    for data in (b"\x40\x02\x00\x01", b"\xd0\x00", b"\x30\x05\x00\x01abc"):
        assert not refused(data), data


def test_a_broker_says_first_that_it_lets_us_in():
    decoder = Decoder(64, Heard())
    decoder.room[:2] = b"\xd0\x00"
    try:
        decoder.took(2)
    except BadPacket:
        return
    raise AssertionError("a word before the first one")


def test_any_bytes_end_in_packets_or_are_refused():
    whole = b"\x30\x06\x00\x03a/bx\x32\x08\x00\x03a/b\x00\x09y\x40\x02\x00\x05\x90\x03\x00\x01\x01"
    for _ in range(2000):
        data = bytearray(whole)
        for _ in range(os.urandom(1)[0] % 4 + 1):
            data[os.urandom(1)[0] % len(data)] = os.urandom(1)[0]
        refused(bytes(data[: os.urandom(1)[0] % len(data) + 1]))

"""A broker that sends 20,000 mutations of what brokers send."""

import random

from hub.mqtt import client
from hub.mqtt.client import Client
from hub.mqtt.packets import BadPacket

SEEDS = [
    bytes.fromhex(text)
    for text in (
        "20020000",
        "300a0003612f6268656c6c6f",
        "320c0003612f62000968656c6c6f",
        "3b0c0003612f62000968656c6c6f",
        "40020001",
        "9004000101 80",
        "d000",
        "32ac02000161000778" + "7a" * 295,
    )
]
_ROUNDS = 20000


class Stream:
    def __init__(self):
        self.sent = 0

    def send_some(self, data):
        self.sent += len(data)
        return len(data)


def mutated(dice):
    """Return some packets, of which bytes were changed, added, left out or doubled."""
    data = bytearray(b"".join(dice.choices(SEEDS, k=dice.randint(1, 6))))
    for _ in range(dice.randint(0, 5)):
        at = dice.randrange(len(data))
        kind = dice.randrange(4)
        if kind == 0:
            data[at] = dice.randrange(256)
        elif kind == 1:
            data[at] ^= 1 << dice.randrange(8)
        elif kind == 2:
            del data[at : at + dice.randint(1, 4)]
        else:
            data[at:at] = dice.randbytes(dice.randint(1, 4))
        if not data:
            data = bytearray(SEEDS[0])
    return bytes(data)


def test_whatever_comes_is_a_message_or_a_clear_error(monkeypatch):
    dice = random.Random(1)
    heard = []
    monkeypatch.setattr(client, "log", lambda *words: None)
    settings = {"host": "h", "port": 1, "user": None, "password": None, "client_id": "c"}
    errors = 0
    # One after the other on the same object: nothing of a connection may be left to the next.
    one = Client(settings, None, "w", lambda *message: heard.append(message), None, None)
    for _ in range(_ROUNDS):
        one._begin()
        one._stream = Stream()
        one._topics = ("a", "b")
        one._unacknowledged[1] = 0
        data = SEEDS[0] + mutated(dice)
        try:
            while data:
                room = one._decoder.room
                assert len(room) > 0
                count = min(len(room), len(data), dice.choice((1, 7, 4096)))
                room[:count] = data[:count]
                one._decoder.took(count)
                data = data[count:]
        except BadPacket as e:
            errors += 1
            assert str(e)
    for topic, payload, is_retained in heard:
        assert isinstance(topic, str) and topic and isinstance(is_retained, bool)
        assert payload is None or isinstance(payload, bytes)
    assert errors > _ROUNDS // 4 and len(heard) > _ROUNDS // 4

"""Improv over serial, byte for byte: what a browser sends, and what it must never get past."""

import os

from hub.first import improv
from hub.setup.joining import NotJoined

HEAD = b"IMPROV\x01"


def packet(kind, data):
    raw = HEAD + bytes((kind, len(data))) + bytes(data)
    return raw + bytes((sum(raw) & 0xFF,))


def command(number, data=b""):
    return packet(3, bytes((number, len(data))) + data)


def texts(*given):
    return b"".join([bytes((len(text.encode()),)) + text.encode() for text in given])


class Hub:
    name = "plughub"

    def __init__(self):
        self.furniture = {"port": 80}


class Board:
    """A board on whose console somebody types bytes. `sent`: [(kind, data)] of its packets."""

    def __init__(self):
        self.raw = b""
        self.told = []  # networks
        self.talk = improv.Improv(Hub(), self._write)

    def _write(self, data):
        self.raw += data

    async def type(self, data):
        self.raw = b""
        for byte in data:
            await self.talk.feed(byte)
        return self.sent()

    def sent(self):
        found = []
        left = self.raw
        while left:
            size = left[8]
            assert left[:7] == HEAD and sum(left[: 9 + size]) & 0xFF == left[9 + size]
            assert left[10 + size : 11 + size] == b"\n"
            found.append((left[7], left[9 : 9 + size]))
            left = left[11 + size :]
        return found

    async def join(self, wifi):
        """Stands for take()."""
        self.told.append(wifi)
        if wifi.get("password") != "a secret word":
            raise NotJoined("the password is not the one of %s" % wifi["ssid"])
        return "192.0.2.7"


def _with(board, do):
    """Have the board's networks stand in for the radio while do() is awaited."""

    async def take(hub, wifi):
        return await board.join(wifi)

    async def run():
        before = improv.take, improv.hear
        improv.take = take
        improv.hear = lambda: [
            {"ssid": "home", "rssi": -52, "open": False},
            {"ssid": "café", "rssi": -80, "open": True},
        ]
        try:
            return await do()
        finally:
            improv.take, improv.hear = before

    return run()


async def test_it_tells_its_state_and_what_it_is():
    board = Board()
    assert await board.type(command(2)) == [(1, b"\x02")]
    ((kind, data),) = await board.type(command(3))
    assert kind == 4 and data[:2] == bytes((3, len(data) - 2))
    assert data[2:].startswith(texts("Plughub", improv.VERSION))
    assert data.endswith(texts("plughub"))


async def test_networks_are_told_one_by_one_and_then_that_there_are_no_more():
    board = Board()
    sent = await _with(board, lambda: board.type(command(4)))
    assert [kind for kind, _ in sent] == [4, 4, 4]
    assert sent[0][1][2:] == texts("home", "-52", "YES")
    assert sent[1][1][2:] == texts("café", "-80", "NO")
    assert sent[2][1] == b"\x04\x00"


async def test_a_network_is_joined_and_its_page_told():
    board = Board()
    wifi = command(1, texts("home", "a secret word"))
    sent = await _with(board, lambda: board.type(wifi))
    url = texts("http://192.0.2.7/")
    assert sent == [(2, b"\x00"), (1, b"\x03"), (1, b"\x04"), (4, bytes((1, len(url))) + url)]
    assert board.told == [{"ssid": "home", "password": "a secret word"}]
    # Who asks later is told as well.
    assert await board.type(command(2)) == [(1, b"\x04"), (4, bytes((2, len(url))) + url)]


async def test_a_network_that_is_not_joined_can_be_told_again():
    board = Board()
    for word in ("wrong password", ""):
        wifi = command(1, texts("home", word))
        sent = await _with(board, lambda wifi=wifi: board.type(wifi))
        assert sent == [(2, b"\x00"), (1, b"\x03"), (2, b"\x03"), (1, b"\x02")]
    sent = await _with(board, lambda: board.type(command(1, texts("home", "a secret word"))))
    assert sent[2] == (1, b"\x04")


async def test_what_is_no_network_is_refused_and_nothing_is_tried():
    board = Board()
    for data in (
        b"",
        texts("home"),
        texts("", "a secret word"),
        texts("x" * 33, "a secret word"),
        texts("home", "short"),
        texts("home", "a secret word", "one more", "and more"),
        b"\x05home",  # longer than what there is
        b"\x02\xff\xfe\x00",  # no UTF-8
    ):
        sent = await _with(board, lambda data=data: board.type(command(1, data)))
        assert sent == [(2, b"\x01")], data
    assert board.told == []


async def test_what_is_damaged_or_unknown_is_told_and_the_next_packet_is_heard():
    board = Board()
    good = command(2)
    assert await board.type(good[:-1] + bytes((good[-1] ^ 1,))) == [(2, b"\x01")]
    assert await board.type(command(99)) == [(2, b"\x02")]
    assert await board.type(packet(3, b"\x02")) == [(2, b"\x01")]
    assert await board.type(packet(3, b"\x02\x05a")) == [(2, b"\x01")]
    assert await board.type(packet(1, b"\x02")) == []  # what only a board says
    assert await board.type(HEAD + b"\x03\xff" + b"x" * 40) == []  # longer than any there is
    for noise in (b"", b"IMPRO", b"IMPIMPROV", b"\r\nhello\r\nI", b"IMPROV\x02"):
        assert await board.type(noise + good) == [(1, b"\x02")], noise


async def test_ctrl_c_ends_the_hub_but_not_inside_a_packet():
    board = Board()
    # 3 is the kind of every command, and here a length and a letter of a name as well.
    await _with(board, lambda: board.type(command(1, texts("a\x03b", "a secret word"))))
    assert board.told == [{"ssid": "a\x03b", "password": "a secret word"}]
    for before in (b"", b"\r", b"IMPR"):
        try:
            await board.type(before + b"\x03")
        except KeyboardInterrupt:
            continue
        raise AssertionError("it goes on")


async def test_any_bytes_leave_it_in_order():
    board = Board()
    for _ in range(300):
        for noise in (os.urandom(40), HEAD + b"\x03" + os.urandom(40)):
            try:
                await _with(board, lambda noise=noise: board.type(noise))
            except KeyboardInterrupt:
                pass  # there was a Ctrl-C among them
    # Whatever was begun is over after as many bytes as a packet can have.
    await _with(board, lambda: board.type(b"\r" * 200))
    assert await board.type(command(2)) == [(1, b"\x02")]

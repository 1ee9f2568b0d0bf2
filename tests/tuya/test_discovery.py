"""What devices say over UDP. The sockets are real, on loopback and on ports of our own."""

import asyncio
import json
import os
from binascii import unhexlify

import vectors

import tuya
from tuya.discovery import Discovery, Found, find, parse, request
from tuya.port import sleep_ms
from tuya.udp import UDP
from tuya.versions import Codec

# The same tests may run in another process. No system gives ports so high to connections.
_FIRST_PORT = 61000 + int.from_bytes(os.urandom(2), "big") % 1000 * 4
PORTS = (_FIRST_PORT, _FIRST_PORT + 1, _FIRST_PORT + 2)
REQUEST_PORT = _FIRST_PORT + 3
UDP_KEY = unhexlify("6c1ec8e2bb9bb59ab50b0daf649b410a")


def wanted(vector):
    about = json.loads(vector["json"])
    return Found(about["gwId"], about["ip"], about["version"], about["productKey"])


def test_every_form_of_broadcast():
    for vector in vectors.load("udp"):
        assert parse(unhexlify(vector["frame_hex"])) == wanted(vector), vector["id"]


def test_requests_are_what_devices_take():
    for vector in vectors.load("udp_request"):
        iv = unhexlify(vector["iv_hex"])
        codec = Codec("3.5", UDP_KEY)
        theirs = codec.encode(0, 0x25, vector["json"].encode(), iv)
        assert theirs == unhexlify(vector["frame_hex"])
        ours = request(json.loads(vector["json"])["ip"], iv)
        # tinytuya leaves two spaces in its text.
        assert len(ours) == len(theirs) - 3 and ours[:14] == theirs[:14]
        assert json.loads(codec.feed(ours)[0].payload) == json.loads(vector["json"])


def test_trailing_zeros_are_passed_over():
    text = b'{"gwId":"id","ip":"192.0.2.5","version":"3.5"}'
    datagram = Codec("3.5", UDP_KEY).encode(0, 0x13, b"\0\0\0\0" + text + bytes(4))
    assert parse(bytes(datagram)) == Found("id", "192.0.2.5", "3.5", "")


def test_what_is_no_announcement_is_passed_over():
    for text in (
        b"{}",
        b"[]",
        b"7",
        b'{"gwId":"id","ip":"192.0.2.5"}',
        b'{"gwId":7,"ip":"192.0.2.5","version":"3.3"}',
        b'{"gwId":"id","ip":"192.0.2.5","version":"9.9"}',
        b'{"gwId":"id","ip":"192.0.2.5","version":["3.3"]}',
        b'{"gwId":"id","version":"3.3"}',
        b"{" * 500,
    ):
        for version in ("3.3", "3.5"):
            assert parse(bytes(Codec(version, UDP_KEY).encode(0, 0x13, text))) is None, text
    for vector in vectors.load("udp"):
        frame = unhexlify(vector["frame_hex"])
        for at in range(0, len(frame), 7):
            assert parse(frame[:at]) is None
            broken = bytearray(frame)
            broken[at] ^= 0x10
            parsed = parse(bytes(broken))
            assert parsed is None or at < 4 or not frame.startswith(b"\0\0"), vector["id"]
    assert parse(b"") is None and parse(bytes(64)) is None


def search(**more):
    return tuya.discover(own="127.0.0.1", ports=PORTS, request_port=REQUEST_PORT, **more)


async def test_broadcasts_are_heard_and_each_device_is_told_once():
    ours = dict(zip(tuya.discovery.PORTS, PORTS))  # noqa: B905 - MicroPython knows no strict
    datagrams = {}
    for vector in vectors.load("udp"):
        datagrams.setdefault(wanted(vector), []).append(vector)
    device = UDP()
    try:
        async with search(ms=20000) as discovery:
            step = discovery.__anext__()  # opens the sockets before anything is sent
            found = []
            for vector in vectors.load("udp"):
                await sleep_ms(0)
                if not found and not discovery._is_open:
                    discovery._open()
                port = ours[vector["port"]]
                device.send(unhexlify(vector["frame_hex"]), "127.0.0.1", port)
            found.append(await step)
            while len(found) < len(datagrams):
                found.append(await discovery.__anext__())
            assert set(found) == set(datagrams)
    finally:
        device.close()


async def test_a_silent_device_is_asked_at_its_address():
    device = UDP(REQUEST_PORT)
    answer = next(v for v in vectors.load("udp") if "gcm-ret" in v["id"])
    try:
        async with search(ms=20000, addresses=("127.0.0.1",)) as discovery:
            discovery._open()
            discovery._ask()
            asked = None
            while not asked:
                await sleep_ms(1)
                asked = device.take(1024)
            message = Codec("3.5", UDP_KEY).feed(asked)[0]
            assert json.loads(message.payload) == {"from": "app", "ip": "127.0.0.1"}
            device.send(unhexlify(answer["frame_hex"]), "127.0.0.1", PORTS[2])
            assert await discovery.__anext__() == wanted(answer)
    finally:
        device.close()


async def test_nothing_found_ends_and_leaves_no_socket():
    discovery = search(ms=1)
    async for _ in discovery:
        raise AssertionError("nobody is there")
    assert not discovery._sockets
    async for _ in discovery:
        raise AssertionError("it has ended")


async def test_two_search_at_once_on_the_same_ports():
    async with search(ms=1) as first, search(ms=1) as second:
        first._open()
        second._open()
        assert len(first._sockets) == len(second._sockets) == 3


async def test_find_returns_nothing_when_there_is_no_socket():
    class Full(Discovery):
        def _open(self):
            raise OSError(23, "ENFILE")

    import tuya.discovery as module

    real = module.Discovery
    module.Discovery = Full
    try:
        assert await find("id", "192.0.2.5", 1, ports=PORTS) is None
    finally:
        module.Discovery = real


def announcement(id, address):
    text = '{"ip":"%s","gwId":"%s","version":"3.3","productKey":"key"}' % (address, id)
    return bytes(Codec("3.3", UDP_KEY).encode(0, 0x13, text.encode()))


async def test_all_who_look_at_the_same_time_share_the_sockets():
    opened = []

    import tuya.discovery as module

    real = module.UDP
    module.UDP = lambda port: opened.append(port) or real(port)
    device = UDP()
    try:
        tasks = [
            asyncio.create_task(find("plug %d" % i, "192.0.2.%d" % i, 20000, ports=PORTS))
            for i in range(8)
        ]
        while not opened:
            await sleep_ms(1)
        for i in range(8):
            device.send(announcement("plug %d" % i, "127.0.1.%d" % i), "127.0.0.1", PORTS[1])
        found = await asyncio.gather(*tasks)
        assert [each.address for each in found] == ["127.0.1.%d" % i for i in range(8)]
        assert sorted(opened) == sorted(PORTS)
        assert await find("plug 1", None, 1, ports=PORTS) is None  # nothing is kept of a search
    finally:
        module.UDP = real
        device.close()


async def test_who_is_cancelled_leaves_the_others_their_sockets():
    device = UDP()
    try:
        first, second = [
            asyncio.create_task(find(id, None, 20000, ports=PORTS)) for id in ("first", "second")
        ]
        await sleep_ms(50)
        first.cancel()
        await sleep_ms(1)
        device.send(announcement("second", "127.0.1.2"), "127.0.0.1", PORTS[1])
        assert (await second).address == "127.0.1.2"
    finally:
        device.close()


def test_what_is_said_too_long_is_not_believed():
    assert parse(announcement("x" * 22, "192.0.2.5")).id == "x" * 22
    assert parse(announcement("x" * 500, "192.0.2.5")) is None
    assert parse(announcement("x", "1" * 100)) is None

"""The set-up without a PC: names, who may, and a network that is tried before it is kept."""

import asyncio
import json
import os

from fake_hub import FakeHub, Folder, respond
from fake_hub import ask as ask_hub
from fake_time import FakeTime
from patched import OnBoard

from hub.setup.names import answer, answer_names
from hub.setup.portal import Portal
from tuya.udp import UDP

ASKED = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x07captive\x05apple\x03com\x00"
A, AAAA = b"\x00\x01\x00\x01", b"\x00\x1c\x00\x01"


def test_every_name_has_the_address_of_the_board():
    found = answer(ASKED + A, "192.168.4.1")
    assert found[:2] == ASKED[:2] and found[2] & 0x80 and found[3] & 15 == 0
    assert found[6:8] == b"\x00\x01" and found[-4:] == bytes((192, 168, 4, 1))
    assert found[12 : 12 + len(ASKED) - 8] == ASKED[12:] + A


def test_there_are_no_other_records():
    found = answer(ASKED + AAAA, "192.168.4.1")
    assert found[6:8] == b"\x00\x00" and found.endswith(AAAA)


def test_what_is_no_question_gets_no_answer():
    for odd in (
        b"",
        b"\x00" * 12,
        ASKED,  # cut off
        ASKED[:20],
        ASKED[:2] + b"\x81" + ASKED[3:] + A,  # an answer
        ASKED[:4] + b"\x00\x02" + ASKED[6:] + A,  # two questions
        ASKED[:12] + b"\xff" * 40,
    ):
        assert answer(odd, "192.168.4.1") is None, odd


async def test_names_are_answered_on_a_port_until_nobody_wants_them():
    port = 20000 + int.from_bytes(os.urandom(2), "big") % 20000
    task = asyncio.create_task(answer_names("192.0.2.1", port))
    await asyncio.sleep(0)
    udp = UDP()
    try:
        for datagram in (b"nonsense", ASKED + A, ASKED + AAAA):
            udp.send(datagram, "127.0.0.1", port)
        first = await udp.receive(300, 5000)
        second = await udp.receive(300, 5000)
    finally:
        udp.close()
        task.cancel()
    assert first[-4:] == bytes((192, 0, 2, 1)) and second.endswith(AAAA)
    try:
        await task
    except asyncio.CancelledError:
        return
    raise AssertionError("it goes on")


class Names:
    """A portal that answers no names."""

    is_guest, is_lost, _has = Portal.is_guest, Portal.is_lost, Portal._has

    def __init__(self, address, is_first):
        self.address = address
        self.is_first = is_first


def test_guests_are_those_in_the_boards_own_network():
    portal = Names("192.168.4.1", True)
    assert portal.is_guest("192.168.4.2") and not portal.is_guest("192.168.1.2")
    assert not portal.is_guest(None)
    assert not Names("192.168.4.1", False).is_guest("192.168.4.2")
    for host in ("captive.apple.com", "connectivitycheck.gstatic.com:80"):
        assert portal.is_lost("192.168.4.2", host) and not portal.is_lost("192.168.1.2", host)
    for host in ("192.168.4.1", "plughub.local", "localhost:8080", "192.168.4.1:80"):
        assert not portal.is_lost("192.168.4.2", host)


class Station:
    IF_STA = 0
    is_joined = False
    settings = {}
    result = 204

    def __init__(self, interface=0):
        pass

    def active(self, on=None):
        pass

    def config(self, **settings):
        Station.settings.update(settings)

    def disconnect(self):
        Station.is_joined = False

    def connect(self, ssid, password):
        Station.is_joined = password == "a secret word"

    def isconnected(self):
        return Station.is_joined

    def status(self):
        return 1010 if Station.is_joined else Station.result

    def ifconfig(self):
        return ("192.0.2.5", "", "", "")

    def scan(self):
        return [
            (b"weak", b"", 1, -80, 3, False),
            (b"home", b"", 1, -70, 3, False),
            (b"home", b"", 6, -50, 3, False),
            (b"cafe", b"", 6, -60, 0, False),
            (b"\xff\xfe", b"", 6, -40, 0, False),
            (b"", b"", 6, -40, 0, True),
        ]


class Network:
    WLAN = Station
    STAT_CONNECTING = 1001


def hub_to_set_up(changed):
    """Return a hub that whoever asks may set up; what it is changed to is put into `changed`."""
    hub = FakeHub(auth=True)
    hub.portal = Names("192.0.2.1", True)

    class Changes:
        async def change(self, read_new):
            changed.append(list(read_new()))
            return {"applied": True}

        async def confirm(self):
            changed.append("confirmed")
            return True

    hub.changes = Changes
    return hub


async def test_networks_are_told_the_strongest_first():
    with OnBoard(Network):
        status, found = await ask_hub(hub_to_set_up([]), "GET", "/api/v1/networks")
    assert status == 200
    assert [(n["ssid"], n["rssi"], n["open"]) for n in found] == [
        ("home", -50, False),
        ("cafe", -60, True),
        ("weak", -80, False),
    ]


async def test_a_network_is_kept_once_it_was_joined():
    changed = []
    hub = hub_to_set_up(changed)
    with OnBoard(Network), FakeTime(), Folder():
        with open("config.json", "w") as file:
            json.dump({"name": "attic", "wifi": {"ssid": "old"}}, file)
        for code, word in ((204, "handshake"), (201, "does not hear"), (1001, "no address")):
            Station.result = code
            wrong = {"ssid": "home", "password": "not the one"}
            status, answer = await ask_hub(hub, "POST", "/api/v1/wifi", wrong)
            assert status == 409 and word in answer["detail"] and changed == []
            assert Station.settings["reconnects"] == -1 and not Station.is_joined
        right = {"ssid": "home", "password": "a secret word"}
        status, answer = await ask_hub(hub, "POST", "/api/v1/wifi", right)
        assert (status, answer) == (200, {"address": "192.0.2.5", "name": "plughub"})
        assert changed == [[("wifi", None, right), ("name", None, "attic")], "confirmed"]
        assert Station.settings["reconnects"] == -1


async def test_a_stranger_sets_nothing_up():
    hub = hub_to_set_up([])
    for portal in (None, Names("198.51.100.1", True), Names("192.0.2.1", False)):
        hub.portal = portal
        with Folder():
            assert (await respond(hub, "GET", "/api/v1/networks")).status == 401
            response = await respond(hub, "POST", "/api/v1/wifi", {"ssid": "x"})
            assert response.status == 401


async def test_who_looks_for_the_internet_is_led_to_the_set_up():
    hub = hub_to_set_up([])
    response = await respond(hub, "GET", "/generate_204", host="connectivitycheck.gstatic.com")
    assert response.status == 302
    assert "Location: http://192.0.2.1/setup\r\n" in response.headers
    hub.portal = None
    response = await respond(hub, "GET", "/generate_204", host="connectivitycheck.gstatic.com")
    assert response.status == 421

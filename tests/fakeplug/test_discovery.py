"""Broadcasts and requests, on loopback with ports of the system's choice."""

import asyncio
import json

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fakeplug import Announcer, Quirks
from fakeplug.discovery import Ports, announcement, requested_by

FORMS = {
    "udp-6666-plain": "clear",
    "udp-6667-ecb": "ecb",
    "udp-6667-lpv34": "lpv34",
    "udp-6667-gcm-ret": "gcm",
    "udp-6667-gcm-noret": "gcm_no_code",
    "udp-raw-ecb": "ecb_bare",
}


UDP_KEY = bytes.fromhex("6c1ec8e2bb9bb59ab50b0daf649b410a")


def request_of(ip):
    """What the app broadcasts on port 7000."""
    text = json.dumps({"from": "app", "ip": ip}).encode()
    head = bytes(6) + b"\0\0\0\x25" + (len(text) + 28).to_bytes(4, "big")
    box = AESGCM(UDP_KEY).encrypt(bytes(12), text, head)
    return b"\0\0\x66\x99" + head + bytes(12) + box + b"\0\0\x99\x66"


def announce(plug, ports):
    return Announcer(plug, "127.0.0.1", ports, listen="127.0.0.1")


class Mailbox(asyncio.DatagramProtocol):
    def __init__(self):
        self.datagrams = asyncio.Queue()

    def datagram_received(self, data, _address):
        self.datagrams.put_nowait(data)

    async def next(self):
        async with asyncio.timeout(20):
            return await self.datagrams.get()


async def open_mailbox():
    loop = asyncio.get_running_loop()
    return await loop.create_datagram_endpoint(Mailbox, local_addr=("127.0.0.1", 0))


def port_of(transport):
    return transport.get_extra_info("sockname")[1]


@pytest.mark.vectors("udp")
def test_broadcasts_as_devices_send_them(vector):
    wanted = bytes.fromhex(vector["frame_hex"])
    form = FORMS[vector["id"].split("-", 2)[2]]
    iv = wanted[18:30] if form.startswith("gcm") else None
    assert announcement(form, vector["json"].encode(), iv).hex() == vector["frame_hex"]


@pytest.mark.vectors("udp_request")
def test_the_request_of_the_app_is_understood(vector):
    request = bytes.fromhex(vector["frame_hex"])
    assert requested_by(request) == json.loads(vector["json"])["ip"]


def test_what_is_no_request_is_passed_over():
    assert requested_by(b"") is None
    assert requested_by(b"junk" * 30) is None
    assert requested_by(announcement("gcm", b'{"ip":"1.2.3.4","from":"app"}')) is None


@pytest.mark.parametrize(
    ("version", "form", "which"),
    [
        ("3.1", "clear", "clear"),
        ("3.3", "ecb", "encrypted"),
        ("3.4", "lpv34", "encrypted"),
        ("3.5", None, "encrypted"),
    ],
)
async def test_each_version_broadcasts_its_form(make_plug, clock, version, form, which):
    transport, mailbox = await open_mailbox()
    ports = Ports(request=0)._replace(**{which: port_of(transport)})
    plug = make_plug(version, key="the key stays in")
    try:
        async with plug, announce(plug, ports) as announcer:
            body = json.dumps(announcer.describe(), separators=(",", ":")).encode()
            for _ in range(2):
                datagram = await mailbox.next()
                if form:
                    assert datagram == announcement(form, body)
                else:  # a random nonce each time
                    assert datagram[:4] == b"\0\0\x66\x99"
                    assert datagram == announcement("gcm", body, datagram[18:30])
                clock.advance(5)
        assert plug.key not in body
    finally:
        transport.close()


async def test_broadcast_none_and_silent_when_connected(make_plug, dial, clock):
    transport, mailbox = await open_mailbox()
    ports = Ports(encrypted=port_of(transport), request=0)
    plug = make_plug(quirks=Quirks(broadcast="none"))
    try:
        async with plug, announce(plug, ports), await dial(plug) as client:
            await client.ask(9)
            plug.quirks = Quirks(silent_when_connected=True)
            clock.advance(5)
            plug.quirks = Quirks(broadcast="ecb_bare")
            clock.advance(5)
            assert len(await mailbox.next()) % 16 == 0  # the first to arrive is the third
    finally:
        transport.close()


async def test_a_request_is_answered_at_the_address_it_names(make_plug):
    asker, mailbox = await open_mailbox()
    ports = Ports(request=0, answer=port_of(asker))
    plug = make_plug("3.5", quirks=Quirks(broadcast="none"))
    request = request_of("127.0.0.1")
    try:
        async with plug, announce(plug, ports) as announcer:
            asker.sendto(b"junk", ("127.0.0.1", announcer.request_port))
            asker.sendto(request, ("127.0.0.1", announcer.request_port))
            answer = await mailbox.next()
            body = json.dumps(announcer.describe(), separators=(",", ":")).encode()
            assert answer == announcement("gcm", body, answer[18:30])
    finally:
        asker.close()


async def test_answers_request(make_plug, clock):
    asker, mailbox = await open_mailbox()
    ports = Ports(encrypted=port_of(asker), request=0, answer=port_of(asker))
    quirks = Quirks(answers_request=False, broadcast="none")
    plug = make_plug("3.5", quirks=quirks)
    try:
        async with plug, announce(plug, ports) as announcer:
            announcer.answer(request_of("127.0.0.1"))
            plug.quirks = Quirks(broadcast="ecb_bare")
            clock.advance(5)
            assert len(await mailbox.next()) % 16 == 0
    finally:
        asker.close()

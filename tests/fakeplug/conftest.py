"""A raw client of its own, and the vectors as parameters.

The client shares no code with fakeplug, so that a mistake is not made on both ends at once.
"""

import asyncio
import base64
import hmac
import json
import os
import zlib
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fakeplug import FakePlug, ManualClock, Quirks

KEY = "0123456789abcdef"
ID = "bf0123456789abcdefghij"
DPS = {1: True, 9: 0, 18: 417, 19: 957, 20: 2304}
DEADLINE_S = 5

VECTORS = json.loads((Path(__file__).parents[1] / "vectors.json").read_text())["vectors"]


def pytest_configure(config):
    config.addinivalue_line("markers", "vectors(*kinds): run once for each vector of these kinds")


def pytest_generate_tests(metafunc):
    mark = metafunc.definition.get_closest_marker("vectors")
    if mark:
        chosen = [vector for vector in VECTORS if vector["kind"] in mark.args]
        metafunc.parametrize("vector", chosen, ids=[vector["id"] for vector in chosen])


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def make_plug(clock):
    def make(version="3.3", **settings):
        settings = {"id": ID, "key": KEY, "dps": DPS, "clock": clock} | settings
        return FakePlug(version=version, **settings)

    return make


@pytest.fixture
def dial():
    """`await dial(plug)` connects; with a session key for 3.4 and 3.5 unless `key` is False."""

    async def connect(plug, key=True):
        async with asyncio.timeout(DEADLINE_S):
            streams = await asyncio.open_connection(plug.host, plug.port)
            client = Client(plug.version, plug.key, *streams)
            if key and plug.version >= "3.4":
                await client.negotiate()
        return client

    return connect


class Reply(NamedTuple):
    sequence: int
    command: int
    code: bytes
    payload: bytes
    header: bytes

    @property
    def json(self):
        return json.loads(self.payload)


class Client:
    def __init__(self, version, key, reader, writer):
        self.version = version
        self.key = key
        self.reader = reader
        self.writer = writer
        self.sequence = 0
        self.nonce = os.urandom(16)

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        self.writer.close()

    def send(self, command, payload="{}", header=None, sequence=None):
        self.writer.write(self.frame(command, payload, header, sequence))

    def frame(self, command, payload="{}", header=None, sequence=None):
        self.sequence = self.sequence + 1 if sequence is None else sequence
        if not isinstance(payload, bytes):
            text = payload if isinstance(payload, str) else json.dumps(payload)
            payload = text.encode()
        if header is None:
            header = command in (7, 8, 13)
        header = self.version.encode() + bytes(12) if header else b""
        return self._encode(command, payload, header)

    def _encode(self, command, payload, header):
        if self.version == "3.5":
            plain = header + payload
            head = bytes(2) + _words(self.sequence, command, len(plain) + 28)
            iv = os.urandom(12)
            box = AESGCM(self.key).encrypt(iv, plain, head)
            return b"\0\0\x66\x99" + head + iv + box + b"\0\0\x99\x66"
        if self.version == "3.4":
            body = ecb(self.key, pad(header + payload))
        elif self.version == "3.1":
            body = payload
        else:
            body = header + (ecb(self.key, pad(payload)) if payload else b"")
        check = 32 if self.version == "3.4" else 4
        raw = b"\0\0\x55\xaa" + _words(self.sequence, command, len(body) + check + 4) + body
        return raw + self._check(raw) + b"\0\0\xaa\x55"

    def _check(self, raw):
        if self.version == "3.4":
            return hmac.digest(self.key, raw, "sha256")
        return zlib.crc32(raw).to_bytes(4, "big")

    async def reply(self):
        """The next frame, its check verified."""
        async with asyncio.timeout(DEADLINE_S):
            raw = await self.raw_reply()
        if self.version == "3.5":
            assert raw[-4:] == b"\0\0\x99\x66"
            plain = AESGCM(self.key).decrypt(raw[18:30], raw[30:-4], raw[4:18])
            numbers = [int.from_bytes(raw[at : at + 4], "big") for at in (6, 10)]
            code, plain = plain[:4], plain[4:]
        else:
            check = 32 if self.version == "3.4" else 4
            assert raw[-4:] == b"\0\0\xaa\x55"
            assert self._check(raw[: -check - 4]) == raw[-check - 4 : -4]
            numbers = [int.from_bytes(raw[at : at + 4], "big") for at in (4, 8)]
            code, plain = raw[16:20], raw[20 : -check - 4]
        header = b""
        if self.version == "3.1" and plain[:3] == b"3.1":
            header, plain = plain[:19], unpad(ecb(self.key, base64.b64decode(plain[19:]), False))
        elif self.version in ("3.2", "3.3"):
            if plain[:2] == b"3.":
                header, plain = plain[:15], plain[15:]
            plain = plain and unpad(ecb(self.key, plain, False))
        elif self.version == "3.4":
            plain = plain and unpad(ecb(self.key, plain, False))
        if not header and plain[:2] == b"3.":
            header, plain = plain[:15], plain[15:]
        return Reply(*numbers, code, plain, header)

    async def raw_reply(self):
        head_size, rest = (18, 4) if self.version == "3.5" else (16, 0)
        head = await self.reader.readexactly(head_size)
        length = int.from_bytes(head[-4:], "big")
        return head + await self.reader.readexactly(length + rest)

    async def ask(self, command, payload="{}", **how):
        self.send(command, payload, **how)
        return await self.reply()

    async def ended(self):
        """Wait for the plug to close; what it still sent is returned."""
        async with asyncio.timeout(DEADLINE_S):
            try:
                return await self.reader.read()
            except ConnectionResetError:
                return None

    async def negotiate(self):
        local = self.key
        answer = await self.ask(3, self.nonce)
        assert answer.command == 4
        nonce, proof = answer.payload[:16], answer.payload[16:]
        assert proof == hmac.digest(local, self.nonce, "sha256")
        self.send(5, hmac.digest(local, nonce, "sha256"))
        self.key = self.session_key(nonce)

    def session_key(self, nonce):
        mixed = bytes(a ^ b for a, b in zip(self.nonce, nonce, strict=True))
        if self.version == "3.4":
            return ecb(self.key, mixed)
        return AESGCM(self.key).encrypt(self.nonce[:12], mixed, None)[:16]


def control(version, dps, **more):
    """Command and JSON that write DPs."""
    dps = {str(dp): value for dp, value in dps.items()}
    if version >= "3.4":
        return 13, {"protocol": 5, "t": 1700000000, "data": {"dps": dps, **more}}
    return 7, {"devId": ID, "uid": ID, "t": "1700000000", "dps": dps, **more}


@pytest.fixture(name="control")
def control_fixture():
    return control


def ecb(key, data, encrypt=True):
    cipher = Cipher(algorithms.AES(key), modes.ECB())
    return (cipher.encryptor() if encrypt else cipher.decryptor()).update(data)


def pad(data):
    count = 16 - len(data) % 16
    return data + bytes([count]) * count


def unpad(data):
    assert data[-data[-1] :] == data[-1:] * data[-1]
    return data[: -data[-1]]


def _words(*numbers):
    return b"".join(number.to_bytes(4, "big") for number in numbers)


@pytest.fixture
def quirky(make_plug):
    """`quirky(version, name=value)` makes a plug with these quirks."""

    def make(version="3.3", /, *, settings=None, **quirks):
        return make_plug(version, quirks=Quirks(**quirks), **(settings or {}))

    return make

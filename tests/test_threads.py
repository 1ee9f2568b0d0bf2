"""Devices in several threads, each with its event loop, which a board does not have."""

import asyncio
import threading

from wire import ID, KEY, Wire, Wires

from tuya.device import Device
from tuya.gcm import GCM


class Interrupted(Wire):
    """Lets another thread have a connection of its own between reading bytes and using them."""

    async def readinto(self, buf):
        count = await super().readinto(buf)
        other = threading.Thread(target=lambda: asyncio.run(read_other()))
        other.start()
        other.join()
        return count


async def read_other():
    wire = Wire({1: "another device"})
    async with Device(ID, "192.0.2.6", KEY, connect=Wires(wire).connect) as device:
        assert await device.status() == {1: "another device"}


async def test_what_is_received_belongs_to_its_connection():
    for version in ("3.3", "3.5"):
        wire = Interrupted(version=version)
        async with Device(ID, "192.0.2.5", KEY, version, connect=Wires(wire).connect) as device:
            assert await device.status() == wire.dps


def test_frames_that_are_sealed_at_the_same_time():
    ciphers = [GCM(KEY.encode()), GCM(b"fedcba9876543210")]
    head, text, iv = b"head of 14 byte", b'{"dps":{"1":true}}', bytes(12)
    box = [memoryview(bytearray(len(text) + 28)) for _ in range(3)]
    ciphers[0].seal(head, box[0], text, iv)
    encrypt = ciphers[0]._encrypt

    def interrupted(data, out):
        encrypt(data, out)
        ciphers[1].seal(head, box[2], b"x" * len(text), bytes(12))

    ciphers[0]._encrypt = interrupted
    ciphers[0].seal(head, box[1], text, iv)
    assert bytes(box[1]) == bytes(box[0])
    assert ciphers[0].open(head, box[0]) == text

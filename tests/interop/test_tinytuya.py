"""tinytuya 1.20 as a client of the fake plug."""

import asyncio
import itertools

import pytest

from fakeplug import Quirks
from tuya.bulb import hsv_hex, rgb_hex

ALL = pytest.mark.parametrize("version", ["3.1", "3.2", "3.3", "3.4", "3.5"])
TEXTS = {"1": True, "9": 0, "18": 417, "19": 957, "20": 2304}
CID = "a4c138e51d9c71a2"


@pytest.fixture
def connect(python_client):
    tinytuya = python_client("tinytuya")

    def to(plug, **more):
        device = tinytuya.OutletDevice(
            plug.id,
            plug.host,
            plug.key.decode(),
            port=plug.port,
            persist=True,
            connection_timeout=3,
            connection_retry_limit=1,
            **more,
        )
        device.set_sendWait(None)
        if plug.version == "3.2":  # or it would ask for ranges of DPs, each up to a timeout
            device.set_dpsUsed({dp: None for dp in TEXTS})
        device.set_version(float(plug.version))
        return device

    return to


async def on(device, method, *arguments):
    """tinytuya blocks, so it gets a thread; errors come as dictionaries."""
    result = await asyncio.to_thread(getattr(device, method), *arguments)
    assert "Error" not in (result or {}), result
    return result


@ALL
async def test_status_switch_and_push(make_plug, connect, version):
    async with make_plug(version) as plug:
        device = connect(plug)
        try:
            assert (await on(device, "status"))["dps"] == TEXTS
            await on(device, "turn_off")
            assert plug.dps[1] is False
            assert (await on(device, "status"))["dps"]["1"] is False
            plug.press({1: True})
            assert (await on(device, "receive"))["dps"] == {"1": True}
        finally:
            device.close()


@ALL
async def test_heartbeat_keeps_the_session(make_plug, connect, version):
    async with make_plug(version) as plug:
        device = connect(plug)
        try:
            await on(device, "status")
            await on(device, "heartbeat", True)
            async with asyncio.timeout(20):
                await plug.wait_for(lambda plug: plug.received[-1].command == 9)
            assert len(plug.sessions) == 1
        finally:
            device.close()


@ALL
async def test_updatedps(make_plug, connect, version):
    async with make_plug(version) as plug:
        device = connect(plug)
        try:
            await on(device, "status")
            plug.measure({18: 500, 19: 1150})
            await on(device, "updatedps", [18, 19, 20], True)
            # The empty acknowledgement is passed over by tinytuya itself.
            assert (await on(device, "receive"))["dps"] == {"18": 500, "19": 1150}
        finally:
            device.close()


@pytest.mark.parametrize("version", ["3.3", "3.4"])
async def test_device22_is_detected(make_plug, connect, version):
    async with make_plug(version, quirks=Quirks(device22=True)) as plug:
        device = connect(plug)
        try:
            assert (await on(device, "status"))["dps"] == {"1": True}
            device.set_dpsUsed({"1": None, "19": None})
            assert (await on(device, "status"))["dps"] == {"1": True, "19": 957}
        finally:
            device.close()


@pytest.mark.parametrize("version", ["3.3", "3.4", "3.5"])
async def test_sub_devices(make_plug, connect, python_client, version):
    tinytuya = python_client("tinytuya")
    async with make_plug(version, children={CID: {1: False}}) as plug:
        gateway = connect(plug)
        child = tinytuya.OutletDevice("child", cid=CID, parent=gateway)
        try:
            assert (await on(child, "status"))["dps"] == {"1": False}
            await on(child, "turn_on")
            assert plug.children[CID].values == {1: True}
        finally:
            gateway.close()


@ALL
async def test_wrong_key_is_an_error(make_plug, connect, version):
    async with make_plug(version) as plug:
        device = connect(plug)
        device.local_key = device.real_local_key = b"fedcba9876543210"
        try:
            if version == "3.1":  # whose queries are in the clear
                await asyncio.to_thread(device.turn_off)
                assert plug.dps[1] is True
            else:
                assert "Error" in await asyncio.to_thread(device.status)
        finally:
            device.close()


async def test_vendor_strictness_is_met(make_plug, connect):
    async with make_plug("3.5", quirks=Quirks.vendor35()) as plug:
        device = connect(plug)
        try:
            assert (await on(device, "status"))["dps"] == TEXTS
            await on(device, "turn_off")
            assert plug.dps[1] is False
        finally:
            device.close()


async def test_a_zero_session_key_defeats_tinytuya_on_vendor_code(make_plug, connect):
    quirks = Quirks.vendor35(zero_keys=1)
    async with make_plug("3.5", quirks=quirks) as plug:
        device = connect(plug)
        device.set_retry(False)
        try:
            assert (await asyncio.to_thread(device.status))["Err"] in ("904", "914")
            assert (await on(device, "status"))["dps"] == TEXTS
        finally:
            device.close()


def test_colours_are_tinytuyas_but_for_what_its_floats_lose(python_client):
    """Where hue or saturation is a whole number, its own falls one short of it at times."""
    text_of = python_client("tinytuya").BulbDevice.rgb_to_hexvalue
    steps = range(0, 256, 13)
    for red, green, blue in itertools.product(steps, steps, steps):
        most = max(red, green, blue)
        span = most - min(red, green, blue)
        for form, ours, full, cuts in (
            ("rgb8", rgb_hex, 255, (6, 10, 12, 14)),
            ("hsv16", hsv_hex, 1000, (0, 4, 8, 12)),
        ):
            texts = ours(red, green, blue), text_of(red, green, blue, form)
            parts = [[int(text[cuts[i] : cuts[i + 1]], 16) for i in range(3)] for text in texts]
            lost = [mine - theirs for mine, theirs in zip(*parts, strict=True)]
            assert lost[0] == 0 or (lost[0] == 1 and 60 * others_of(red, green, blue) % span == 0)
            assert lost[1] == 0 or (lost[1] == 1 and span * full % most == 0)
            assert lost[2] == 0


def others_of(*rgb):
    """Return by how much the two that are not the greatest differ."""
    low, middle, _ = sorted(rgb)
    return middle - low

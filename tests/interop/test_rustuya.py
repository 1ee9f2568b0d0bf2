"""rustuya 0.3 as a client of the fake plug."""

import asyncio

import pytest

TEXTS = {"1": True, "9": 0, "18": 417, "19": 957, "20": 2304}
#: rustuya waits up to 5 s, by chance, before some of its connects.
DEADLINE_S = 20


@pytest.fixture
def connect(python_client):
    rustuya = python_client("rustuya")

    def to(plug):
        return rustuya.Device(
            plug.id,
            plug.key.decode(),
            address=plug.host,
            version=plug.version,
            port=plug.port,
            timeout=10,
        )

    return to


async def status_with(device, wanted):
    """rustuya returns whatever message comes next, so ask until the status is it."""
    async with asyncio.timeout(DEADLINE_S):
        while True:
            status = await asyncio.to_thread(device.status)
            if isinstance(status, dict) and status.get("dps") == wanted:
                return


# 3.2 is left out: rustuya reads no text of a device22 in it and returns nothing.
@pytest.mark.parametrize("version", ["3.1", "3.3", "3.4", "3.5"])
async def test_status_switch_and_push(make_plug, connect, version):
    async with make_plug(version) as plug:
        device = connect(plug)
        listener = device.listener()
        try:
            await status_with(device, TEXTS)
            await asyncio.to_thread(device.set_value, 1, False)
            await status_with(device, TEXTS | {"1": False})
            assert plug.dps[1] is False
            plug.press({1: True})
            async with asyncio.timeout(DEADLINE_S):
                while '"1":true' not in await next_message(listener):
                    pass
        finally:
            device.close()
            device.stop()


async def next_message(listener):
    message = await asyncio.to_thread(listener.recv, 1000)
    return str(message).replace(" ", "").replace("'", '"').replace("True", "true")

"""Quirks of control, pushes, queries and energy, each proved on the wire."""

import pytest

from fakeplug import Quirks

NEW = pytest.mark.parametrize("version", ["3.4", "3.5"])
ALL = pytest.mark.parametrize("version", ["3.1", "3.2", "3.3", "3.4", "3.5"])


def dps_of(reply):
    body = reply.json
    return body.get("data", body)["dps"]


# --- control ---


async def test_ack(quirky, dial, control):
    async with quirky(ack=False) as plug, await dial(plug) as client:
        assert (await client.ask(*control("3.3", {1: False}))).command == 8


async def test_ack_code(quirky, dial, control):
    async with quirky(ack_code=1) as plug, await dial(plug) as client:
        ack = await client.ask(*control("3.3", {1: False}))
        assert (ack.code, ack.payload) == (b"\0\0\0\1", b"")
        assert dps_of(await client.reply()) == {"1": False}


async def test_control_text(quirky, dial, control):
    async with quirky(control_text="parse data error") as plug, await dial(plug) as client:
        reply = await client.ask(*control("3.3", {1: False}))
        assert (reply.code, reply.payload) == (b"\0\0\0\1", b"parse data error")
        assert plug.dps[1] is True


async def test_executes(quirky, dial, control):
    async with quirky(executes=False) as plug, await dial(plug) as client:
        assert (await client.ask(*control("3.3", {1: False}))).payload == b""
        assert (await client.ask(9)).command == 9
        assert plug.dps[1] is True


async def test_single_dp(quirky, dial, control):
    async with quirky(single_dp=True) as plug, await dial(plug) as client:
        reply = await client.ask(*control("3.3", {1: False, 9: 60}))
        assert (reply.code, reply.payload) == (b"\0\0\0\1", b"data format error")
        assert (await client.ask(*control("3.3", {1: False}))).payload == b""


@NEW
async def test_needs_header(quirky, dial, control, version):
    async with quirky(version, needs_header=True) as plug, await dial(plug) as client:
        reply = await client.ask(*control(version, {1: False}), header=False)
        assert (reply.code, reply.payload) == (b"\0\0\0\1", b"parse data error")
        assert (await client.ask(*control(version, {1: False}))).payload == b""


# --- push ---


@ALL
async def test_push_before(quirky, dial, control, version):
    async with quirky(version, push="before") as plug, await dial(plug) as client:
        command, request = control(version, {1: False})
        assert dps_of(await client.ask(command, request)) == {"1": False}
        assert (await client.reply()).command == command


async def test_push_none(quirky, dial, control):
    async with quirky(push="none") as plug, await dial(plug) as client:
        assert (await client.ask(*control("3.3", {1: False}))).command == 7
        plug.press({1: True})
        assert (await client.ask(9)).command == 9


async def test_push_every_s(quirky, dial, clock):
    async with quirky(push_every_s=0.5) as plug, await dial(plug) as client:
        await client.ask(9)
        clock.advance(1.0)
        for _ in range(2):
            push = await client.reply()
            assert (push.command, dps_of(push)) == (8, {"20": 2304})


async def test_duplicate_push(quirky, dial):
    async with quirky(duplicate_push=True) as plug, await dial(plug) as client:
        await client.ask(9)
        plug.press({1: False})
        assert [dps_of(await client.reply()) for _ in range(2)] == [{"1": False}] * 2


# --- query ---


@ALL
async def test_device22(quirky, dial, control, version):
    async with quirky(version, device22=True) as plug, await dial(plug) as client:
        assert (await client.ask(10)).payload == b"json obj data unvalid"
        _, request = control(version, {1: None, 18: None, 101: None})
        assert (await client.ask(13, request)).payload == b""
        assert dps_of(await client.reply()) == {"1": True, "18": 417}


async def test_query_text(quirky, dial):
    async with quirky(query_text="json obj data unvalid") as plug, await dial(plug) as client:
        reply = await client.ask(10)
        assert (reply.code, reply.payload) == (b"\0\0\0\1", b"json obj data unvalid")


# --- energy ---


async def test_updatedps(quirky, dial):
    async with quirky(updatedps="ack") as plug, await dial(plug) as client:
        plug.measure({18: 1})
        assert (await client.ask(18, {"dpId": [18]})).command == 18
        assert (await client.ask(9)).command == 9
        plug.quirks = Quirks(updatedps="ignore")
        client.send(18, {"dpId": [18]})
        assert (await client.ask(9)).command == 9


async def test_measures_on_updatedps(quirky, dial):
    async with quirky(measures="on_updatedps") as plug, await dial(plug) as client:
        plug.press({19: 20, 1: False})
        assert dps_of(await client.reply()) == {"1": False}
        assert dps_of(await client.ask(10))["19"] == 957
        await client.ask(18, {"dpId": [18, 19, 20]})
        assert dps_of(await client.reply()) == {"19": 20}
        assert dps_of(await client.ask(10))["19"] == 20


async def test_query_lags(quirky, dial):
    async with quirky(query_lags=True) as plug, await dial(plug) as client:
        plug.measure({19: 20})
        await client.ask(18, {"dpId": [19]})
        assert dps_of(await client.reply()) == {"19": 20}
        assert dps_of(await client.ask(10))["19"] == 957
        await client.ask(18, {"dpId": [19]})
        assert dps_of(await client.ask(10))["19"] == 20


async def test_updatedps_limit(quirky, dial):
    async with quirky(updatedps_limit=3) as plug, await dial(plug) as client:
        assert (await client.ask(18, {"dpId": [18, 19, 20]})).command == 18
        client.send(18, {"dpId": [1, 18, 19, 20]})
        assert not await client.ended()

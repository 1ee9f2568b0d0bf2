"""Quirks of connections, delivery, frames and negotiation, and their texts."""

import asyncio

import pytest

from fakeplug import Quirks

NEW = pytest.mark.parametrize("version", ["3.4", "3.5"])
ALL = pytest.mark.parametrize("version", ["3.1", "3.2", "3.3", "3.4", "3.5"])


def dps_of(reply):
    body = reply.json
    return body.get("data", body)["dps"]


# --- connections ---


async def test_slots_full_kick(quirky, dial):
    async with quirky(slots=1, slots_full="kick") as plug, await dial(plug) as first:
        await first.ask(9)
        async with await dial(plug) as second:
            assert (await second.ask(9)).command == 9
            assert await first.ended() == b""


async def test_slots_full_refuse(quirky, dial):
    async with quirky(slots=1, slots_full="refuse") as plug:
        async with await dial(plug) as first:
            await first.ask(9)
            assert not plug.listening
            with pytest.raises(ConnectionRefusedError):
                await dial(plug)
        async with asyncio.timeout(20):
            await plug.wait_for(lambda plug: plug.listening)
        async with await dial(plug) as second:
            assert (await second.ask(9)).command == 9


async def test_idle_s(quirky, dial, clock):
    async with quirky(idle_s=5) as plug, await dial(plug) as client:
        await client.ask(9)
        clock.advance(5)
        assert await client.ended() == b""


async def test_wedge_after(quirky, dial):
    async with quirky(wedge_after=2) as plug:
        for _ in range(2):
            async with await dial(plug) as client:
                assert (await client.ask(9)).command == 9
        async with await dial(plug) as client:
            assert await client.ended() == b""
        await plug.reboot()
        async with await dial(plug) as client:
            assert (await client.ask(9)).command == 9


async def test_reset_frame(quirky, dial):
    async with quirky(reset_frame=2) as plug, await dial(plug) as client:
        assert (await client.ask(9)).command == 9
        client.send(9)
        with pytest.raises(ConnectionResetError):
            await client.reply()


async def test_mute(quirky, dial, clock):
    async with quirky(mute=True) as plug, await dial(plug) as client:
        client.send(10)
        async with asyncio.timeout(20):
            await plug.wait_for(lambda plug: plug.sessions)
        plug.press({1: False})
        clock.advance(30)
        assert await client.ended() in (b"", None)
        assert not plug.received


# --- delivery ---


async def test_delay_s(quirky, dial, clock):
    async with quirky(delay_s=2) as plug, await dial(plug) as client:
        async with asyncio.timeout(20):
            await plug.wait_for(lambda plug: plug.sessions)
        plug.sessions[0].data_received(client.frame(10))
        clock.advance(1.9)
        assert not plug.received
        clock.advance(0.1)
        assert (await client.reply()).command == 10


async def test_split(quirky, dial, clock):
    async with quirky(split=7, split_gap_s=1) as plug, await dial(plug) as client:
        client.send(9)
        async with asyncio.timeout(20):
            pieces = [await client.reader.read(100)]
            while sum(map(len, pieces)) < 28:
                clock.advance(1)
                pieces.append(await client.reader.read(100))
        assert [len(piece) for piece in pieces] == [7, 7, 7, 7]


async def test_coalesce(quirky, dial, control):
    async with quirky(coalesce=True) as plug, await dial(plug) as client:
        command, request = control("3.3", {1: False})
        client.send(command, request)
        async with asyncio.timeout(20):
            segment = await client.reader.read(1000)
        assert segment.count(b"\0\0\x55\xaa") == 2
        plug.press({1: True})
        assert dps_of(await client.reply()) == {"1": True}


async def test_stall_frame(quirky, dial, clock):
    async with quirky(stall_frame=2) as plug, await dial(plug) as client:
        await client.ask(9)
        client.send(9)
        client.send(9)
        async with asyncio.timeout(20):
            await plug.wait_for(lambda plug: len(plug.received) == 3)
        clock.advance(30)
        assert len(await client.ended()) == 14


@ALL
async def test_bad_check_frame(quirky, dial, version):
    async with quirky(version) as plug, await dial(plug) as client:
        plug.quirks = Quirks(bad_check_frame=2)
        assert (await client.ask(9)).command == 9
        client.send(9)
        with pytest.raises(Exception) as failure:
            await client.reply()
        assert failure.type.__name__ in ("AssertionError", "InvalidTag")


async def test_junk(quirky, dial):
    async with quirky(junk=9) as plug, await dial(plug) as client:
        client.send(9)
        async with asyncio.timeout(20):
            junk = await client.reader.readexactly(9)
        assert min(junk) >= 0x80
        assert (await client.reply()).command == 9


# --- frames ---


async def test_return_code(quirky, dial):
    async with quirky(return_code=False) as plug, await dial(plug) as client:
        client.send(9)
        assert (await client.raw_reply())[12:16] == b"\0\0\0\x08"


@NEW
async def test_code_order(quirky, dial, control, version):
    plug = quirky(version, code_order="little", ack_code=1)
    async with plug, await dial(plug) as client:
        assert (await client.ask(*control(version, {1: True}))).code == b"\1\0\0\0"


async def test_numbering_own(quirky, dial):
    async with quirky(numbering="own") as plug, await dial(plug) as client:
        first = (await client.ask(10)).sequence
        plug.press({1: False})
        assert (await client.reply()).sequence == first + 1
        assert (await client.ask(9)).sequence == first + 2


@NEW
async def test_numbering_echo(quirky, dial, version):
    async with quirky(version, numbering="echo") as plug, await dial(plug) as client:
        assert (await client.ask(16, sequence=99)).sequence == 99
        assert (await client.ask(9)).sequence == 0


@NEW
async def test_zero_header(quirky, dial, version):
    async with quirky(version, zero_header=True) as plug, await dial(plug) as client:
        await client.ask(9)
        plug.press({1: False})
        assert (await client.reply()).header == version.encode() + bytes(12)


async def test_body(quirky, dial):
    async with quirky("3.4", body="flat") as plug, await dial(plug) as client:
        await client.ask(9)
        plug.press({1: False})
        assert set((await client.reply()).json) == {"devId", "dps", "t"}
    async with quirky("3.3", body="wrapped") as plug, await dial(plug) as client:
        body = (await client.ask(10)).json
        assert (body["protocol"], body["data"]["dps"]["1"]) == (4, True)


async def test_pad_empty(quirky, dial):
    async with quirky("3.4", pad_empty=True) as plug, await dial(plug) as client:
        client.send(9)
        assert (await client.raw_reply())[12:16] == b"\0\0\0\x38"
        assert (await client.ask(9)).payload == b""


async def test_send_key(quirky, dial):
    async with quirky(send_key="fedcba9876543210") as plug, await dial(plug) as client:
        client.send(10)
        client.key = b"fedcba9876543210"
        assert dps_of(await client.reply())["1"] is True


# --- strictness ---


async def test_bad_frame_ignore(quirky, dial):
    async with quirky(bad_frame="ignore") as plug, await dial(plug) as client:
        broken = client.frame(10)
        client.writer.write(broken[:-5] + b"?" + broken[-4:])
        assert (await client.ask(9)).command == 9
        assert [frame.command for frame in plug.received] == [9]


async def test_wrong_key(quirky, dial):
    async with quirky(wrong_key="ignore") as plug, await dial(plug) as client:
        client.key = b"fedcba9876543210"
        client.send(10)
        client.key = plug.key
        assert (await client.ask(9)).command == 9
        plug.quirks = Quirks(wrong_key="close")
        client.key = b"fedcba9876543210"
        client.send(10)
        assert await client.ended() == b""


async def test_lose_short_segment(quirky, dial):
    async with quirky("3.5", lose_short_segment=50) as plug, await dial(plug) as client:
        # Cut at byte 20 in two segments: the first is lost, the rest is junk.
        frame = client.frame(16)
        plug.sessions[0].data_received(frame[:20])
        plug.sessions[0].data_received(frame[20:])
        assert (await client.ask(9)).command == 9
        assert 16 not in [frame.command for frame in plug.received]


async def test_first_frame_only(quirky, dial):
    async with quirky("3.3", first_frame_only=True) as plug, await dial(plug) as client:
        plug.sessions[0].data_received(client.frame(9) + client.frame(10))
        assert (await client.reply()).command == 9
        assert 10 not in [frame.command for frame in plug.received]
        assert (await client.ask(10)).command == 10


@pytest.mark.parametrize("sequence", [0, 1])
async def test_growing_sequence(quirky, dial, sequence):
    async with quirky(growing_sequence=True) as plug, await dial(plug) as client:
        assert (await client.ask(9, sequence=1)).command == 9
        client.send(9, sequence=sequence)
        assert await client.ended() == b""


async def test_pong_before_check(quirky, dial):
    async with quirky("3.5", pong_before_check=True) as plug, await dial(plug) as client:
        broken = client.frame(9)
        client.writer.write(broken[:-5] + bytes((broken[-5] ^ 1,)) + broken[-4:])
        assert (await client.reply()).command == 9
        assert await client.ended() == b""


# --- negotiation ---


@NEW
async def test_zero_keys(quirky, dial, version):
    async with quirky(version, zero_keys=2) as plug, await dial(plug, key=False) as client:
        for count in range(2):
            answer = await client.ask(3, client.nonce)
            assert client.session_key(answer.payload[:16])[0] == 0, count
        client.nonce = b"x" * 16
        await client.negotiate()
        assert dps_of(await client.ask(16))["1"] is True


@NEW
async def test_zero_key_is_none(quirky, dial, version):
    plug = quirky(version, zero_keys=1, zero_key_is_none=True)
    async with plug, await dial(plug) as client:
        client.send(16)
        assert await client.ended() == b""


@NEW
async def test_a_zero_key_is_a_key_to_a_good_plug(quirky, dial, version):
    async with quirky(version, zero_keys=1) as plug, await dial(plug) as client:
        assert client.key[0] == 0
        assert dps_of(await client.ask(16))["1"] is True


async def test_any_start(quirky, dial):
    async with quirky("3.4", any_start=True) as plug, await dial(plug, key=False) as client:
        client.key = b"fedcba9876543210"
        client.send(3, client.nonce)
        client.key = plug.key
        assert (await client.reply()).command == 4


@NEW
async def test_wrong_proof(quirky, dial, version):
    async with quirky(version, wrong_proof=True) as plug, await dial(plug, key=False) as client:
        with pytest.raises(AssertionError):
            await client.negotiate()


# --- the vendor's set, and texts ---


async def test_vendor35(make_plug, dial, control):
    async with make_plug("3.5", quirks=Quirks.vendor35()) as plug, await dial(plug) as client:
        assert dps_of(await client.ask(16))["1"] is True
        ack = await client.ask(*control("3.5", {1: False}))
        assert (ack.code, ack.payload) == (b"\1\0\0\0", b"")
        assert dps_of(await client.reply()) == {"1": False}


def test_parse():
    texts = ["slots=1", "slots_full=kick", "idle_s=2.5", "mute=true", "control_text=no"]
    assert Quirks.parse(texts) == Quirks(1, "kick", 2.5, mute=True, control_text="no")
    for wrong in ("slots", "slot=1", "slots=many", "mute=yes", "push=later"):
        with pytest.raises(ValueError, match=wrong.partition("=")[0]):
            Quirks.parse([wrong])

"""What a plain good plug of each version does on the wire."""

import json

import pytest

ALL = pytest.mark.parametrize("version", ["3.1", "3.2", "3.3", "3.4", "3.5"])
OLD = pytest.mark.parametrize("version", ["3.1", "3.3"])
NEW = pytest.mark.parametrize("version", ["3.4", "3.5"])
QUERY = {"3.1": 10, "3.2": 10, "3.3": 10, "3.4": 16, "3.5": 16}
TEXTS = {"1": True, "9": 0, "18": 417, "19": 957, "20": 2304}


def dps_of(reply):
    body = reply.json
    return body.get("data", body)["dps"]


@OLD
async def test_query_of_old_versions(make_plug, dial, version):
    async with make_plug(version) as plug, await dial(plug) as client:
        reply = await client.ask(10, sequence=77)
        assert (reply.sequence, reply.command, reply.code) == (77, 10, bytes(4))
        assert reply.json == {"devId": plug.id, "dps": TEXTS}
        assert reply.header == b""


@NEW
async def test_query_of_new_versions(make_plug, dial, version):
    async with make_plug(version) as plug, await dial(plug) as client:
        reply = await client.ask(16)
        assert (reply.command, reply.json) == (16, {"dps": TEXTS})
        assert dps_of(await client.ask(10)) == TEXTS


@ALL
async def test_control_is_acknowledged_and_then_pushed(make_plug, dial, control, version):
    async with make_plug(version) as plug, await dial(plug) as client:
        command, request = control(version, {1: False})
        ack = await client.ask(command, request)
        assert (ack.command, ack.code, ack.payload) == (command, bytes(4), b"")
        push = await client.reply()
        assert (push.command, push.code, dps_of(push)) == (8, bytes(4), {"1": False})
        assert push.header[:3] == version.encode()
        assert plug.dps[1] is False


@ALL
async def test_nothing_is_pushed_when_nothing_changed(make_plug, dial, control, version):
    async with make_plug(version) as plug, await dial(plug) as client:
        ack = await client.ask(*control(version, {1: True}))
        pong = await client.ask(9)
        assert (ack.payload, pong.command) == (b"", 9)


@ALL
async def test_press_reaches_every_session(make_plug, dial, version):
    async with make_plug(version) as plug, await dial(plug) as first, await dial(plug) as second:
        # A pong proves that both sessions are open, with their key.
        assert (await first.ask(9)).command == (await second.ask(9)).command == 9
        plug.press({1: False, 19: 0})
        for client in (first, second):
            assert dps_of(await client.reply()) == {"1": False, "19": 0}


@OLD
async def test_pongs_and_pushes_of_old_versions_carry_number_0(make_plug, dial, version):
    async with make_plug(version) as plug, await dial(plug) as client:
        assert (await client.ask(9, b"", sequence=5)).sequence == 0
        plug.press({1: False})
        assert (await client.reply()).sequence == 0


@NEW
async def test_new_versions_number_their_frames(make_plug, dial, version):
    async with make_plug(version) as plug, await dial(plug) as client:
        first = (await client.ask(16)).sequence
        plug.press({1: False})
        numbers = [(await client.reply()).sequence, (await client.ask(9)).sequence]
        assert numbers == [first + 1, first + 2]


async def test_push_form_of_3_3(make_plug, dial):
    async with make_plug() as plug, await dial(plug) as client:
        await client.ask(9)
        plug.press({1: False})
        plug.press({1: True})
        first, second = await client.reply(), await client.reply()
        assert first.json == {"devId": plug.id, "dps": {"1": False}, "t": 1700000000}
        assert first.header == b"3.3" + bytes(4) + b"\0\0\0\1" + b"\0\0\0\1"
        assert second.header == b"3.3" + bytes(4) + b"\0\0\0\2" + b"\0\0\0\1"


@NEW
async def test_push_form_of_new_versions(make_plug, dial, version):
    async with make_plug(version) as plug, await dial(plug) as client:
        await client.ask(9)
        plug.press({1: False})
        body = (await client.reply()).json
        assert body == {"protocol": 4, "t": 1700000000, "data": {"dps": {"1": False}}}


@ALL
async def test_updatedps_acks_and_pushes_what_was_not_told(make_plug, dial, version):
    async with make_plug(version) as plug, await dial(plug) as client:
        plug.measure({18: 500, 9: 60})
        ack = await client.ask(18, {"dpId": [18, 19, 20]})
        assert (ack.command, ack.payload) == (18, b"")
        assert dps_of(await client.reply()) == {"18": 500}
        assert (await client.ask(18, {"dpId": [18, 19, 20]})).command == 18
        assert (await client.ask(9)).command == 9


@ALL
async def test_unknown_dp_and_wrong_type_are_acknowledged_and_forgotten(
    make_plug, dial, control, version
):
    async with make_plug(version) as plug, await dial(plug) as client:
        before = plug.dps
        ack = await client.ask(*control(version, {1: 1, 9: True, 77: "x"}))
        assert ack.payload == b""
        assert (await client.ask(9)).command == 9
        assert plug.dps == before


async def test_3_2_answers_only_to_nulls(make_plug, dial, control):
    async with make_plug("3.2") as plug, await dial(plug) as client:
        reply = await client.ask(10)
        assert (reply.code, reply.payload) == (b"\0\0\0\1", b"json obj data unvalid")
        _, request = control("3.2", {1: None, 19: None, 101: None})
        assert (await client.ask(13, request)).payload == b""
        assert dps_of(await client.reply()) == {"1": True, "19": 957}


@OLD
async def test_wrong_device_id(make_plug, dial, version):
    async with make_plug(version) as plug, await dial(plug) as client:
        reply = await client.ask(10, {"gwId": "other", "devId": "other"})
        assert (reply.code, reply.payload) == (b"\0\0\0\1", b"devid not found")


@NEW
async def test_wrong_shapes_in_new_versions(make_plug, dial, version):
    async with make_plug(version) as plug, await dial(plug) as client:
        for command, payload in ((16, b""), (13, {"data": {}}), (13, {"dps": {"1": False}})):
            reply = await client.ask(command, payload)
            assert (reply.code, reply.payload) == (b"\0\0\0\1", b"data format error")
        silent = await client.ask(7, {"dps": {"1": False}})
        assert silent.payload == b""
        assert plug.dps[1] is True


async def test_wrong_key_in_3_3_gets_a_text_under_the_plugs_key(make_plug, dial):
    async with make_plug() as plug, await dial(plug) as client:
        client.key = b"fedcba9876543210"
        client.send(10)
        client.key = plug.key
        reply = await client.reply()
        assert (reply.code, reply.payload) == (b"\0\0\0\1", b"data format error")


async def test_wrong_signature_in_3_1_gets_a_text(make_plug, dial):
    async with make_plug("3.1") as plug, await dial(plug) as client:
        reply = await client.ask(7, b"3.1" + b"0" * 16 + b"AAAA")
        assert (reply.code, reply.payload) == (b"\0\0\0\1", b"data format error")


async def test_3_3_sent_to_3_1_gets_silence(make_plug, dial):
    async with make_plug("3.1") as plug, await dial(plug) as client:
        client.version = "3.3"
        client.send(10)
        client.version = "3.1"
        assert (await client.ask(9)).command == 9


@NEW
async def test_wrong_key_in_new_versions_closes(make_plug, dial, version):
    async with make_plug(version) as plug, await dial(plug, key=False) as client:
        client.key = b"fedcba9876543210"
        client.send(3, client.nonce)
        assert await client.ended() == b""


@NEW
async def test_anything_before_the_key_closes(make_plug, dial, version):
    async with make_plug(version) as plug, await dial(plug, key=False) as client:
        client.send(16)
        assert await client.ended() == b""


@NEW
async def test_wrong_finish_closes(make_plug, dial, version):
    async with make_plug(version) as plug, await dial(plug, key=False) as client:
        await client.ask(3, client.nonce)
        client.send(5, bytes(32))
        assert await client.ended() == b""


@NEW
async def test_second_negotiation_on_a_session_closes(make_plug, dial, version):
    async with make_plug(version) as plug, await dial(plug) as client:
        client.key = plug.key
        client.send(3, client.nonce)
        assert await client.ended() == b""


@NEW
async def test_a_new_start_before_the_finish_begins_again(make_plug, dial, version):
    async with make_plug(version) as plug, await dial(plug, key=False) as client:
        for _ in range(3):
            assert (await client.ask(3, client.nonce)).command == 4
        await client.negotiate()
        assert dps_of(await client.ask(16)) == TEXTS


async def test_a_frame_of_the_other_layout_closes(make_plug, dial):
    for version, other in (("3.3", "3.5"), ("3.5", "3.3")):
        async with make_plug(version) as plug, await dial(plug, key=False) as client:
            client.version = other
            client.send(3, client.nonce)
            assert await client.ended() == b""


@pytest.mark.vectors("reject")
async def test_broken_frames_end_the_connection(make_plug, dial, clock, vector):
    version, raw = vector["version"], bytes.fromhex(vector["frame_hex"])
    plug = make_plug(version, key=vector["local_key"])
    async with plug, await dial(plug) as client:
        assert (await client.ask(9)).command == 9
        if "truncated" in vector["id"] or "garbage" in vector["id"]:
            # Nothing to refuse yet: it is the idle timer that ends such a connection.
            plug.sessions[0].data_received(raw)
            clock.advance(30)
        else:
            client.writer.write(raw)
        if "wrong-key" in vector["id"]:
            assert (await client.reply()).payload == b"data format error"
        else:
            assert await client.ended() == b""
        assert plug.received[-1].command == 9


async def test_oversized_frames_end_the_connection(make_plug, dial):
    async with make_plug() as plug, await dial(plug) as client:
        client.send(10, json.dumps({"x": "y" * 3000}))
        assert (await client.reply()).command == 10
        client.send(10, json.dumps({"x": "y" * 4096}))
        assert await client.ended() == b""


async def test_endless_junk_ends_the_connection(make_plug, dial):
    async with make_plug() as plug, await dial(plug) as client:
        client.writer.write(b"\xff" * 5000)
        assert await client.ended() == b""


@ALL
async def test_any_split_of_the_stream_is_understood(make_plug, dial, version):
    async with make_plug(version) as plug, await dial(plug) as client:
        stream = b"junk" + client.frame(9) + client.frame(9)
        for byte in stream:
            client.writer.write(bytes((byte,)))
            await client.writer.drain()
        assert [(await client.reply()).command for _ in range(2)] == [9, 9]


async def test_unknown_commands_are_passed_over(make_plug, dial):
    async with make_plug() as plug, await dial(plug) as client:
        client.send(0x40)
        client.send(0x77)
        assert (await client.ask(9)).command == 9

"""A device in each version of the protocol: one set of promises."""

import asyncio

from fake_time import FakeTime
from stub_device import refused
from wire import (
    CONTROL,
    CONTROL_NEW,
    DP_QUERY,
    DP_QUERY_NEW,
    FINISH,
    HEART_BEAT,
    ID,
    KEY,
    START,
    STATUS,
    Wire,
    Wires,
    body,
    nobody,
    nonce_for,
    nulls,
    size_of,
)

from tuya.device import Device
from tuya.errors import Rejected
from tuya.port import sleep_ms, ticks_diff
from tuya.versions import Codec

VERSIONS = ("3.1", "3.3", "3.4", "3.5")
DPS = {1: False, 18: 417, 19: 957, 20: 2304}


def device(version, *wires):
    return Device(ID, "192.0.2.5", KEY, version, connect=Wires(*wires).connect, find=nobody)


async def test_status_and_set():
    for version in VERSIONS:
        wire = Wire(version=version)
        with FakeTime():
            async with device(version, wire) as plug:
                assert await plug.status() == DPS, version
                await plug.set({1: True})
                assert plug.dps[1] is True and wire.dps[1] is True, version
                await sleep_ms(30000)
                assert plug.online, version
        assert wire.closed
        assert wire.sequences == list(range(1, len(wire.sequences) + 1))
        wanted = {CONTROL_NEW, DP_QUERY_NEW} if version >= "3.4" else {CONTROL, DP_QUERY}
        assert set(wire.commands()) - {START, FINISH, HEART_BEAT} == wanted


async def test_the_end_of_the_negotiation_and_the_first_query_leave_in_one_write():
    for version in ("3.4", "3.5"):
        wire = Wire(version=version)
        with FakeTime():
            async with device(version, wire) as plug:
                await plug.status()
        assert wire.commands()[:3] == [START, FINISH, DP_QUERY_NEW], version
        assert wire.writes[:3] == [1, 2, 1], version


class FirstFrame(Wire):
    """Reads only the first frame of a segment."""

    def send(self, data):
        super().send(data[: size_of(data)])


async def test_a_device_that_loses_what_comes_behind_the_negotiation_is_asked_again():
    for version in ("3.4", "3.5"):
        wire = FirstFrame(version=version)
        with FakeTime() as time:
            async with device(version, wire) as plug:
                began = time.ticks_ms()
                await plug.status()
                assert ticks_diff(time.ticks_ms(), began) < 2000, version
                await plug.set({1: True})
        assert wire.commands()[:3] == [START, FINISH, DP_QUERY_NEW]


async def test_a_slow_device_that_answers_twice_answers_nothing_else():
    for version in ("3.4", "3.5"):
        wire = Wire(version=version)
        tasks = []

        def slowly(command, payload, wire=wire, tasks=tasks):
            if command != DP_QUERY_NEW:
                return False
            tasks.append(asyncio.create_task(late(wire, body(wire.dps))))
            return True

        async def late(wire, answer):
            await sleep_ms(900)
            wire.reply(DP_QUERY_NEW, answer)

        wire.on_frame = slowly
        with FakeTime():
            async with device(version, wire) as plug:
                while not plug.online:
                    await sleep_ms(10)
                wire.dps[1] = True  # what comes now was said before
                assert (await plug.status())[1] is True, version
        assert wire.commands().count(DP_QUERY_NEW) == 3


async def test_a_device_whose_answer_is_arriving_is_not_asked_again():
    for version in ("3.4", "3.5"):
        wire = Wire(version=version)
        tasks = []

        def in_pieces(command, payload, wire=wire, tasks=tasks):
            if command == DP_QUERY_NEW:
                put = wire.put
                wire.put = lambda data: tasks.append(asyncio.create_task(drip(put, data)))
            return False

        async def drip(put, data):
            for at in range(0, len(data), 16):
                await sleep_ms(200)
                put(data[at : at + 16])

        wire.on_frame = in_pieces
        with FakeTime():
            async with device(version, wire) as plug:
                while not plug.online:
                    await sleep_ms(100)
                assert wire.commands().count(DP_QUERY_NEW) == 1, version


async def test_a_session_key_that_begins_with_zero_is_negotiated_anew_on_the_same_connection():
    for version in ("3.4", "3.5"):
        wire = Wire(version=version)
        unlucky = []

        def answer(command, payload, wire=wire, unlucky=unlucky, version=version):
            if command == START and len(unlucky) < 3:
                nonce = nonce_for(version, payload, is_zero=True)
                unlucky.append(nonce)
                wire._nonces.append(nonce)
            return False

        wire.on_frame = answer
        with FakeTime():
            async with device(version, wire) as plug:
                assert await plug.status() == DPS
        assert wire.commands()[:5] == [START, START, START, START, FINISH], version


async def test_pushes_before_between_and_after_replies_break_nothing():
    for version in VERSIONS:
        wire = Wire(version=version)

        def around(command, payload, wire=wire):
            if command in (START, FINISH):
                return False
            wire.push({19: wire.dps[19] + 1})
            wire.on_frame = lambda command, payload: False
            wire._answer(command, payload)
            wire.on_frame = around
            wire.push({19: wire.dps[19] + 1})
            wire.push({18: 5})
            return True

        wire.on_frame = around
        with FakeTime():
            async with device(version, wire) as plug:
                for on in (True, False, True):
                    status = await plug.status()
                    assert status[20] == 2304 and status[1] is not on, version
                    await plug.set({1: on})
                    assert wire.dps[1] is on and plug.dps[1] is on, version
                await sleep_ms(100)
                assert plug.dps == wire.dps


async def test_an_empty_acknowledgement_of_code_1_is_success_so_far_and_a_text_is_not():
    for version in VERSIONS:
        wire = Wire(version=version)
        control = CONTROL_NEW if version >= "3.4" else CONTROL
        answers = []

        def vendor(command, payload, wire=wire, control=control, answers=answers):
            if command != control:
                return False
            text = answers.pop(0)
            wire.reply(command, text, code=1)
            if not text:
                wire.push({1: not wire.dps[1]})
            return True

        wire.on_frame = vendor
        with FakeTime():
            async with device(version, wire) as plug:
                answers.append(b"")
                await plug.set({1: True})
                answers.append(b"data format error")
                try:
                    await plug.set({1: False})
                except Rejected as e:
                    assert "data format error" in str(e)
                else:
                    raise AssertionError(version)
                assert plug.online and (await plug.status())[1] is True


async def test_everything_in_single_bytes_and_everything_at_once():
    for version in VERSIONS:
        for size in (1, 7, 100000):
            wire = Wire(version=version)
            put = wire.put

            def cut(data, put=put, wire=wire, size=size):
                if size > len(data) and wire._outgoing and wire._outgoing[-1]:
                    wire._outgoing[-1] += data
                    return
                for at in range(0, max(len(data), 1), size):
                    put(data[at : at + size])

            wire.put = cut
            with FakeTime():
                async with device(version, wire) as plug:
                    assert await plug.status() == DPS, (version, size)
                    await plug.set({1: True, 19: 5})
                    assert plug.dps[19] == 5, (version, size)


async def test_a_device_that_is_read_by_nulls_is_found_out_and_remembered():
    for version in ("3.3", "3.4", "3.5"):
        wire = Wire(version=version)
        query = DP_QUERY_NEW if version >= "3.4" else DP_QUERY
        wire.on_frame = lambda command, payload, wire=wire: nulls(wire, command, payload)
        with FakeTime():
            async with device(version, wire) as plug:
                assert await plug.status() == DPS, version
                assert plug.is_device22, version
                assert wire.commands().count(query) == 1
                wire.dps[19] = 1
                assert (await plug.status())[19] == 1
                await plug.set({1: True})
                assert plug.dps[1] is True and wire.dps[1] is True
                assert wire.commands().count(query) == 1
        chunks = [payload for command, payload in wire.frames if b"null" in payload]
        assert max(len(payload) for payload in chunks) < 255


async def test_what_is_read_by_nulls_is_asked_for_all_that_there_may_be_on_each_connection():
    wires = [Wire(version="3.3"), Wire(version="3.3")]
    for wire in wires:

        def answer(command, payload, wire=wire):
            if command == DP_QUERY and not wire.writes[1:]:
                wire.push({19: 5})  # before anything was read
            return nulls(wire, command, payload)

        wire.on_frame = answer
    wires[1].dps[21] = 7
    with FakeTime():
        async with device("3.3", *wires) as plug:
            assert await plug.status() == wires[0].dps
            await plug.status()
            nulled = b"".join([payload for _, payload in wires[0].frames if b"null" in payload])
            for dp in (1, 2, 254, 255):
                assert nulled.count(b'"%d":null' % dp) == (3 if dp == 1 else 1), dp
            await sleep_ms(10000)
            wires[0].hang_up()
            await sleep_ms(3000)
            assert (await plug.status())[21] == 7


async def test_a_device_that_only_seemed_to_be_read_by_nulls_is_queried_again():
    wire = Wire()
    unvalid = []

    def at_first(command, payload):
        if command == DP_QUERY and not unvalid:
            unvalid.append(1)
            wire.reply(command, b"json obj data unvalid", code=1)
            return True
        if command == CONTROL_NEW and len(unvalid) == 1:
            unvalid.append(1)
            wire.push({19: 5})  # by chance: it passes for an answer to the nulls
        return command == CONTROL_NEW

    wire.on_frame = at_first
    with FakeTime():
        async with device("3.3", wire) as plug:
            while not plug.is_device22:
                await sleep_ms(100)
            assert await plug.status() == wire.dps
            assert not plug.is_device22


async def test_32_is_read_by_nulls_from_the_start():
    wire = Wire(version="3.2")
    wire.on_frame = lambda command, payload: nulls(wire, command, payload)
    with FakeTime():
        async with device("3.2", wire) as plug:
            while not plug.online:
                await sleep_ms(100)
            assert plug.dps == DPS
    assert DP_QUERY not in wire.commands()


async def test_a_gateway_is_not_taken_for_one_that_is_read_by_nulls():
    wire = Wire()
    wire.on_frame = lambda command, payload: (
        command == DP_QUERY
        and b"cid" not in payload
        and (wire.reply(command, b"json obj data unvalid", code=1) or True)
    )
    with FakeTime():
        gateway = device("3.3", wire)
        child = gateway.child("a4c138e51d9c71a2")
        async with gateway:
            assert await child.status() == DPS
            assert not gateway.is_device22 and not child.is_device22
    assert CONTROL_NEW not in wire.commands()
    assert wire.commands().count(STATUS) == 0


async def test_one_that_is_known_to_be_read_by_nulls_but_not_its_version():
    wire = Wire(version="3.3")
    wire.on_frame = lambda command, payload: nulls(wire, command, payload)
    with FakeTime():
        async with device(None, wire) as plug:
            plug.is_device22 = True
            while not plug.online:
                await sleep_ms(100)
            assert plug.version == "3.3" and plug.dps == DPS
    assert DP_QUERY not in wire.commands()


async def test_queries_that_are_answered_under_the_command_of_the_other():
    for version in VERSIONS:
        for refuses in (False, True):
            wire = Wire(version=version)

            def crosswise(command, payload, wire=wire, refuses=refuses):
                if command in (DP_QUERY, DP_QUERY_NEW):
                    other = DP_QUERY if command == DP_QUERY_NEW else DP_QUERY_NEW
                    if refuses:
                        wire.reply(other, b"json obj data unvalid", code=1)
                    else:
                        wire.reply(other, body(wire.dps))
                    return True
                return refuses and nulls(wire, command, payload)

            wire.on_frame = crosswise
            with FakeTime():
                async with device(version, wire) as plug:
                    assert await plug.status() == DPS, (version, refuses)


def test_versions_as_numbers_and_as_nothing_known():
    for given, version in ((3.1, "3.1"), (3.4, "3.4"), ("3.5", "3.5"), (None, None)):
        assert Device(ID, "192.0.2.5", KEY, given).version == version
    for wrong in (3, 3.6, "3", "33", True, b"3.3"):
        for make in (
            lambda wrong=wrong: Device(ID, "192.0.2.5", KEY, wrong),
            lambda wrong=wrong: Codec(wrong, KEY),
        ):
            assert "3.1, 3.2" in refused(make), wrong

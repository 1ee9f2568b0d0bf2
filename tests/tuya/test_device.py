import asyncio
import errno
import json

from fake_time import FakeTime
from patched import Patched
from wire import (
    CONTROL,
    CONTROL_NEW,
    DP_QUERY,
    DP_QUERY_NEW,
    HEART_BEAT,
    ID,
    KEY,
    PLUGS,
    STATUS,
    UPDATEDPS,
    Wire,
    Wires,
    body,
    nobody,
)

import tuya.device as module
from tuya import port
from tuya.device import Device
from tuya.errors import NoReply, NoResources, Offline, Refused, Rejected, TuyaError, WrongKey
from tuya.port import sleep_ms, ticks_diff


def device(wires):
    return Device(ID, "192.0.2.5", KEY, connect=wires.connect, find=nobody)


async def fails(awaitable, error):
    try:
        await awaitable
    except error as e:
        return e
    raise AssertionError("no " + error.__name__)


def pushing(wire):
    """Return what makes a plug push that DP 1 is off, instead of acknowledging its write."""

    def push(command, payload):
        if command == CONTROL and b'"1"' in payload:
            wire.push({1: False})
        return command == CONTROL

    return push


def test_what_is_no_device_is_refused_in_words():
    for arguments, expected in (
        ((1, "192.0.2.5", KEY), "an id"),
        (("", "192.0.2.5", KEY), "an id"),
        ((ID, 5, KEY), "an address"),
        ((ID, "192.0.2.5", 5), "local key"),
        ((ID, "192.0.2.5", None), "local key"),
        ((ID, "192.0.2.5", "short secret"), "16 characters"),
        ((ID, "192.0.2.5", KEY, 3), "3.1, 3.2"),
        ((ID, "192.0.2.5", KEY, "3.6"), "3.1, 3.2"),
    ):
        try:
            Device(*arguments)
        except ValueError as e:
            assert expected in str(e) and "secret" not in str(e), (arguments, e)
        else:
            raise AssertionError(arguments)


async def test_turning_on_and_off():
    wire = Wire(dps={1: False, 2: True, 18: 417})
    with FakeTime():
        async with device(Wires(wire)) as plug:
            await plug.turn_on()
            assert wire.dps[1] is True and plug.dps[1] is True
            await plug.turn_off()
            assert wire.dps[1] is False
            await plug.toggle()
            assert wire.dps[1] is True
            await plug.toggle(switch=2)
            await plug.toggle("2")
            assert wire.dps[2] is True
            await plug.turn_off(2)
            assert wire.dps == {1: True, 2: False, 18: 417}
            for switch in (18, 7):
                error = await fails(plug.toggle(switch), Rejected)
                assert str(switch) in error.seen
            assert await fails(plug.toggle("x"), ValueError)


async def test_status_and_set():
    wire = Wire()
    with FakeTime():
        async with device(Wires(wire)) as plug:
            assert await plug.status() == {1: False, 18: 417, 19: 957, 20: 2304}
            await plug.set({1: True})
            assert plug.dps[1] is True and wire.dps[1] is True
    assert wire.closed
    assert wire.sequences == list(range(1, len(wire.sequences) + 1))


async def test_set_of_several_dps_goes_out_in_one_frame_in_order():
    wire = Wire()
    with FakeTime():
        async with device(Wires(wire)) as plug:
            await plug.set({38: "memory", 1: True, 9: 60})
    texts = [payload for command, payload in wire.frames if command == CONTROL]
    assert len(texts) == 1
    assert texts[0].endswith(b'"dps":{"1":true,"9":60,"38":"memory"}}')


async def test_a_push_between_request_and_reply_is_no_reply():
    wire = Wire()

    def push_first(command, payload):
        if command in (DP_QUERY, CONTROL):
            wire.push({19: wire.dps[19] + 1})
        return False

    wire.on_frame = push_first
    with FakeTime():
        async with device(Wires(wire)) as plug:
            assert (await plug.status())[20] == 2304
            await plug.set({1: True})
            assert (await plug.status())[1] is True
            assert plug.dps[19] == wire.dps[19]


async def test_a_write_that_changes_nothing_is_proved_by_a_query():
    wire = Wire({1: True})
    with FakeTime():
        async with device(Wires(wire)) as plug:
            await plug.status()
            count = wire.commands().count(DP_QUERY)
            await plug.set({1: True})
            assert wire.commands().count(DP_QUERY) == count + 1


async def test_a_write_without_push_is_proved_by_a_query():
    wire = Wire()

    def silently(command, payload):
        if command == CONTROL:
            wire.dps[1] = True
            wire.reply(CONTROL, code=1)
            return True
        return False

    wire.on_frame = silently
    with FakeTime():
        async with device(Wires(wire)) as plug:
            await plug.set({1: True})
            assert plug.dps[1] is True


async def test_a_write_proved_by_a_push_before_the_ack_or_without_one():
    for acknowledges in (True, False):
        wire = Wire()

        def early(command, payload, wire=wire, acknowledges=acknowledges):
            if command == CONTROL:
                wire.push({1: True})
                if acknowledges:
                    wire.reply(CONTROL)
                return True
            return False

        wire.on_frame = early
        with FakeTime():
            async with device(Wires(wire)) as plug:
                await plug.status()
                count = wire.commands().count(DP_QUERY)
                await plug.set({1: True})
                assert wire.commands().count(DP_QUERY) == count


async def test_a_write_that_is_acknowledged_but_not_done_is_told():
    wire = Wire()

    def lie(command, payload):
        if command == CONTROL:
            wire.reply(CONTROL)
        return command == CONTROL

    wire.on_frame = lie
    with FakeTime():
        async with device(Wires(wire)) as plug:
            error = await fails(plug.set({1: True}), Rejected)
            assert "DP 1" in str(error) and "False" in str(error)
            assert plug.dps[1] is False


async def test_a_text_fails_the_write_it_answers_and_nothing_else():
    wire = Wire()

    def refuse(command, payload):
        if command == CONTROL:
            wire.reply(CONTROL, b"data format error", code=1)
        return command == CONTROL

    wire.on_frame = refuse
    with FakeTime():
        async with device(Wires(wire)) as plug:
            error = await fails(plug.set({1: True}), Rejected)
            assert "data format error" in str(error)
            assert (await plug.status())[1] is False
            assert plug.online


async def test_writes_meanwhile_are_gathered_and_all_are_answered():
    wire = Wire({1: False, 22: 10})
    with FakeTime() as time:
        async with device(Wires(wire)) as plug:
            await plug.status()
            start = time.ticks_ms()
            await asyncio.gather(*[plug.set({22: value}) for value in range(20, 60)])
            assert plug.dps[22] == 59 and wire.dps[22] == 59
            assert wire.commands().count(CONTROL) <= 2
            assert ticks_diff(time.ticks_ms(), start) < 1500


async def test_heartbeat_after_silence_only():
    wire = Wire()
    with FakeTime():
        async with device(Wires(wire)) as plug:
            await plug.status()
            await sleep_ms(9000)
            assert HEART_BEAT not in wire.commands()
            await sleep_ms(1000)
            assert wire.commands().count(HEART_BEAT) == 1
            for _ in range(6):
                await sleep_ms(4000)
                wire.push({19: wire.dps[19] + 1})
            # Our own silence ends connections too, so one went out for that.
            assert wire.commands().count(HEART_BEAT) <= 2
            await sleep_ms(100000)
            assert 10 <= wire.commands().count(HEART_BEAT) <= 13
            assert plug.online


async def test_a_plug_that_falls_silent_is_left_and_found_again():
    deaf, wire = Wire(), Wire()
    wires = Wires(deaf, wire)
    with FakeTime() as time:
        async with device(wires) as plug:
            await plug.status()
            deaf.on_frame = lambda command, payload: True
            start = time.ticks_ms()
            async for _ in plug.changes():
                if not plug.online:
                    break
            assert isinstance(plug.error, Offline) and "silent" in str(plug.error)
            assert ticks_diff(time.ticks_ms(), start) < 20000
            assert deaf.closed and deaf.commands().count(HEART_BEAT) == 2
            await sleep_ms(3000)
            assert plug.online and plug.error is None


async def test_no_reply_ends_the_connection_so_that_none_comes_late():
    slow, wire = Wire(), Wire()
    with FakeTime():
        async with device(Wires(slow, wire)) as plug:
            await plug.status()
            slow.on_frame = lambda command, payload: True
            await fails(plug.status(), NoReply)
            assert await plug.status() == wire.dps
    assert slow.closed


async def test_an_event_loop_that_stood_still_is_no_fault_of_the_plug():
    wire = Wire()
    tasks = []

    async def stand_still(time, command):
        time.skip(3000)
        await sleep_ms(20)
        wire.reply(command, json.dumps({"dps": {"1": True}}).encode())

    with FakeTime() as time:
        async with device(Wires(wire)) as plug:
            await plug.status()

            def late(command, payload):
                tasks.append(asyncio.create_task(stand_still(time, command)))
                return True

            wire.on_frame = late
            assert (await plug.status())[1] is True
            assert plug.online and not wire.closed


class Slow(Wire):
    """Is read by its reader once a second."""

    is_reset = False

    async def readinto(self, buf):
        count = await super().readinto(buf)
        await sleep_ms(1000)  # until the next thing is read: it would come late
        return count

    def read_now(self, buf):
        if self.is_reset:
            raise OSError(errno.ECONNRESET, "ECONNRESET")
        return super().read_now(buf)


async def test_a_board_reads_a_confirmation_by_itself_and_leaves_errors_to_the_reader():
    wire = Slow()
    with Patched(port, IS_ESP32=True), FakeTime() as time:
        async with device(Wires(wire)) as plug:
            await plug.status()
            start = time.ticks_ms()
            await plug.set({1: True})
            assert ticks_diff(time.ticks_ms(), start) < 500
            wire.on_frame = lambda command, payload: True
            wire.is_reset = True
            await fails(plug.set({1: False}), TuyaError)


async def test_what_a_board_reads_by_itself_ends_the_connection_as_the_reader_would():
    wire = Slow(version="3.4")
    older = PLUGS["3.3"]("3.3", KEY)

    def speak_older(command, payload):
        if command == CONTROL_NEW:
            wire.put(bytes(older.encode(1, STATUS, body({1: True}))))
        return command == CONTROL_NEW

    wire.on_frame = speak_older
    with Patched(port, IS_ESP32=True), FakeTime():
        wires = Wires(wire, Wire(version="3.4"))
        async with Device(ID, "192.0.2.5", KEY, "3.4", connect=wires.connect, find=nobody) as plug:
            while not plug.online:
                await sleep_ms(100)
            await fails(plug.set({1: True}), TuyaError)
            await sleep_ms(1000)
            assert wire.closed


async def test_causes_are_told_apart():
    with FakeTime():
        for failure, error, words in (
            (OSError(errno.ECONNREFUSED, "ECONNREFUSED"), Refused, "refuses"),
            (OSError(errno.EHOSTUNREACH, "EHOSTUNREACH"), Offline, "192.0.2.5"),
            (asyncio.TimeoutError(), Offline, "does not answer"),
            (OSError(23, "ENFILE"), Offline, "no socket"),
        ):
            async with device(Wires(*[failure] * 20)) as plug:
                assert words in str(await fails(plug.status(), error))


async def test_a_wrong_key_says_so_without_telling_it():
    wires = [Wire(key="fedcba9876543210") for _ in range(9)]
    for wire in wires:
        wire.on_frame = lambda command, payload, wire=wire: (
            wire.reply(command, b"data format error", code=1) or True
        )
    # What the plug reads is opened with the right key, as a real one would fail to do.
    with FakeTime():
        async with device(Wires(*wires)) as plug:
            error = await fails(plug.status(), WrongKey)
            assert "key" in str(error) and KEY not in str(error)


async def test_reconnecting_grows_slower_only_while_connections_are_accepted():
    class Counting(Wires):
        async def connect(self, address, port, timeout_ms):
            self.opened.append(None)
            if self.wires:
                raise OSError(errno.EHOSTUNREACH, "EHOSTUNREACH")
            wire = Wire()
            wire.hang_up()
            return wire

    with FakeTime():
        absent, failing = Counting(None), Counting()
        async with device(absent):
            await sleep_ms(60000)
        async with device(failing):
            await sleep_ms(60000)
    assert 30 <= len(absent.opened) <= 50
    assert 5 <= len(failing.opened) <= 8


async def test_refresh_asks_for_the_meter_and_waits_for_nothing():
    wire = Wire()
    wire.on_frame = lambda command, payload: command == UPDATEDPS
    with FakeTime():
        async with device(Wires(wire)) as plug:
            await plug.refresh()
    assert wire.frames[-1] == (UPDATEDPS, b'{"dpId":[18,19,20]}')


async def test_changes_tells_what_changed_and_a_slow_reader_gets_it_merged():
    wire = Wire()
    with FakeTime():
        async with device(Wires(wire)) as plug:
            await plug.status()
            async with plug.changes() as changes:
                wire.push({19: 1})
                wire.push({19: 2, 1: True})
                wire.push({18: 417})
                await sleep_ms(10)
                assert await changes.__anext__() == {19: 2, 1: True}
                assert await changes.within(1000) is None


async def test_noise_on_the_line_drops_the_connection_and_nothing_of_it_is_believed():
    wire, second = Wire(), Wire({1: True})
    with FakeTime():
        async with device(Wires(wire, second)) as plug:
            await plug.status()
            wire.put(b"\x00\x00\x55\xaa" + bytes(8) + b"\x00\x00\x00\x0c" + bytes(12))
            await sleep_ms(3000)
            assert wire.closed and plug.online
            assert plug.dps[1] is True


async def test_insults_change_nothing():
    wire = Wire()
    with FakeTime():
        async with device(Wires(wire)) as plug:
            before = await plug.status()
            for payload in (
                b"{}",
                b'{"dps":[1,2]}',
                b'{"dps":{"one":1}}',
                b'{"data":7}',
                b'{"dps":\xff\xfe}',
                b"{" * 300 + b"}",
                b"an unknown text",
            ):
                wire.reply(STATUS, payload)
                wire.reply(99, payload)
                await sleep_ms(10)
            assert await plug.status() == before
            assert plug.online and not wire.closed


async def test_writes_are_answered_when_the_device_is_left():
    wire = Wire()
    wire.on_frame = lambda command, payload: command == CONTROL
    with FakeTime():
        plug = device(Wires(wire))
        async with plug:
            await plug.status()
            under_way = asyncio.create_task(plug.set({1: True}))
            while CONTROL not in wire.commands():
                await sleep_ms(0)
            behind_it = asyncio.create_task(plug.set({1: False}))
            while not plug._writer._waiting:
                await sleep_ms(0)
        await fails(under_way, Offline)
        await fails(behind_it, Offline)


async def test_a_write_that_has_not_begun_is_answered_when_the_device_is_left():
    wire = Wire()
    with FakeTime():
        plug = device(Wires(wire))
        async with plug:
            await plug.status()
            behind_it = asyncio.create_task(plug.set({1: False}))
            await plug.set({1: True})
            assert plug._writer._task and wire.commands().count(CONTROL) == 1
        await fails(behind_it, Offline)


async def test_leaving_cancels_everything():
    wire = Wire()
    with FakeTime():
        plug = device(Wires(wire))
        async with plug:
            await plug.status()
        assert wire.closed
        assert not plug.is_connected


async def test_several_dps_go_out_one_by_one_where_a_plug_takes_no_more():
    for silently in (False, True):
        wire = Wire()

        def one_only(command, payload, wire=wire, silently=silently):
            if command != CONTROL or payload.count(b":") < 6:
                return False
            wire.reply(command, b"" if silently else b"data format error", code=1)
            return True

        wire.on_frame = one_only
        with FakeTime():
            async with device(Wires(wire)) as plug:
                await plug.set({1: True, 9: 60})
        assert wire.dps[1] is True and wire.dps[9] == 60


async def test_a_write_without_confirmation_needs_an_acknowledgement():
    wire = Wire()
    wire.on_frame = lambda command, payload: (
        command == CONTROL and (wire.reply(command, code=1) or True)
    )
    with FakeTime():
        async with device(Wires(wire)) as plug:
            await plug.status()
            count = wire.commands().count(DP_QUERY)
            await plug.set({201: "a code"}, confirm=False)
            assert wire.commands().count(DP_QUERY) == count
            wire.on_frame = lambda command, payload: command == CONTROL
            await fails(plug.set({201: "a code"}, confirm=False), Rejected)


async def test_a_late_acknowledgement_does_not_pass_for_that_of_the_next_write():
    wire = Wire({1: True, 201: ""})
    kept = []
    wire.on_frame = lambda command, payload: command == CONTROL and (kept.append(payload) or True)
    with FakeTime():
        async with device(Wires(wire, Wire())) as plug:
            await plug.status()
            await fails(plug.set({201: "a"}, confirm=False), Rejected)
            wire.reply(CONTROL)  # of the first
            try:
                await plug.set({201: "b"}, confirm=False)
            except TuyaError:
                pass  # it may be another connection already
            else:
                assert len(kept) == 1

    wire = Wire({1: True, 201: ""})
    wire.on_frame = pushing(wire)
    with FakeTime():
        async with device(Wires(wire)) as plug:
            await plug.status()
            await plug.set({1: False})
            late = asyncio.create_task(plug.set({201: "b"}, confirm=False))
            await sleep_ms(500)
            wire.reply(CONTROL)  # of the write of DP 1
            await fails(late, Rejected)


async def test_a_push_acknowledges_a_write_without_confirmation():
    wire = Wire({1: True})
    wire.on_frame = pushing(wire)
    with FakeTime():
        async with device(Wires(wire)) as plug:
            await plug.status()
            await plug.set({1: False}, confirm=False)
            assert plug.online


async def test_a_cancelled_write_leaves_the_others_their_turn():
    wire = Wire()
    wire.on_frame = lambda command, payload: command == CONTROL
    with FakeTime():
        async with device(Wires(wire)) as plug:
            await plug.status()
            first = asyncio.create_task(plug.set({1: True}))
            while CONTROL not in wire.commands():
                await sleep_ms(1)
            others = [asyncio.create_task(plug.set({9: value})) for value in (5, 6)]
            await sleep_ms(1)
            wire.on_frame = lambda command, payload: False
            first.cancel()
            for other in others:
                await other
            assert wire.dps[9] == 6 and wire.dps[1] is False
            assert wire.commands().count(CONTROL) == 2


class Failing:
    def put(self, changed):
        raise ZeroDivisionError("a fault of the subscriber")


async def test_a_subscriber_that_fails_costs_neither_the_connection_nor_the_others():
    wire = Wire()
    with FakeTime():
        plug = device(Wires(wire))
        plug.subscribe(Failing())
        reports = handled()
        async with plug, plug.changes() as changes:
            await plug.status()
            wire.push({1: True})
            while (await changes.within(1000) or {}).get(1) is not True:
                pass
            wire.hang_up()
            await sleep_ms(100)
        assert len(reports) >= 3 and isinstance(reports[0]["exception"], ZeroDivisionError)


async def test_an_on_push_that_fails_costs_nothing():
    wire = Wire()
    with FakeTime():
        reports = handled()
        async with device(Wires(wire)) as plug:
            await plug.status()
            plug.on_push = lambda dps: dps["no number"]
            wire.push({1: True})
            await sleep_ms(10)
            assert plug.online and plug.dps[1] is True and len(reports) == 1


def handled():
    """Return the list that what is reported goes to."""
    reports = []
    asyncio.get_event_loop().set_exception_handler(lambda loop, context: reports.append(context))
    return reports


async def test_a_lack_of_memory_ends_the_session_and_not_the_task():
    class Greedy(Wire):
        async def readinto(self, buf):
            raise MemoryError

    real = module.Codec
    failures = [MemoryError()]

    def codec(*arguments):
        if failures:
            raise failures.pop()
        return real(*arguments)

    with FakeTime():
        module.Codec = codec
        try:
            wire = Wire()
            async with device(Wires(wire, Wire())) as plug:
                while not plug.online:
                    await sleep_ms(100)
            assert wire.closed
        finally:
            module.Codec = real
        for first in (Greedy(), MemoryError()):
            async with device(Wires(first, Wire(), Wire())) as plug:
                while not plug.error:
                    await sleep_ms(1)
                assert type(plug.error) is NoResources
                await sleep_ms(3000)
                assert plug.online


async def test_a_fault_of_our_own_ends_the_session_and_not_the_task():
    class Broken(Wire):
        def send(self, data):
            raise KeyError("as planned by the test")

    with FakeTime():
        reports = handled()
        async with device(Wires(Broken(), Wire())) as plug:
            while not plug.error:
                await sleep_ms(1)
            assert type(plug.error) is NoResources and "KeyError" in str(plug.error)
            assert len(reports) == 1
            await sleep_ms(3000)
            assert plug.online


async def test_a_device_that_hears_nothing_for_15_seconds_is_spoken_to():
    wire = Wire()
    with FakeTime() as time:
        spoken = []
        wire.on_frame = lambda command, payload: spoken.append(time.ticks_ms()) or False
        async with device(Wires(wire)) as plug:
            await plug.status()
            for i in range(60):
                await sleep_ms(2000)
                wire.push({19: i})
    assert max([ticks_diff(spoken[i], spoken[i - 1]) for i in range(1, len(spoken))]) < 15000


async def test_a_pong_that_comes_late_costs_no_connection():
    wire = Wire()
    tasks = []

    async def late():
        await sleep_ms(9000)
        wire.reply(HEART_BEAT)

    def measure(command, payload):
        if command == HEART_BEAT:
            if not tasks:
                tasks.append(asyncio.create_task(late()))
            return True
        return command == UPDATEDPS

    wire.on_frame = measure
    with FakeTime():
        async with device(Wires(wire)) as plug:
            await plug.refresh()
            await sleep_ms(19200)
            assert plug.online and not wire.closed


async def test_what_cannot_be_written_is_refused_at_once_in_words():
    wire = Wire()
    with FakeTime():
        async with device(Wires(wire)) as plug:
            await plug.set({"1": True})
            assert wire.dps[1] is True
            wrong = [{"one": True}, {True: True}, {0: True}, {1.5: True}, {}, [1], None]
            wrong += [{1: None}, {1: b"x"}, {1: [1]}, {1: float("inf")}, {1: float("nan")}]
            for dps in wrong:
                error = await fails(plug.set(dps), ValueError)
                assert "DP" in str(error), dps
            assert wire.commands().count(CONTROL) == 1


async def test_a_device_that_nobody_connects_says_so():
    with FakeTime():
        plug = device(Wires(Wire()))
        assert "async with" in str(await fails(plug.status(), Offline))
        async with plug:
            await plug.status()


async def test_a_wrong_id_is_told_as_that():
    for version in ("3.1", "3.3", "3.5"):
        wire = Wire(version=version)
        wire.on_frame = lambda command, payload, wire=wire: (
            command in (DP_QUERY, DP_QUERY_NEW)
            and (wire.reply(command, b"devid not found", code=1) or True)
        )
        plug = Device(ID, "192.0.2.5", KEY, version, connect=Wires(wire).connect, find=nobody)
        with FakeTime():
            async with plug:
                error = await fails(plug.status(), Rejected)
                assert "id" in error.advice and "DP" not in error.advice

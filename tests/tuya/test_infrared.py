import asyncio
import json

from fake_time import FakeTime
from stub_device import StubDevice, fails, refused

from tuya.errors import NoReply, Offline, Rejected
from tuya.infrared import Infrared, to_code, to_pulses
from tuya.port import sleep_ms, ticks_diff

# The start of NEC: a pulse of 9 ms, a gap of 4.5 ms, then bits.
PULSES = [9000, 4500, 563, 563, 563, 1688, 563, 30000]
CODE = "KCOUETMCMwIzApgGMwIwdQ=="

STUDY = {1: {201: '{"control":"study"}'}, 2: {1: "study"}}
EXIT = {1: {201: '{"control":"study_exit"}'}, 2: {1: "study_exit"}}
LEARNED = {1: 202, 2: 2}


def blaster(kind=1, dps=None, **quirks):
    return Infrared(StubDevice(dps, **quirks), kind)


def sent(ir):
    assert not any([confirm for _, confirm in ir.device.written])
    return [dps for dps, _ in ir.device.written]


async def until(condition):
    while not condition():
        await sleep_ms(1)


def test_pulses_and_codes():
    assert to_pulses(CODE) == PULSES and to_code(PULSES) == CODE
    assert to_pulses("1" + CODE) == PULSES
    assert to_pulses(to_code([1, 65535])) == [1, 65535]
    many = [500 + us for us in range(700)]
    assert to_pulses(to_code(many)) == many
    assert "\n" not in to_code(many)


def test_what_is_no_code():
    for wrong in ("", "no code", "A", "KCOU", "KCO", "1", None, 5, b"KCOUEQ=="):
        assert refused(to_pulses, wrong)
    for wrong in ([], [0], [-1], [65536], [True], [1.5], ["9000"], None):
        assert refused(to_code, wrong)


def test_the_kind():
    assert blaster(None, {201: "{}"}).kind == 1
    assert blaster(None, {202: CODE}).kind == 1
    assert blaster(None, {1: "study_exit"}).kind == 2
    assert blaster(None, {1: True}).kind is None
    assert blaster(None).kind is None
    for wrong in (0, 3, True, "1"):
        assert "1 or 2" in refused(Infrared, StubDevice(), wrong)


async def test_learn():
    for kind in (1, 2):
        ir = blaster(kind)
        with FakeTime() as time:
            start = time.ticks_ms()
            learning = asyncio.create_task(ir.learn())
            await until(lambda ir=ir: ir.device.written)
            assert sent(ir) == [STUDY[kind]]
            await sleep_ms(20000)
            ir.device.push({LEARNED[kind]: CODE})
            assert await learning == CODE
            assert ticks_diff(time.ticks_ms(), start) < 21000
        assert sent(ir) == [STUDY[kind], EXIT[kind]]
        assert ir.device.listeners == 0


async def test_learn_the_same_button_again():
    ir = blaster(1, {202: CODE})
    with FakeTime():
        learning = asyncio.create_task(ir.learn())
        await until(lambda: ir.device.written)
        ir.device.push({202: CODE})
        assert await learning == CODE


async def test_nobody_presses():
    for kind in (1, 2):
        ir = blaster(kind)
        with FakeTime() as time:
            start = time.ticks_ms()
            assert await ir.learn(5000) is None
            assert 5000 <= ticks_diff(time.ticks_ms(), start) < 5500
            assert await ir.learn(0) is None
        assert sent(ir) == [STUDY[kind], EXIT[kind]] * 2
        assert ir.device.listeners == 0


async def test_news_of_other_dps_do_not_put_the_deadline_off():
    ir = blaster(1)

    async def chatter():
        for count in range(100):
            await sleep_ms(300)
            ir.device.push({101: count, 202: ""})

    with FakeTime() as time:
        chatting = asyncio.create_task(chatter())
        start = time.ticks_ms()
        assert await ir.learn(5000) is None
        assert ticks_diff(time.ticks_ms(), start) < 5500
        chatting.cancel()
    assert sent(ir)[-1] == EXIT[1]


async def cancelled(task):
    try:
        await task
    except asyncio.CancelledError:
        return True
    return False


async def test_learning_that_is_cancelled_leaves_study_mode():
    for kind in (1, 2):
        ir = blaster(kind)
        with FakeTime():
            learning = asyncio.create_task(ir.learn())
            await until(lambda ir=ir: ir.device.written)
            learning.cancel()
            assert await cancelled(learning)
        assert sent(ir) == [STUDY[kind], EXIT[kind]]
        assert ir.device.listeners == 0


async def test_learning_that_is_cancelled_while_it_begins_leaves_study_mode():
    ir = blaster(1)

    async def slowly(dps):
        await sleep_ms(500)

    ir.device.on_set = slowly
    with FakeTime():
        learning = asyncio.create_task(ir.learn())
        await until(lambda: ir.device.written)
        learning.cancel()
        assert await cancelled(learning)
    assert sent(ir) == [STUDY[1], EXIT[1]]


async def test_learning_that_is_cancelled_twice_leaves_study_mode():
    ir = blaster(1)
    left = []

    async def slowly(dps):
        await sleep_ms(500)
        left.append(dps)

    with FakeTime():
        learning = asyncio.create_task(ir.learn())
        await until(lambda: ir.device.written)
        ir.device.on_set = slowly
        learning.cancel()
        await until(lambda: len(ir.device.written) == 2)
        learning.cancel()
        assert await cancelled(learning)
        assert left == []
        await sleep_ms(1000)
    assert left == [EXIT[1]]


async def test_a_blaster_that_does_not_answer():
    ir = blaster(1)

    async def silent(dps):
        raise NoReply("no answer")

    ir.device.on_set = silent
    with FakeTime():
        # It may have heard nevertheless.
        await fails(ir.learn(), NoReply)
        assert sent(ir) == [STUDY[1], EXIT[1]]
        await fails(ir.send(CODE), NoReply)


async def test_a_code_is_not_lost_with_the_connection():
    ir = blaster(1)

    async def gone(dps):
        raise Offline("gone")

    with FakeTime():
        learning = asyncio.create_task(ir.learn())
        await until(lambda: ir.device.written)
        ir.device.on_set = gone
        ir.device.push({202: CODE})
        assert await learning == CODE


async def test_send():
    ir = blaster(1)
    await ir.send(CODE)
    text = '{"control":"send_ir","head":"","key1":"1%s","type":0,"delay":300}' % CODE
    assert sent(ir) == [{201: text}]
    assert json.loads(text)["key1"] == "1" + CODE
    await ir.send("1" + CODE)
    assert sent(ir)[1] == {201: text}
    ir = blaster(2)
    await ir.send(CODE)
    await ir.send("1" + CODE)
    assert sent(ir) == [{1: "study_key", 7: CODE, 13: 0}] * 2
    for wrong in ("", "no code", None, PULSES):
        await fails(ir.send(wrong), ValueError)
    assert len(ir.device.written) == 2


async def test_codes_that_are_sent_together_go_out_one_by_one():
    ir = blaster(1)
    done = []

    async def slowly(dps):
        assert len(ir.device.written) == len(done) + 1
        await sleep_ms(100)
        done.append(dps)

    ir.device.on_set = slowly
    with FakeTime():
        await asyncio.gather(*[ir.send(to_code([us, us])) for us in (100, 200, 300)])
    assert sent(ir) == done and len(done) == 3


async def test_send_a_key_of_the_library():
    head, key = "010ed20000000000040015004000ad0730", "002$$0020E0E040BF@^"
    ir = blaster(1)
    await ir.send_key(head, key)
    assert json.loads(ir.device.last[201]) == {
        "control": "send_ir",
        "head": head,
        "key1": "0" + key,
        "type": 0,
        "delay": 300,
    }
    ir = blaster(2)
    await ir.send_key(head, key)
    assert sent(ir) == [{1: "send_ir", 3: head, 4: key, 13: 0}]
    for wrong in ((None, key), (head, ""), (head, 5)):
        await fails(ir.send_key(*wrong), ValueError)


async def test_a_blaster_that_has_shown_nothing_is_woken():
    ir = blaster(None, hidden={201: "{}"})
    with FakeTime():
        await ir.send(CODE)
    assert sent(ir)[:2] == [EXIT[1], EXIT[2]] and ir.kind == 1
    assert len(ir.device.written) == 3


async def test_a_blaster_that_shows_itself_late_and_refuses_the_other_kind():
    ir = blaster(None)

    async def refuse_json(dps):
        if 201 in dps:
            raise Rejected("data format error")

    async def show():
        await sleep_ms(500)
        ir.device.push({1: "study_exit"})

    ir.device.on_set = refuse_json
    with FakeTime():
        showing = asyncio.create_task(show())
        await ir.send(CODE)
        await showing
    assert ir.kind == 2 and ir.device.listeners == 0


async def test_what_is_no_blaster():
    plug = blaster(None, {1: True}, hidden={1: True})
    with FakeTime():
        assert "kind" in str(await fails(plug.send(CODE), Rejected))
        await fails(plug.learn(), Rejected)
    assert plug.kind is None and plug.device.listeners == 0

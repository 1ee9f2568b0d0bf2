import asyncio
import json

from fake_time import FakeTime
from stub_device import StubDevice, refuses, refuses_async

from tuya.errors import NoReply
from tuya.infrared import Infrared, code, pulses
from tuya.port import sleep_ms

CODE = "KyMnEjUCNQI="  # 9003, 4647, 565, 565 us


def orders(blaster):
    return [json.loads(dps[201])["control"] for dps, _ in blaster.written]


def test_codes_and_pulses():
    assert pulses(CODE) == [9003, 4647, 565, 565]
    assert code([9003, 4647, 565, 565]) == CODE
    for wrong in ("", "A", "AAA", "KyMn", 7, None):
        refuses(lambda wrong=wrong: pulses(wrong), "base64")
    for wrong in ([], [0], [70000], [-5]):
        refuses(lambda wrong=wrong: code(wrong), "65535")


async def test_sending():
    blaster = StubDevice()
    await Infrared(blaster).send(CODE)
    text = '{"control":"send_ir","head":"","key1":"1%s","type":0,"delay":300}' % CODE
    assert blaster.written == [({201: text}, False)]
    second = StubDevice({1: "study_exit"})
    await Infrared(second).send(CODE)
    assert second.written == [({1: "send_ir", 7: CODE, 10: 300, 13: 0}, False)]
    await refuses_async(Infrared(second).send("?"), "base64")
    assert len(second.written) == 1


async def test_learning_the_same_code_twice():
    blaster = StubDevice()
    blaster.on_set = lambda dps: "study" in orders(blaster)[-1:] and blaster.take({202: CODE})
    with FakeTime():
        for _ in range(2):
            assert await Infrared(blaster).learn() == CODE
    assert orders(blaster) == ["study_exit", "study", "study_exit"] * 2


async def test_learning_of_the_second_kind():
    blaster = StubDevice({1: "send_ir"})
    blaster.on_set = lambda dps: dps == {1: "study"} and blaster.take({9: 1, 2: CODE})
    with FakeTime():
        assert await Infrared(blaster).learn() == CODE
    assert [dps[1] for dps, _ in blaster.written] == ["study_exit", "study", "study_exit"]


async def test_learning_ends_by_itself_and_the_device_listens_no_longer():
    blaster = StubDevice()
    with FakeTime() as time:
        start = time.ticks_ms()
        try:
            await Infrared(blaster).learn(5000)
        except NoReply as e:
            assert "5 s" in str(e)
        else:
            raise AssertionError("nothing was there to learn")
        assert 5000 <= time.ticks_ms() - start < 6000
    assert orders(blaster)[-1] == "study_exit"
    assert not blaster._subscribers


async def test_learning_that_is_cancelled_ends_too():
    blaster = StubDevice()
    with FakeTime():
        task = asyncio.create_task(Infrared(blaster).learn())
        while len(blaster.written) < 2:
            await sleep_ms(1)
        task.cancel()
        ended = False
        try:
            await task
        except asyncio.CancelledError:
            ended = True
    assert ended
    assert orders(blaster) == ["study_exit", "study", "study_exit"]
    assert not blaster._subscribers

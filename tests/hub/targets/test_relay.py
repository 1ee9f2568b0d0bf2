import asyncio

from fake_time import FakeTime
from pins import Pin

from hub.broadcast import Broadcast
from hub.targets.guarded_relay import GuardedRelay, Interlock
from tuya.errors import Rejected
from tuya.port import sleep_ms

NO_RULES = {"pulse_ms": None, "min_off_s": None, "max_on_s": None, "dead_ms": None}


def guarded(name="pump", interlock=None, on=False, **rules):
    merged = dict(NO_RULES)
    merged.update(rules)
    return GuardedRelay(name, Pin(), 1, on, Broadcast(), merged, interlock)


async def test_a_pulse_ends_by_itself_and_a_new_one_begins_anew():
    with FakeTime():
        relay = guarded(pulse_ms=500)
        await relay.switch(True)
        await sleep_ms(400)
        await relay.switch(True)
        await sleep_ms(400)
        assert relay.on is True
        await sleep_ms(200)
        assert relay.on is False


async def test_a_longest_time_on_ends_it_also_when_it_was_on_at_the_start():
    with FakeTime():
        for relay in (guarded(max_on_s=60), guarded(max_on_s=60, on=True)):
            await relay.switch(True)
            await sleep_ms(59000)
            assert relay.on is True
            await sleep_ms(2000)
            assert relay.on is False


async def test_a_rest_is_kept_and_told():
    with FakeTime():
        relay = guarded(min_off_s=30)
        await relay.switch(True)
        await relay.switch(False)
        await sleep_ms(10000)
        try:
            await relay.switch(True)
            raise AssertionError("it went on")
        except Rejected as e:
            assert "20 s" in str(e)
        await sleep_ms(21000)
        await relay.switch(True)
        assert relay.on is True


async def test_of_interlocked_relays_one_is_on_and_only_after_the_dead_time():
    with FakeTime() as time:
        both = Interlock()
        up, down = guarded("up", both, dead_ms=400), guarded("down", both, dead_ms=400)
        await up.switch(True)
        began = time.ticks_ms()
        task = asyncio.create_task(down.switch(True))
        await sleep_ms(100)
        assert up.on is False and down.on is False
        await task
        assert 400 <= time.ticks_ms() - began < 500
        # Wanted at the same time, they still take turns.
        await asyncio.gather(up.switch(True), down.switch(True))
        assert [up.on, down.on].count(True) == 1

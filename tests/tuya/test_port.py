"""What all waiting rests on, on CPython and on MicroPython."""

import asyncio

from fake_time import FakeTime

from tuya import port
from tuya.port import sleep_ms, ticks_diff, wait_for_ms, wait_ms


async def test_who_is_cancelled_ends_though_what_it_waited_for_comes_in_the_same_moment():
    event = asyncio.Event()

    async def wait():
        await wait_for_ms(event.wait(), 60000)
        await sleep_ms(60000)

    for turns in range(4):
        event.clear()
        task = asyncio.create_task(wait())
        await sleep_ms(1)
        event.set()
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        for _ in range(10):
            await asyncio.sleep(0)
        assert task.done()


async def test_what_comes_in_time_is_returned_and_its_error_is_raised():
    async def result():
        return 7

    async def error():
        raise ValueError("seven")

    assert await wait_for_ms(result(), 1000) == 7
    try:
        await wait_for_ms(error(), 1000)
    except ValueError as e:
        assert str(e) == "seven"
    else:
        raise AssertionError("no error")


async def test_what_does_not_come_in_time_is_cancelled():
    seen = []

    async def slow():
        try:
            await sleep_ms(60000)
        finally:
            seen.append("ended")

    try:
        await wait_for_ms(slow(), 1)
    except asyncio.TimeoutError:
        seen.append("timeout")
    assert seen == ["ended", "timeout"]
    assert not await wait_ms(asyncio.Event(), 1)


async def test_time_for_which_the_event_loop_stood_still_does_not_count():
    event = asyncio.Event()

    async def stand_still(time):
        await sleep_ms(100)
        time.skip(3000)
        await sleep_ms(50)
        event.set()

    with FakeTime() as time:
        task = asyncio.create_task(stand_still(time))
        assert await wait_ms(event, 2000)
        await task
        event.clear()
        start = time.ticks_ms()
        assert not await wait_ms(event, 2000)
        assert ticks_diff(time.ticks_ms(), start) < 2250


def _looking(event, looks):
    return port.wait_soon(event, lambda: looks.append(None))


async def test_what_comes_soon_is_looked_for_at_each_turn_of_a_board():
    real = port.IS_ESP32
    try:
        for port.IS_ESP32 in (True, False):
            event = asyncio.Event()
            looks = []
            with FakeTime():
                waiter = asyncio.create_task(_looking(event, looks))
                for _ in range(20):
                    await sleep_ms(0)
                assert (len(looks) > 5) is port.IS_ESP32
                await sleep_ms(500)  # and for ever, if need be
                seen = len(looks)
                await sleep_ms(500)
                assert len(looks) == seen and not waiter.done()
                event.set()
                await waiter
    finally:
        port.IS_ESP32 = real

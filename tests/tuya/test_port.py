"""What all waiting rests on, on CPython and on MicroPython."""

import asyncio

from tuya.port import sleep_ms, wait_for_ms, wait_ms


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

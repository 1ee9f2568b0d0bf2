import asyncio

from hub.pins.button import Button
from tuya.port import sleep_ms


class Pin:
    IRQ_FALLING, IRQ_RISING = 2, 1

    def __init__(self, level):
        self.level = level
        self.handler = None

    def value(self):
        return self.level

    def irq(self, handler=None, trigger=0):
        self.handler = handler

    def drive(self, *levels):
        for level in levels:
            self.level = level
            self.handler(self)


async def pressed(pin, steps):
    """Return how often a button on `pin` fired while `steps` (levels, then ms) happened."""
    fired = []
    task = asyncio.create_task(Button(pin, 0, fired.append, {"press": 1}).run())
    await sleep_ms(0)
    for levels, ms in steps:
        pin.drive(*levels)
        await sleep_ms(ms)
    task.cancel()
    await sleep_ms(0)
    assert pin.handler is None
    return len(fired)


async def test_the_first_edge_is_the_press():
    pin = Pin(1)
    fired = []
    task = asyncio.create_task(Button(pin, 0, fired.append, {"press": 1}).run())
    await sleep_ms(0)
    pin.drive(0)
    for _ in range(4):
        await sleep_ms(0)
    assert fired == [1]
    task.cancel()
    await sleep_ms(0)


async def test_bounces_within_50_ms_are_none():
    assert await pressed(Pin(1), [((0, 1, 0, 1, 0), 70), ((1, 0, 1), 70)]) == 1


async def test_each_press_counts():
    assert await pressed(Pin(1), [((0,), 60), ((1,), 60), ((0,), 60), ((1,), 60)]) == 2


async def test_a_short_press_whose_end_falls_into_the_bouncing_counts_and_so_does_the_next():
    assert await pressed(Pin(1), [((0,), 10), ((1,), 60), ((0,), 60)]) == 2


async def test_a_pin_active_at_boot_is_ignored_until_released():
    assert await pressed(Pin(0), [((1, 0, 1), 60), ((0,), 60)]) == 1

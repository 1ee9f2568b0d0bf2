import asyncio

from fake_time import FakeTime
from pins import Pin

from hub.pins.boot_button import BootButton
from hub.pins.button import Button
from hub.pins.edge import Edge
from tuya.port import sleep_ms


async def told(bound, steps, level=1):
    """Return [(ms, gesture)] that a button with these gestures told while `steps` happened.

    A step is ms and the levels of the pin (0 while pressed) after them.
    """
    pin = Pin(level)
    events = []
    with FakeTime() as time:
        began = None

        def act(gesture):
            events.append(((time.ticks_ms() - began) // 10 * 10, gesture))

        button = Button(pin, 0, act, {gesture: gesture for gesture in bound})
        task = asyncio.create_task(button.run())
        await sleep_ms(100)
        began = time.ticks_ms()
        for ms, levels in steps:
            await sleep_ms(ms)
            pin.drive(*levels)
        await sleep_ms(2000)
        task.cancel()
        await sleep_ms(0)
    assert pin.handler is None
    return events


def close_to(events, expected, within=40):
    assert [gesture for _, gesture in events] == [gesture for _, gesture in expected], events
    for i in range(len(events)):
        assert abs(events[i][0] - expected[i][0]) <= within, (events, expected)


PRESS = [(0, (0,)), (120, (1,))]


async def test_a_press_alone_acts_at_its_first_edge():
    close_to(await told(("press",), PRESS), [(0, "press")])
    close_to(await told(("press", "release"), PRESS), [(0, "press"), (120, "release")])


async def test_beside_double_a_press_waits_for_a_second_one():
    close_to(await told(("press", "double"), PRESS), [(420, "press")])
    twice = PRESS + [(150, (0,)), (100, (1,))]
    close_to(await told(("press", "double"), twice), [(270, "double")])
    close_to(
        await told(("press", "double"), PRESS + [(500, (0,)), (100, (1,))]),
        [
            (420, "press"),
            (1000, "press"),
        ],
        100,
    )


async def test_beside_long_a_press_waits_for_the_release():
    close_to(await told(("press", "long"), PRESS), [(120, "press")])
    close_to(await told(("press", "long"), [(0, (0,)), (900, (1,))]), [(600, "long")])


async def test_hold_repeats_until_the_release():
    events = await told(("hold", "release"), [(0, (0,)), (1400, (1,))])
    expected = [(600, "hold"), (900, "hold"), (1200, "hold"), (1400, "release")]
    close_to(events, expected, 60)


async def test_bounces_are_no_gestures():
    bouncing = [(0, (0, 1, 0, 1, 0)), (120, (1, 0, 1))]
    close_to(await told(("press", "double"), bouncing), [(420, "press")])


async def test_a_button_that_hangs_at_the_start_is_ignored_until_released():
    assert await told(("press",), [(0, ())], level=0) == []
    close_to(await told(("press",), [(0, (1,)), (300, (0,))], level=0), [(300, "press")])


async def edges(steps, level=0, settle_ms=50):
    pin = Pin(level)
    events = []
    with FakeTime():
        edge = Edge(pin, 1, settle_ms, events.append, "rise", "fall")
        task = asyncio.create_task(edge.run())
        await sleep_ms(10)
        for ms, levels in steps:
            await sleep_ms(ms)
            pin.drive(*levels)
        await sleep_ms(500)
        task.cancel()
        await sleep_ms(0)
    return events


async def test_an_input_tells_both_edges_and_not_how_it_stands_at_the_start():
    assert await edges([(100, (1,)), (200, (0,))]) == ["rise", "fall"]
    assert await edges([(100, (0,)), (200, (1,))], level=1) == ["fall", "rise"]
    assert await edges([]) == [] and await edges([], level=1) == []


async def test_what_an_input_does_while_it_settles_counts_by_where_it_ends():
    assert await edges([(100, (1, 0, 1, 0, 1))]) == ["rise"]
    assert await edges([(100, (1, 0))]) == ["rise", "fall"]


async def held(ms, is_bound=False):
    """Return (what was wished, how often the LED blinked again) after the button was held."""
    pin = Pin(1)
    wishes, blinks = [], []
    with FakeTime():
        button = BootButton(pin, 0, blinks.append, wishes.append, is_bound)
        task = asyncio.create_task(button.run(lambda: None))
        await sleep_ms(200)
        pin.level = 0
        await sleep_ms(ms)
        pin.level = 1
        await sleep_ms(500)
        task.cancel()
        await sleep_ms(0)
    return wishes, blinks


async def test_the_boards_button_does_by_how_long_it_is_held():
    assert await held(300) == (["identify"], [None])
    assert await held(300, is_bound=True) == ([], [None])
    assert await held(6000) == (["set_up"], [100, None])
    assert await held(12000) == ([], [100, 50, None])  # let go in time: nothing is erased
    wishes, blinks = await held(16000)
    assert wishes == ["erase"] and blinks == [100, 50]

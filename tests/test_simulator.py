"""The simulated board itself: the world around it waits for a firmware that stands still."""

import pytest
from interpreters import need_micropython

from plughub.checkout import simulated

BETWEEN_PRESSES_MS = 100
_STANDS_STILL_ONCE = """
import asyncio
import os
import time

import machine

def told(pin):
    print("level", pin.value(), time.ticks_ms())
    pressed.set()

pin = machine.Pin(4, machine.Pin.IN, machine.Pin.PULL_UP)
pin.irq(told, pin.IRQ_FALLING | pin.IRQ_RISING)
pressed = asyncio.Event()

async def main():
    print("begun")
    await pressed.wait()
    print("stands still")
    while "sent" not in os.listdir():
        time.sleep(0.001)
    time.sleep(0.15)
    await asyncio.sleep_ms(60000)

asyncio.run(main())
"""


@pytest.fixture(params=["CPython", 64, "frozen"], ids=["CPython", "64-bit", "frozen"])
def board(request, tmp_path):
    (tmp_path / "boot.py").write_text("")
    (tmp_path / "main.py").write_text(_STANDS_STILL_ONCE)
    interpreter = None if request.param == "CPython" else need_micropython(request.param)
    return simulated(tmp_path, interpreter)


async def test_a_press_waits_for_the_end_of_the_former(board, tmp_path):
    async with board:
        await board.expect("begun")
        board.send("press 4")
        await board.expect("stands still")
        board.send("press 4")
        (tmp_path / "sent").touch()
        released = await board.expect(r"level 1 (\d+)")
        after = board.lines.index(released.string) + 1
        pressed = await board.expect(r"level 0 (\d+)", after=after)
        assert int(pressed[1]) - int(released[1]) >= BETWEEN_PRESSES_MS


async def test_what_fails_is_told_what_the_board_has_said(board):
    with pytest.raises(RuntimeError) as failure:
        async with board:
            await board.expect("begun")
            raise RuntimeError("a mistake of the test")
    assert "\nbegun" in failure.value.__notes__[0]

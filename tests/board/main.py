# Runs on the board, in place of main.py: the hub, unmodified, beside a task that obeys lines on
# the console. See tests/board/conftest.py.
#
#     press PIN     call the handler of the button on PIN, as an edge does
#     loop OUT MS   hold the pin OUT at 0 for MS: a wire leads from it to a button's pin
#     heap          collect, then answer "@ heap USED SIZE FREE LARGEST MINIMUM": of Python's
#                   heap what is used and how far it has grown; then the ESP-IDF's, in bytes
#
# When the hub says that what a press asked for is done: "@ done MS", since the edge.

import asyncio
import gc
import sys
import time

import esp32
import machine

# Ctrl-C: a board's own console driver looks for it, a simulated board passes it on.
_INTERRUPT = 3
_LINE_ENDS = (10, 13)

_pressed_at = 0


async def obey(console):
    line = b""
    while True:
        byte = (await console.read(1))[0]
        if byte == _INTERRUPT:
            raise KeyboardInterrupt
        if byte not in _LINE_ENDS:
            line += bytes((byte,))
        elif line:
            words = line.decode().split()
            line = b""
            try:
                _COMMANDS[words[0]](*words[1:])
            except Exception as e:
                print("@ not understood:", words, repr(e))


def press(pin):
    _note_press()
    machine.Pin(int(pin)).irq()()


def loop(out, ms):
    asyncio.create_task(_pull_down(machine.Pin(int(out), machine.Pin.OUT), int(ms)))


async def _pull_down(pin, ms):
    _note_press()
    pin.value(0)
    await asyncio.sleep_ms(ms)
    pin.value(1)


def _note_press():
    global _pressed_at  # noqa: PLW0603 - there is one finger
    _pressed_at = time.ticks_ms()


def say(at, text):
    """Print a line of the hub's log."""
    took = time.ticks_diff(time.ticks_ms(), _pressed_at)
    print(at, text)
    if text.startswith("done: "):
        print("@ done", took)


def heap():
    gc.collect()
    used = gc.mem_alloc()
    regions = esp32.idf_heap_info(esp32.HEAP_DATA)
    largest = max([region[2] for region in regions])
    # What MicroPython calls free includes the block that its heap could still take.
    size = used + gc.mem_free() - largest
    free, minimum = [sum([region[place] for region in regions]) for place in (1, 3)]
    print("@ heap", used, size, free, largest, minimum)


_COMMANDS = {"press": press, "loop": loop, "heap": heap}

# It begins with the event loop, which is the hub's.
asyncio.create_task(obey(asyncio.StreamReader(sys.stdin.buffer)))

from hub import log  # noqa: E402 - the task comes first in the heap, and takes little of it
from hub.app import start  # noqa: E402

log.print = say
start()

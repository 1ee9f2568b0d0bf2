"""The world around the board, by lines from a pipe, whose number run.py is given.

    press PIN [MS]       push the button on PIN (to ground), release it after MS (100), one push
                         after the other
    drive PIN 0|1        hold an input at a level
    bounce PIN 0|1 N     let a contact bounce N times before it rests at a level
    read PIN             answer "@ read PIN LEVEL"
    clock SECONDS        set the clock to a Unix time; one of long ago is none
    wifi on|off          cut the air, or restore it
    heap                 collect, then answer "@ heap USED FREE LARGEST", the last a free block
    memory               answer "@ memory AREAS FREE LARGEST MINIMUM": of Python's heap, how many
                         areas it has; of the ESP-IDF's, the bytes that are and were free
    drain BYTES          have somebody else hold so much of the ESP-IDF's heap
    hold BYTES           have somebody else hold so much of Python's
    sockets              answer "@ sockets N", those open now

Every change of an output is told as "@ pin PIN LEVEL". The end of the input ends the simulator.
"""

import asyncio
import gc
import sys
import time

import idf_heap
import machine
import network

_WATCHDOG_ROUND_MS = 200
_HELD_PIECE = 1024
_BETWEEN_PRESSES_MS = 100

_fingers = {}  # of each pin: who presses it waits for its former press
_held = []


def start(commands):
    """Have the commands of a pipe obeyed as soon as the firmware runs its event loop.

    `commands`: its number in this process.
    """
    path = "/dev/fd/%d" % commands
    if sys.implementation.name == "cpython":
        import shim

        shim.beside_main = (lambda: _obey(path), _watch)
    else:
        asyncio.create_task(_obey(path))
        asyncio.create_task(_watch())


def prepare():
    """Make the event loop fit for what is simulated, before the firmware is loaded."""
    if sys.implementation.name != "cpython":
        asyncio.ThreadSafeFlag = _Flag


class _Flag:
    """Stands for asyncio.ThreadSafeFlag, whose like the event loop of a PC's MicroPython polls.

    It has no file number, so that each turn of the loop would take a millisecond, and 1.25 would
    crash when its poll set grows. Interrupts come from this event loop here: an event will do.
    """

    def __init__(self):
        self._event = asyncio.Event()
        self.set = self._event.set
        self.clear = self._event.clear

    async def wait(self):
        await self._event.wait()
        self._event.clear()


def _heap():
    gc.collect()
    print("@ heap", gc.mem_alloc() - idf_heap.share(), idf_heap.python_free(), _largest_block())


def _largest_block():
    size = 1024
    with idf_heap.no_growth():
        while size < 1048576:
            try:
                bytearray(size)
            except MemoryError:
                break
            size += 1024
    gc.collect()
    return size - 1024


async def _watch():
    while True:
        await asyncio.sleep_ms(_WATCHDOG_ROUND_MS)
        machine.Timer.look()
        if machine.WDT.is_late():
            print("@ reset watchdog")
            machine.leave(machine.WDT_RESET)
            raise SystemExit(3)


async def _obey(path):
    if sys.implementation.name == "cpython":
        import shim

        lines = await shim.stream_of(path)
    else:
        lines = asyncio.StreamReader(open(path, "rb"))  # noqa: SIM115 - until it ends
    while True:
        line = await lines.readline()
        if not line:
            raise SystemExit(0)
        words = line.decode().split()
        try:
            _COMMANDS[words[0]](*words[1:])
        except (KeyError, IndexError, TypeError, ValueError) as e:
            print("@ not understood:", line.decode().strip(), repr(e))


def _press(pin, ms="100"):
    asyncio.create_task(_push(int(pin), int(ms)))


async def _push(pin, ms):
    # A firmware that has stood still meanwhile would take two presses for one.
    if pin not in _fingers:
        _fingers[pin] = asyncio.Lock()
    async with _fingers[pin]:
        machine.Pin(pin).drive(0)
        await asyncio.sleep_ms(ms)
        machine.Pin(pin).drive(1)
        await asyncio.sleep_ms(_BETWEEN_PRESSES_MS)


def _drive(pin, level):
    machine.Pin(int(pin)).drive(int(level))


def _bounce(pin, level, times):
    for _ in range(int(times)):
        machine.Pin(int(pin)).drive(int(level))
        machine.Pin(int(pin)).drive(1 - int(level))
    machine.Pin(int(pin)).drive(int(level))


def _read(pin):
    print("@ read", pin, machine.Pin(int(pin)).value())


def _wifi(state):
    network.on_the_air(state == "on")


def _clock(seconds):
    time.set_unix(int(seconds))


def _sockets():
    import socket

    print("@ sockets", getattr(socket, "in_use", lambda: "?")())


def _memory():
    _, free, largest, minimum = idf_heap.info()
    print("@ memory", len(idf_heap.areas()), free, largest, minimum)


def _hold(size):
    # In pieces: the largest free block is what others find.
    _held[:] = [bytearray(_HELD_PIECE) for _ in range(int(size) // _HELD_PIECE)]


def _drain(size):
    idf_heap.drain(int(size))


_COMMANDS = {
    "drain": _drain,
    "hold": _hold,
    "memory": _memory,
    "press": _press,
    "drive": _drive,
    "bounce": _bounce,
    "read": _read,
    "clock": _clock,
    "wifi": _wifi,
    "heap": _heap,
    "sockets": _sockets,
}

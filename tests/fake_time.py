"""Time that passes at once when nobody has anything to do, on CPython and on MicroPython.

    with FakeTime() as time:        # inside a coroutine
        await asyncio.sleep(3600)   # returns now, and 3600 s have passed
        time.ticks_ms()

How long the machine takes for something is no matter: a turn of the event loop takes a little, as
much each time. Waiting for the network would skip over it, but for CPython with some patience;
real time counts then as well.
"""

import asyncio
import sys
from time import sleep

# All that keep time are loaded before it is changed.
import tuya.discovery
import tuya.link
import tuya.port as port
import tuya.write

_TURNS_IN_MS = 20
# MicroPython's queue of tasks has a clock of its own, by which whoever is woken is due: at once,
# as long as that one is behind this one.
_AHEAD_MS = 600000 if port.MICROPYTHON else 0


class FakeTime:
    def __init__(self, patience_s=0):
        self._patience_s = patience_s  # of real time, for a network on this machine
        self._skipped_ms = 0
        self._turns = 0
        self._real_ticks = port.ticks_ms
        self._began_at = port.ticks_add(port.ticks_ms(), _AHEAD_MS)
        self._patched = []

    def ticks_ms(self):
        now = self._real_ticks() if self._patience_s else self._began_at
        return port.ticks_add(now, self._skipped_ms)

    def skip(self, ms):
        self._skipped_ms += ms

    def take_turn(self):
        """Who looks for something at each turn until a time has come must see that time."""
        self._turns += 1
        if self._turns % _TURNS_IN_MS == 0:
            self.skip(1)

    def __enter__(self):
        for name in list(sys.modules):
            module = sys.modules[name]
            if getattr(module, "ticks_ms", None) is self._real_ticks and name != "time":
                self._patch(module, "ticks_ms", self.ticks_ms)
        if port.MICROPYTHON:
            self._patch(asyncio.core, "ticks", self.ticks_ms)
            self._patch(asyncio.core, "_io_queue", _IOQueue(self))
        else:
            self._patch_loop(asyncio.get_running_loop())
        return self

    def __exit__(self, *exception):
        for owner, name, value in self._patched:
            setattr(owner, name, value)

    def _patch(self, owner, name, value):
        self._patched.append((owner, name, getattr(owner, name)))
        setattr(owner, name, value)

    def _patch_loop(self, loop):
        real_time, real_select = loop.time, loop._selector.select

        def select(timeout=None):
            events = real_select(0)
            if not events and self._patience_s:
                # Not select(patience_s), which waits for whole ms.
                sleep(self._patience_s)
                events = real_select(0)
            if not events and timeout:
                self.skip(int(timeout * 1000) + 1)
            else:
                self.take_turn()
            return events

        began_at = real_time()

        def time():
            now = real_time() if self._patience_s else began_at
            return now + self._skipped_ms / 1000

        self._patch(loop, "time", time)
        self._patch(loop._selector, "select", select)


class _IOQueue:
    """Stands for MicroPython's poll: knows ThreadSafeFlags, and waits for nothing else."""

    def __init__(self, time):
        self.map = {}
        self._time = time
        self._waiting = []  # (flag, the task that waits for it)

    def queue_read(self, flag):
        task = asyncio.core.cur_task
        self._waiting.append((flag, task))
        task.data = self

    def remove(self, task):
        self._waiting = [entry for entry in self._waiting if entry[1] is not task]

    def wait_io_event(self, ms):
        ready = [task for flag, task in self._waiting if flag.state]
        for task in ready:
            self.remove(task)
            asyncio.core._task_queue.push(task)
        if ready or ms == 0:
            self._time.take_turn()
        else:
            assert ms > 0, "every task waits for another: nothing would ever happen again"
            self._time.skip(ms)

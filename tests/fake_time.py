"""Time that passes at once when nobody has anything to do, on CPython and on MicroPython.

    with FakeTime() as time:        # inside a coroutine
        await asyncio.sleep(3600)   # returns now, and 3600 s have passed
        time.ticks_ms()

Waiting for the network would skip over it, but for CPython with some patience.
"""

import asyncio
import sys
from time import sleep

# All that keep time are loaded before it is changed.
import tuya.discovery
import tuya.link
import tuya.port as port
import tuya.write


class FakeTime:
    def __init__(self, patience_s=0):
        self._patience_s = patience_s  # of real time, for a network on this machine
        self._skipped_ms = 0
        self._real_ticks = port.ticks_ms
        self._patched = []

    def ticks_ms(self):
        return port.ticks_add(self._real_ticks(), self._skipped_ms)

    def skip(self, ms):
        self._skipped_ms += ms

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
            return events

        self._patch(loop, "time", lambda: real_time() + self._skipped_ms / 1000)
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
        if not ready:
            assert ms >= 0, "every task waits for another: nothing would ever happen again"
            self._time.skip(ms)

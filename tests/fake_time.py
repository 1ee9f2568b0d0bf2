"""Time that passes at once when nobody has anything to do, on CPython and on MicroPython.

    with FakeTime() as time:        # inside a coroutine
        await asyncio.sleep(3600)   # returns now, and 3600 s have passed
        time.ticks_ms()

For tests without sockets: waiting for the network would skip over it.
"""

import asyncio
import sys

# All that keep time are loaded before it is changed.
import tuya.discovery
import tuya.link
import tuya.port as port
import tuya.write


class FakeTime:
    def __init__(self):
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
            if not events and timeout:
                self.skip(int(timeout * 1000) + 1)
            return events

        self._patch(loop, "time", lambda: real_time() + self._skipped_ms / 1000)
        self._patch(loop._selector, "select", select)


class _IOQueue:
    """Stands for MicroPython's poll: waits for nothing, and that at once."""

    def __init__(self, time):
        self.map = {}
        self._time = time

    def wait_io_event(self, ms):
        assert ms >= 0, "every task waits for another: nothing would ever happen again"
        self._time.skip(ms)

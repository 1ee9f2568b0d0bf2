"""The ESP32's `select` in software: only what was asked for is reported, a tick late at most.

`uselect` is the module of the interpreter, which this one stands in front of. PLUGHUB_TICK_MS is
the board's tick, 10 ms on stock firmware; without it news of sockets comes at once.
"""

import os
import time

import idf_heap
import uselect
from uselect import POLLERR, POLLHUP, POLLIN, POLLOUT  # noqa: F401

_EIO = 5
_TICK_MS = int(os.getenv("PLUGHUB_TICK_MS") or 0)


class poll:
    def __init__(self):
        self._poll = uselect.poll()
        self._wanted = {}

    def register(self, obj, events=POLLIN | POLLOUT):
        self._wanted[id(obj)] = events
        self._poll.register(obj, events)

    def modify(self, obj, events):
        self._wanted[id(obj)] = events
        self._poll.modify(obj, events)

    def unregister(self, obj):
        self._wanted.pop(id(obj), None)
        self._poll.unregister(obj)

    def poll(self, timeout=-1):
        return list(self.ipoll(timeout))

    def ipoll(self, timeout=-1, flags=0):
        if idf_heap.is_exhausted():
            raise OSError(_EIO)
        began_at = time.ticks_ms()
        found = self._poll.poll(timeout)
        has_waited = found and time.ticks_diff(time.ticks_ms(), began_at) > 0
        if _TICK_MS and has_waited and any([hasattr(obj, "setsockopt") for obj, _ in found]):
            time.sleep_ms(_TICK_MS - time.ticks_ms() % _TICK_MS)
        full = [obj for obj, events in found if _is_full(obj, events)]
        if full:
            found = [entry for entry in found if entry[0] not in full]
            found = found or self._others(full, timeout)
        for obj, events in found:
            wanted = self._wanted.get(id(obj), events)
            # An error that nobody asked for makes lwIP's sockets readable and writable.
            yield obj, (events & wanted) or wanted

    def _others(self, full, timeout):
        """Wait a moment for any but those that are full, if at all; return what there is."""
        for obj in full:
            self._poll.modify(obj, 0)
        found = self._poll.poll(1 if timeout else 0)
        for obj in full:
            self._poll.modify(obj, self._wanted[id(obj)])
        return found


def _is_full(obj, events):
    """Tell whether lwIP would not call a socket writable yet, though the PC does."""
    return bool(events & POLLOUT and not events & POLLIN) and idf_heap.is_full(obj)

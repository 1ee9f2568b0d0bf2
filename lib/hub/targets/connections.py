"""Who may hold one of the board's sockets: ten, for everything.

    1  the listener of the page     3  its clients, two of them event streams at most
    1  spare: the clock and discovery, one at a time     1  the MQTT broker's, if there is one
    the rest: connections of plugs

Where there are more plugs than slots, persistent connections take all slots but one; the other
plugs share what is left: each is connected when it is wanted or when its poll is due, and stays
until its slot is needed, or for a minute.
"""

import asyncio

from hub.system.unload import unload
from tuya.port import const, sleep_ms, ticks_add, ticks_diff, ticks_ms

#: Of those of a stock board: how many are for clients of the page, and are not for plugs at all.
CLIENTS = 3
OTHERS = CLIENTS + 2

_ROUND_MS = const(500)
_IDLE_MS = const(60000)
# A connection that was made for a press is not taken away at once: a second press may follow.
_KEPT_MS = const(10000)
# What is measured after a poll or a switch comes a moment later.
_VISIT_MS = const(2000)
_VISIT_MAX_MS = const(15000)
# How soon it is seen that an evicted one has closed its socket, when somebody waits for that.
_CLOSED_MS = const(2)
# Bytes of heap that a greeting takes, most of them for a moment: frames, keys, what is computed.
_GREETING = const(4000)
# Bytes of the ESP-IDF's heap below which one is greeted after the other.
_NETWORK = const(27000)


def slots_of(config):
    """Return how many plugs can be connected at a time."""
    return config["sockets"] - OTHERS - bool(config["mqtt"])


class Slot:
    """A plug's right to a connection. Its plug says when it is `pressed`: an action waits."""

    released_until = None  # type: int | None  # ticks_ms until which others may have the plug
    is_leaving = False  # it is evicted, and its task has not ended yet

    def __init__(self, device, interval_ms, rank=2):
        self.device = device
        self.rank = rank  # 0 to 2; 0 comes first to have a persistent connection
        self.interval_ms = interval_ms
        self.is_persistent = True
        self.pressed = 0
        self.task = None
        self.has_failed = False  # since it was given
        self.taken_at = self.due_at = ticks_ms()
        self.used_at = ticks_add(self.due_at, -_KEPT_MS)

    @property
    def is_visited(self):
        """Whether what it was connected for is done, or has failed."""
        if self.has_failed and not self.device.is_looking:
            return True
        now = ticks_ms()
        if not self.device.is_connected:
            return ticks_diff(now, self.taken_at) > _VISIT_MAX_MS
        return min(ticks_diff(now, self.taken_at), ticks_diff(now, self.used_at)) > _VISIT_MS


class Connections:
    """The connection pool: a plug that has one of its `count` slots is connected or connecting.

    With another count comes a rank(). `memory` is a Memory: the less heap is left, the fewer are
    greeted at a time.
    """

    def __init__(self, count, memory):
        self.count = count
        self._memory = memory
        self._slots = []
        self._removed = []  # tasks whose slots are gone, until they end
        self._is_paused = False

    @property
    def taken(self):
        """How many slots are taken, and how many there are in all."""
        self._collect()
        return self._busy(), self.count

    def add(self, slot):
        """Have the device of a Slot connected, always or in turn, from the next rank() on."""
        self._slots.append(slot)

    def remove(self, slot):
        """Take a device out for good."""
        self._slots.remove(slot)
        self._evict(slot)
        if slot.task:
            self._removed.append(slot.task)
        self.rank()

    async def need(self, slot, ms):
        """Have a device connecting, at once: the connection idle for longest makes room.

        Returns within `ms`, whether it worked or not.
        """
        slot.used_at = ticks_ms()
        if slot.released_until is not None:
            slot.released_until = None
        due = ticks_add(slot.used_at, ms)
        while not slot.task or slot.is_leaving:
            self._fill()
            if slot.task and not slot.is_leaving:
                return
            left = ticks_diff(due, ticks_ms())
            if left <= 0:
                return
            await sleep_ms(min(left, _CLOSED_MS))

    def release(self, slot, ms):
        """Leave a device alone for `ms`, so that the phone app can have it."""
        slot.released_until = ticks_add(ticks_ms(), ms)
        self._evict(slot)

    def pause(self):
        """Connect nobody until resume() but who is pressed; who is only greeting gives way."""
        self._is_paused = True
        for slot in self._slots:
            if not slot.device.is_connected and not slot.pressed:
                self._evict(slot)

    def let_go(self):
        """Evict the connection idle for longest, 2 kB of heap; tell whether one is closing now."""
        self._collect()  # a task that has ended keeps what it worked with
        self._evict(self._idlest())
        return any([slot.is_leaving for slot in self._slots])

    def resume(self):
        """Connect devices as ever."""
        self._is_paused = False

    async def run(self, beat):
        """Connect those whose poll is due, and let go of what is idle. For ever."""
        while True:
            beat()
            now = ticks_ms()
            for slot in self._slots:
                if slot.released_until is not None and ticks_diff(now, slot.released_until) >= 0:
                    slot.released_until = None
                if self._is_over(slot, now):
                    self._evict(slot)
            self._fill()
            await sleep_ms(_ROUND_MS)

    def _is_over(self, slot, now):
        if slot.is_persistent or not slot.task or slot.pressed or not slot.is_visited:
            return False
        return not slot.device.is_connected or ticks_diff(now, slot.used_at) > _IDLE_MS

    def rank(self):
        """Decide whose connections are persistent, by the ranks that the slots have now."""
        ranked = []
        for rank in (0, 1, 2):  # among equals the first in the configuration comes first
            ranked += [slot for slot in self._slots if slot.rank == rank]
        self._slots = ranked
        fits = len(self._slots) <= self.count
        for i, slot in enumerate(self._slots):
            slot.is_persistent = fits or i < self.count - 1
        leaving = len([1 for slot in self._slots if slot.is_leaving])
        for _ in range(self._busy() - leaving - len(self._removed) - self.count):
            self._evict(self._idlest())  # there were more of them
        self._fill()

    def _fill(self):
        """Give free slots away; make one free for who must not wait."""
        self._collect()
        while True:
            slot = self._next()
            if not slot:
                return
            if self._busy() >= self.count:
                if not any([other.is_leaving for other in self._slots]):
                    self._evict(self._idlest(slot))
                return
            now = ticks_ms()
            slot.taken_at = now
            slot.due_at = ticks_add(now, slot.interval_ms)
            slot.has_failed = False
            slot.task = asyncio.create_task(slot.device.run())

    def _next(self):
        best = None
        now = ticks_ms()
        needed = 0  # of heap, for one more; a single one may be greeted at any time
        for slot in self._slots:
            if slot.task and not (slot.has_failed or slot.device.is_connected):
                needed += _GREETING
        is_full = self._is_paused or (needed and self._is_short(needed + _GREETING))
        for slot in self._slots:
            if slot.task or slot.released_until is not None:
                continue
            if slot.pressed:
                return slot
            if is_full:
                continue
            if slot.is_persistent:
                best = best or slot
            elif ticks_diff(now, slot.due_at) >= 0 and (
                not best or (not best.is_persistent and ticks_diff(best.due_at, slot.due_at) > 0)
            ):
                best = slot
        return best

    def _is_short(self, needed):
        # Each answers a greeting with segments of which every one holds 1.8 kB until it is read.
        return self._memory.note() <= needed or self._memory.is_idf_low(_NETWORK)

    def _idlest(self, wanting=None):
        """Return whose slot `wanting` may have, None when nobody's; without it, who may go."""
        best = None
        now = ticks_ms()
        for slot in self._slots:
            if not slot.task or slot.is_leaving or slot.pressed:
                continue
            if wanting and not wanting.pressed:
                if slot.is_persistent or not slot.is_visited:
                    continue
                if wanting.is_persistent and ticks_diff(now, slot.used_at) < _KEPT_MS:
                    continue
            # A shared one before a lasting one, then the one that was idle for longest.
            if (
                not best
                or (best.is_persistent and not slot.is_persistent)
                or (
                    best.is_persistent == slot.is_persistent
                    and ticks_diff(best.used_at, slot.used_at) > 0
                )
            ):
                best = slot
        return best

    def _evict(self, slot):
        if slot and slot.task and not slot.is_leaving:
            slot.is_leaving = True
            slot.task.cancel()

    def _busy(self):
        return len(self._removed) + len([1 for slot in self._slots if slot.task])

    def _collect(self):
        """Take back the slots of tasks that have ended: their sockets are closed by then.

        Looking costs less than a task around each, which would be 112 bytes of heap.
        """
        self._removed = [task for task in self._removed if not task.done()]
        for slot in self._slots:
            if slot.task and slot.task.done():
                slot.task = None
                slot.is_leaving = False


class Finder:
    """Looks for plugs with the spare socket, all that are looked for at a time.

    `spare` is the lock of that socket: while the clock has it nobody is found.
    """

    def __init__(self, spare):
        self._spare = spare
        self._search = None

    async def find(self, id, address, ms, version=None):
        """As tuya.discovery.find(), for a device of `version`, where that is known."""
        if not self._search:
            if self._spare.locked():
                return None
            await self._spare.acquire()
            try:
                from tuya.search import Search

                self._search = Search(self._end)
            except BaseException:  # there is no memory for it
                self._spare.release()
                raise
        return await self._search.find(id, address, ms, version)

    def _end(self):
        self._search = None
        self._spare.release()
        unload("tuya.search", "tuya.discovery", "tuya.udp")

"""Who may hold one of the board's sockets: ten, for everything.

    1  the listener of the page     3  its clients, two of them event streams at most
    1  spare: the clock and discovery, one at a time     the rest: connections of plugs

Where there are more plugs than seats, those that are to stay connected take all seats but one;
the others share what is left: each is connected when it is wanted or when its poll is due, and
stays until its seat is needed, or for a minute.
"""

import asyncio

from tuya.port import const, sleep_ms, ticks_add, ticks_diff, ticks_ms

from ..log import log_exception

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
_CRASHED_MS = const(5000)
# Plugs that are silent until asked answer at once, on a port of its own.
_ASK_MS = const(600)


class Seat:
    """A plug's right to a connection. Its plug says when it is `pressed`: an action waits."""

    def __init__(self, device, rank, interval_ms):
        self.device = device
        self.rank = rank  # 0 to 2; 0 comes first: whose connection is to last
        self.interval_ms = interval_ms
        self.is_lasting = True
        self.pressed = 0
        self.parked_until = None  # ticks_ms until which others may have the plug
        self.task = None
        self.has_begun = self.is_leaving = False
        self.has_failed = False  # since it was seated
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


class Links:
    """Gives `count` seats to plugs, each of which holds a connection or makes one."""

    def __init__(self, count):
        self._free = self._count = count
        self._seats = []

    @property
    def taken(self):
        """How many seats are taken, and how many there are."""
        return self._count - self._free, self._count

    def add(self, seat):
        """Have the device of a Seat connected, always or in turn."""
        self._seats.append(seat)
        self.rank()
        self._fill()

    def remove(self, seat):
        """Take a device out for good."""
        self._seats.remove(seat)
        self._vacate(seat)
        self.rank()

    async def need(self, seat, ms):
        """Have a device connecting, at once: the connection idle for longest makes room.

        Returns within `ms`, whether it worked or not.
        """
        seat.used_at = ticks_ms()
        seat.parked_until = None
        due = ticks_add(seat.used_at, ms)
        while not seat.task or seat.is_leaving:
            self._fill()
            if seat.task and not seat.is_leaving:
                return
            left = ticks_diff(due, ticks_ms())
            if left <= 0:
                return
            await sleep_ms(min(left, 10))

    def park(self, seat, ms):
        """Leave a device alone for `ms`, so that the phone app can have it."""
        seat.parked_until = ticks_add(ticks_ms(), ms)
        self._vacate(seat)

    def make_room(self, ms):
        """Leave all devices alone for `ms` that nobody waits for: each takes 2 kB of heap."""
        for seat in self._seats:
            if seat.task and not seat.pressed:
                self.park(seat, ms)

    async def run(self, beat):
        """Connect those whose poll is due, and let go of what is idle. For ever."""
        while True:
            beat()
            now = ticks_ms()
            for seat in self._seats:
                if seat.parked_until is not None and ticks_diff(now, seat.parked_until) >= 0:
                    seat.parked_until = None
                if self._is_over(seat, now):
                    self._vacate(seat)
            self._fill()
            await sleep_ms(_ROUND_MS)

    def _is_over(self, seat, now):
        if seat.is_lasting or not seat.task or seat.pressed or not seat.is_visited:
            return False
        return not seat.device.is_connected or ticks_diff(now, seat.used_at) > _IDLE_MS

    def rank(self):
        """Decide anew whose connections last, by the ranks that the seats have now."""
        ranked = []
        for rank in (0, 1, 2):  # among equals the first in the configuration comes first
            ranked += [seat for seat in self._seats if seat.rank == rank]
        self._seats = ranked
        fits = len(self._seats) <= self._count
        for i, seat in enumerate(self._seats):
            seat.is_lasting = fits or i < self._count - 1

    def _fill(self):
        """Give free seats away; make one free for who must not wait."""
        while True:
            seat = self._next()
            if not seat:
                return
            if not self._free:
                if not any([other.is_leaving for other in self._seats]):
                    self._vacate(self._idlest(seat))
                return
            now = ticks_ms()
            seat.taken_at = now
            seat.due_at = ticks_add(now, seat.interval_ms)
            seat.has_begun = seat.has_failed = False
            seat.task = asyncio.create_task(self._hold(seat))
            self._free -= 1  # not before: there may be no heap for a task

    def _next(self):
        best = None
        now = ticks_ms()
        for seat in self._seats:
            if seat.task or seat.parked_until is not None:
                continue
            if seat.pressed:
                return seat
            if seat.is_lasting:
                best = best or seat
            elif ticks_diff(now, seat.due_at) >= 0 and (
                not best or (not best.is_lasting and ticks_diff(best.due_at, seat.due_at) > 0)
            ):
                best = seat
        return best

    def _idlest(self, wanting):
        """Return whose seat `wanting` may have, None when nobody's."""
        best = None
        now = ticks_ms()
        for seat in self._seats:
            if not seat.task or seat.is_leaving or seat.pressed:
                continue
            if not wanting.pressed:
                if seat.is_lasting or not seat.is_visited:
                    continue
                if wanting.is_lasting and ticks_diff(now, seat.used_at) < _KEPT_MS:
                    continue
            # A shared one before a lasting one, then the one that was idle for longest.
            if (
                not best
                or (best.is_lasting and not seat.is_lasting)
                or (
                    best.is_lasting == seat.is_lasting
                    and ticks_diff(best.used_at, seat.used_at) > 0
                )
            ):
                best = seat
        return best

    def _vacate(self, seat):
        if seat and seat.task and not seat.is_leaving:
            seat.is_leaving = True
            seat.task.cancel()
            if not seat.has_begun:
                self._leave(seat)

    def _leave(self, seat):
        seat.task = None
        seat.is_leaving = False
        self._free += 1
        self._fill()

    async def _hold(self, seat):
        try:
            seat.has_begun = True
            while True:
                try:
                    await seat.device.run()
                except Exception as e:
                    log_exception("the connection of %s has crashed" % seat.device.id, e)
                await sleep_ms(_CRASHED_MS)
        finally:
            # Its socket is closed by now: the next one may open one.
            self._leave(seat)


class Finder:
    """Looks for plugs with the spare socket.

    `spare` is the lock of that socket; who does not get it has found nothing this time.
    """

    def __init__(self, spare):
        self._spare = spare
        self._searches = 0

    async def find(self, id, address, ms):
        """As tuya.discovery.find(), listening on one port after the other."""
        if self._spare.locked():
            return None
        await self._spare.acquire()
        try:
            from tuya.discovery import find

            self._searches += 1
            found = await find(id, address, _ASK_MS, (7000,))
            # Only plugs of 3.1 broadcast in the clear, and those are few.
            port = 6667 if self._searches % 3 else 6666
            return found or await find(id, address, max(ms - _ASK_MS, _ASK_MS), (port,))
        finally:
            self._spare.release()

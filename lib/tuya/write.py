"""Writes that return when the device has proved them, one on the wire at a time.

What is asked for while one is under way is gathered into the next, the last value of a DP
winning, so that a slider drowns no plug. Everybody gets the answer of the write their DPs went
with.
"""

import asyncio

from .errors import Offline, Rejected, TuyaError
from .port import const, sleep_ms, ticks_diff, ticks_ms, unix_time, wait_ms

# Writes closer together than this upset some plugs.
_PACE_MS = const(50)
# Real plugs acknowledge within 0.4 s (99 of 100). Past this a query tells more than waiting.
_ACK_MS = const(1000)
# A plug pushes what a write has changed soon after it has acknowledged.
_PUSH_MS = const(600)


class _Batch:
    """DPs that go out in one frame, and who waits for them."""

    def __init__(self):
        self.dps = {}
        self.unproved = {}
        self.proved = asyncio.Event()
        self.done = asyncio.Event()
        self.error = None  # type: TuyaError | None


class Writer:
    """The writes of one link. Its owner calls `see` with all DPs that the device reports."""

    def __init__(self, link, dialect, known, query):
        self._link = link
        self._dialect = dialect
        self._known = known  # the device's DPs as last reported
        self._query = query  # coroutine function that reads all DPs over a link
        self._next = None
        self._current = None
        self._reply = None
        self._task = None
        self._sent_at = ticks_ms() - _PACE_MS

    async def write(self, dps):
        """Write `dps`; return once a push or a query has shown them. Raises TuyaError."""
        if not self._next:
            self._next = _Batch()
        batch = self._next
        batch.dps.update(dps)
        if not self._task:
            self._task = asyncio.create_task(self._run())
        await batch.done.wait()
        if batch.error:
            raise batch.error.again()

    def see(self, dps):
        """Take DPs that the device reports; they may prove the write under way."""
        batch = self._current
        if not batch:
            return
        for dp in dps:
            if dp in batch.unproved and batch.unproved[dp] == dps[dp]:
                del batch.unproved[dp]
        if not batch.unproved:
            batch.proved.set()
            if self._reply:
                self._reply.event.set()

    def close(self):
        """Give up what is under way, telling all who wait. Call it before the link is closed."""
        if self._task:
            self._task.cancel()
        self._give_up()  # here too: a task cancelled before its first turn never runs

    def _give_up(self):
        for batch in (self._current, self._next):
            if batch:
                batch.error = self._link.error or Offline("the connection was closed")
                batch.done.set()
        self._current = self._next = None

    async def _run(self):
        try:
            while self._next:
                pace = _PACE_MS - ticks_diff(ticks_ms(), self._sent_at)
                if pace > 0:
                    await sleep_ms(pace)
                batch = self._current = self._next
                self._next = None
                try:
                    await self._prove(batch)
                except TuyaError as e:
                    batch.error = e
                self._current = None
                batch.done.set()
        finally:
            self._task = None
            self._give_up()

    async def _prove(self, batch):
        dps = batch.dps
        news = [dp for dp in dps if self._known.get(dp) != dps[dp]]
        batch.unproved = dict(dps)
        self._sent_at = ticks_ms()
        reply = self._reply = self._link.begin(
            self._dialect.control_command, self._dialect.control(dps, unix_time())
        )
        acknowledged = await wait_ms(reply.event, _ACK_MS)
        if reply.error:
            raise reply.error.again()
        if acknowledged and news and await wait_ms(batch.proved, _PUSH_MS):
            return
        if batch.unproved:
            await self._query(self._link)
        if batch.unproved:
            dp = min(batch.unproved)
            raise Rejected("the plug kept DP %d at %s" % (dp, self._known.get(dp)))

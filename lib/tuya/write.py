"""Writes that return when the device has proved them, one on the wire at a time.

What is asked for while one is under way is gathered into the next, the last value of a DP
winning, so that a slider drowns no plug. Everybody gets the answer of the write their DPs went
with.
"""

import asyncio

from tuya.errors import NoReply, Offline, Rejected, TuyaError
from tuya.link import Reply
from tuya.port import const, sleep_ms, ticks_add, ticks_diff, ticks_ms, unix_time, wait_soon

# Writes closer together than this upset some plugs.
_PACE_MS = const(50)
# Real plugs acknowledge within 0.4 s (99 of 100). Past this a query tells more than waiting.
_ACK_MS = const(1000)
# A plug pushes what a write has changed soon after it has acknowledged.
_PUSH_MS = const(600)
# A gateway acknowledges before or after it has reached its sub-device, which may be asleep.
_CHILD_MS = const(4000)


def checked(dps):
    """Return {number: value} with the numbers as int. Raises ValueError for what is no DP."""
    if not isinstance(dps, dict) or not dps:
        raise ValueError("DPs are a dict such as {1: True}, not %s" % repr(dps))
    numbered = {}
    for dp in dps:
        value = dps[dp]
        number = int(dp) if isinstance(dp, str) and dp.isdigit() else dp
        if isinstance(number, bool) or not isinstance(number, int) or number < 1:
            raise ValueError("a DP is a number such as 1, not %s" % repr(dp))
        # What is infinite or no number differs from itself.
        is_number = isinstance(value, (bool, int, float)) and value - value == 0
        if not (is_number or isinstance(value, str)):
            raise ValueError("DP %d takes a bool, number or text, not %s" % (number, repr(value)))
        numbered[number] = value
    return numbered


class _Batch(Reply):
    """DPs of one device or sub-device that go out in one frame, and who waits for them.

    It is the Reply to that frame as well: one that ends with the proof, or when there is no more
    to wait for.
    """

    def __init__(self, observed, confirm):
        super().__init__()
        self.observed = observed
        self.confirm = confirm
        self.dps = {}
        self.unproved = {}
        self.acknowledged = False  # in whatever way it is known to have arrived
        self.is_answered = False
        self.is_push_due = False
        self.done = None  # type: asyncio.Event | None  # for those whose DPs were gathered

    def end(self, message=None, error=None):
        self.error = error
        self.acknowledged = not error
        self.is_answered = True
        if error or not self.is_push_due:
            self.event.set()
        else:
            self.due_at = ticks_add(ticks_ms(), _CHILD_MS if self.observed.cid else _PUSH_MS)

    def expire(self, link):
        self.event.set()


class Writer:
    """The writes of one link. Its owner calls `see` with all DPs that are reported.

    `query(link, observed)` is a coroutine function that reads all DPs of an Observed.
    """

    _unacknowledged = None  # the write before, where its acknowledgement may come late

    def __init__(self, link, dialect, query):
        self._link = link
        self._dialect = dialect
        self._query = query
        self._waiting = []
        self._current = None
        self._task = None
        self._pushes = True  # until the device itself has changed something without a push
        self._sent_at = ticks_ms() - _PACE_MS

    async def write(self, observed, dps, confirm):
        """Write `dps`; return once a push or a query has shown them, or else when acknowledged.

        Raises TuyaError.
        """
        if self._current or self._task:
            await self._gather(observed, dps, confirm)
            return
        batch = _Batch(observed, confirm)
        batch.dps = dict(dps)
        try:
            await self._carry_out(batch)
        finally:
            if self._waiting:
                self._task = asyncio.create_task(self._run())

    def see(self, observed, dps):
        """Take DPs that are reported; they may prove the write under way."""
        batch = self._current
        if not batch or batch.observed is not observed:
            return
        for dp in dps:
            if dp in batch.unproved and batch.unproved[dp] == dps[dp]:
                del batch.unproved[dp]
        if not batch.unproved:
            batch.acknowledged = True
            batch.event.set()

    def close(self):
        """Give up what is under way, telling all who wait. Call it before the link is closed."""
        if self._task:
            self._task.cancel()
        self._give_up()  # here too: a task cancelled before its first turn never runs

    async def _gather(self, observed, dps, confirm):
        for batch in self._waiting:
            if batch.observed is observed and batch.confirm == confirm:
                break
        else:
            batch = _Batch(observed, confirm)
            batch.done = asyncio.Event()
            self._waiting.append(batch)
        batch.dps.update(dps)
        await batch.done.wait()
        if batch.error:
            raise batch.error.again()

    def _give_up(self):
        waiting = self._waiting
        self._waiting = []
        for batch in waiting:
            batch.error = self._link.error or Offline("the connection was closed")
            batch.done.set()

    async def _run(self):
        batch = None
        try:
            while self._waiting:
                batch = self._waiting[0]
                await self._pace()
                self._waiting.pop(0)
                try:
                    await self._carry_out(batch)
                except TuyaError as e:
                    batch.error = e
                batch.done.set()
        finally:
            self._task = None
            if batch and not batch.done.is_set():
                self._waiting.append(batch)
            self._give_up()

    async def _carry_out(self, batch):
        self._current = batch
        try:
            await self._prove(batch, batch.dps)
        except Rejected:
            if len(batch.dps) == 1:
                raise
            # Some plugs take no more than one DP at a time.
            for dp in sorted(batch.dps):
                await self._prove(batch, {dp: batch.dps[dp]})
        finally:
            self._current = None

    async def _pace(self, ms=_PACE_MS):
        pace = ms - ticks_diff(ticks_ms(), self._sent_at)
        if pace > 0:
            await sleep_ms(pace)

    async def _prove(self, batch, dps):
        late = self._unacknowledged
        if late and not batch.confirm and not late.is_answered:
            await self._pace(_ACK_MS)  # its acknowledgement must not pass for this one's
        await self._pace()
        observed = batch.observed
        known = observed.dps
        changes = any(known.get(dp) != dps[dp] for dp in dps)
        batch.unproved = dict(dps)
        batch.is_push_due = batch.confirm and changes and bool(self._pushes or observed.cid)
        batch.acknowledged = batch.is_answered = False
        batch.event.clear()
        self._sent_at = ticks_ms()
        batch.due_at = ticks_add(self._sent_at, _CHILD_MS if observed.cid else _ACK_MS)
        self._link.expect(self._dialect.control_command, batch)
        self._link.send(
            self._dialect.control_command,
            self._dialect.control(dps, unix_time(), observed.cid),
        )
        try:
            await wait_soon(batch.event, self._link.look)
        finally:
            if late or not batch.is_answered:
                self._unacknowledged = None if batch.is_answered else batch
        if batch.error:
            raise batch.error.again()
        if not batch.confirm:
            if not batch.acknowledged:
                # Late, it could pass for that of another write: the link has to go.
                self._link.fail(NoReply("no acknowledgement within %d ms" % _ACK_MS))
                raise Rejected("the plug did not acknowledge")
        elif batch.unproved:
            await self._query(self._link, observed)
            if batch.unproved:
                dp = min(batch.unproved)
                raise Rejected("the plug kept DP %d at %s" % (dp, known.get(dp)))
            if not observed.cid:
                self._pushes = not (batch.acknowledged and batch.is_push_due)

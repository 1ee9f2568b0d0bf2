"""What a device kind needs of a device, in memory. tuya.Device has the same face."""

from tuya.changes import Changes
from tuya.errors import Rejected


class StubDevice:
    """A device that does what it is told and reports it, unless it is told otherwise.

    `dps` is what it has reported, `hidden` what the next status() brings as well. `written`
    keeps the (dps, confirm) of each set(). `fixed` DPs keep their value; `on_set(dps)` is called
    before a write is done.
    """

    def __init__(self, dps=None, hidden=None, fixed=()):
        self.dps = dict(dps or {})
        self.hidden = hidden or {}
        self.fixed = fixed
        self.written = []
        self.refreshed = []
        self.statuses = 0
        self.on_set = None
        self._subscribers = []

    async def status(self):
        self.statuses += 1
        self.push(self.hidden)
        return dict(self.dps)

    async def set(self, dps, confirm=True):
        self.written.append((dps, confirm))
        if self.on_set:
            await self.on_set(dps)
        if not confirm:
            return
        self.push({dp: dps[dp] for dp in dps if dp not in self.fixed})
        for dp in sorted(dps):
            if self.dps.get(dp) != dps[dp]:
                raise Rejected(f"the plug kept DP {dp} at {self.dps.get(dp)}")

    async def refresh(self, dps=(18, 19, 20)):
        self.refreshed.append(tuple(dps))

    def changes(self):
        return Changes(self._subscribers)

    def push(self, dps):
        """Report DPs."""
        news = {dp: dps[dp] for dp in dps if dp not in self.dps or self.dps[dp] != dps[dp]}
        self.dps.update(news)
        if news:
            for subscriber in self._subscribers:
                subscriber.put(news)

    @property
    def listeners(self):
        return len(self._subscribers)

    @property
    def last(self):
        """The DPs written last."""
        return self.written[-1][0]


def refused(call, *args):
    """Return the text of the ValueError that a call must raise."""
    try:
        call(*args)
    except ValueError as e:
        return str(e)
    raise AssertionError("no ValueError")


async def fails(awaitable, error):
    """Return the error that an awaitable must raise."""
    try:
        await awaitable
    except error as e:
        return e
    raise AssertionError("no " + error.__name__)

"""DPs as their device reports them, and those who are told: none of them can hold anybody up."""

import asyncio

from tuya.errors import Rejected
from tuya.port import call, const, ticks_ms, wait_ms

if const(0):  # for an IDE: nothing is loaded here
    from collections.abc import Sequence

    from tuya.shapes import DPs, Written

# More DPs, or texts longer than this, are bounded: see values.py. The busiest devices have 60.
COUNT_MAX: int = const(100)
SHORT: int = const(64)


class Observed:
    """A device, or a sub-device of a gateway. `dps` is what it last reported, {number: value}."""

    cid = None  # the sub-device's id behind its gateway
    reply_ms = 2000  # how long a question to it may take; real plugs answer within 600 (99 of 100)
    #: It answers no queries and is device22; found out and remembered.
    is_device22: bool = False

    def __init__(self):
        self.dps: "DPs" = {}
        self.heard_at: int | None = None  # ticks_ms of the last DPs
        self._subscribers = []

    if const(0):  # for an IDE: what a device and a sub-device have of their own

        async def status(self) -> "DPs":
            """Ask for all DPs. Returns {number: value}. Raises TuyaError."""
            raise NotImplementedError

        async def set(self, dps: "Written", confirm: bool = True) -> None:
            """Write DPs, {number: value}; return when they are confirmed. Raises TuyaError."""
            raise NotImplementedError

        async def refresh(self, dps: "Sequence[int]" = ()) -> None:
            """Ask it to measure and push `dps`. Raises TuyaError."""
            raise NotImplementedError

    async def turn_on(self, switch: int | str = 1) -> None:
        """Turn on: the one switch there is, or of a strip that at the DP `switch`. As set()."""
        await self.set({int(switch): True})

    async def turn_off(self, switch: int | str = 1) -> None:
        """Turn off, as turn_on()."""
        await self.set({int(switch): False})

    async def toggle(self, switch: int | str = 1) -> None:
        """Turn on what is off, and off what is on; asks first where that is not known yet."""
        switch = int(switch)
        if switch not in self.dps:
            await self.status()
        on = self.dps.get(switch)
        if on is not True and on is not False:
            raise Rejected("it has no switch at DP %d" % switch)
        await self.set({switch: not on})

    def changes(self) -> "Changes":
        """Return an async iterator of {number: value}, what has changed since the last turn.

        An empty one says that `online` or `error` did. A slow reader gets several changes as
        one; none is lost. Use it with `async with` or close() it when leaving early.
        """
        return Changes(self._subscribers)

    def subscribe(self, subscriber: object) -> None:
        """Have `subscriber.put(changed)` called with what changes() would tell.

        It must return at once: for those who only pass the news on.
        """
        self._subscribers.append(subscriber)

    def unsubscribe(self, subscriber: object) -> None:
        """Have it called no more, if it was."""
        if subscriber in self._subscribers:
            self._subscribers.remove(subscriber)

    def take(self, dps: "DPs") -> None:
        """Take DPs that it reports."""
        self.heard_at = ticks_ms()
        news = {dp: dps[dp] for dp in dps if dp not in self.dps or self.dps[dp] != dps[dp]}
        self.dps.update(news)
        texts = [value for value in news.values() if isinstance(value, str)]
        if len(self.dps) > COUNT_MAX or any([len(text) > SHORT for text in texts]):
            from tuya.values import make_room

            make_room(self.dps, news)
        if news:
            self.tell(news)

    def tell(self, news: "DPs") -> None:
        """Tell the subscribers; an empty dict says that `online` or `error` have changed."""
        for subscriber in self._subscribers:
            call(subscriber.put, news, "a subscriber has failed")

    def end_changes(self) -> None:
        """End all iterators of changes()."""
        for changes in list(self._subscribers):
            if isinstance(changes, Changes):
                changes.close()


class Changes:
    """An async iterator of dicts. Those put while nobody reads are merged into one.

    `subscribers` is the list of the one who tells; an iterator stands in it until closed.
    """

    def __init__(self, subscribers: list[object]) -> None:
        self._subscribers = subscribers
        self._pending = {}
        self._event = asyncio.Event()
        self._closed = False
        subscribers.append(self)

    def put(self, changed: "DPs") -> None:
        """Add to what the next turn returns; an empty dict is a turn of its own."""
        self._pending.update(changed)
        self._event.set()

    def close(self) -> None:
        """End the iteration, also of one that waits. May be called twice."""
        if not self._closed:
            self._closed = True
            self._subscribers.remove(self)
            self._event.set()

    def __aiter__(self) -> "Changes":
        return self

    async def __anext__(self) -> "DPs":
        await self._event.wait()
        if self._closed:
            raise StopAsyncIteration
        self._event.clear()
        pending = self._pending
        self._pending = {}
        return pending

    async def within(self, ms: int) -> "DPs | None":
        """Return the next turn, or None when there is none within `ms`."""
        return await self.__anext__() if await wait_ms(self._event, ms) else None

    async def __aenter__(self) -> "Changes":
        return self

    async def __aexit__(self, *exception: object) -> None:
        self.close()

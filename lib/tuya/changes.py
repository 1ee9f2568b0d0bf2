"""One value to many readers, none of which can hold up the one who tells."""

import asyncio

from .port import wait_ms


class Changes:
    """An async iterator of dicts. Those put while nobody reads are merged into one.

    `subscribers` is the list of the one who tells; an iterator stands in it until closed.
    """

    def __init__(self, subscribers):
        self._subscribers = subscribers
        self._pending = {}
        self._event = asyncio.Event()
        self._closed = False
        subscribers.append(self)

    def put(self, changed):
        """Add to what the next turn returns; an empty dict is a turn of its own."""
        self._pending.update(changed)
        self._event.set()

    def close(self):
        """End the iteration, also of one that waits. May be called twice."""
        if not self._closed:
            self._closed = True
            self._subscribers.remove(self)
            self._event.set()

    def __aiter__(self):
        return self

    async def __anext__(self):
        await self._event.wait()
        if self._closed:
            raise StopAsyncIteration
        self._event.clear()
        pending = self._pending
        self._pending = {}
        return pending

    async def within(self, ms):
        """Return the next turn, or None when there is none within `ms`."""
        return await self.__anext__() if await wait_ms(self._event, ms) else None

    async def __aenter__(self):
        return self

    async def __aexit__(self, *exception):
        self.close()

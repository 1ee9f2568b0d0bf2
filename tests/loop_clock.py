"""A fake plug's clock whose time is the event loop's, which FakeTime has pass at once."""

import asyncio

_BEGAN = 1_800_000_000


class LoopClock:
    def time(self):
        return _BEGAN + self.now()

    def now(self):
        return asyncio.get_running_loop().time()

    def call_later(self, delay_s, callback, *arguments):
        return asyncio.get_running_loop().call_later(delay_s, callback, *arguments)

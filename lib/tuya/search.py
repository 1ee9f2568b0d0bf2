"""A search for devices that may have moved, any number of them, by a machine with one socket left.

It asks for those who are new and hears their answers on one port, then listens for what devices
broadcast on another, in turn.
"""

import asyncio

from tuya.discovery import discover
from tuya.port import const, sleep_ms, wait_ms

# Devices that are silent until asked answer at once.
_ASK_MS = const(600)
_ANSWERS = const(7000)
# Others broadcast every 5 to 8 s, those of 3.1 in the clear.
_LISTEN_MS = const(2000)
_CLEAR = const(6666)
_SECRET = const(6667)
_NO_SOCKET_MS = const(1000)


class _Wanted:
    def __init__(self, id, address, ms, port):
        self.id = id
        self.address = address
        self.left_ms = ms  # of listening
        self.port = port
        self.is_asked = False
        self.found = None
        self.event = asyncio.Event()


class Search:
    """Begins with the first find(), goes on while somebody looks; `end()` is called then."""

    def __init__(self, end):
        self._end = end
        self._wanted = []
        self._has_asked = False  # just now: whoever came meanwhile is asked for later
        self._task = asyncio.create_task(self._run())

    async def find(self, id, address, ms, version=None):
        """As discovery.find(): `ms` of listening, and of asking and others what that takes.

        Only a `version` of "3.1" says that the device broadcasts in the clear.
        """
        wanted = _Wanted(id, address, ms, _CLEAR if version == "3.1" else _SECRET)
        self._wanted.append(wanted)
        try:
            await wait_ms(wanted.event, 3 * ms)
            return wanted.found
        finally:
            self._wanted.remove(wanted)

    async def _run(self):
        try:
            while self._wanted:
                new = [wanted for wanted in self._wanted if not wanted.is_asked]
                try:
                    if new and not self._has_asked:
                        await self._ask(new)
                    else:
                        await self._listen()
                except OSError:  # no socket is free, or there is no network
                    await sleep_ms(_NO_SOCKET_MS)
        finally:
            self._end()

    async def _ask(self, new):
        self._has_asked = True
        addresses = [wanted.address for wanted in new if wanted.address]
        await self._take(discover(_ASK_MS, addresses, ports=(_ANSWERS,)))
        for wanted in new:
            wanted.is_asked = True

    async def _listen(self):
        self._has_asked = False
        port = max(self._wanted, key=lambda wanted: wanted.left_ms).port
        await self._take(discover(_LISTEN_MS, ports=(port,)))
        for wanted in self._wanted:
            if wanted.port == port:
                wanted.left_ms -= _LISTEN_MS
            if wanted.left_ms <= 0:
                wanted.event.set()

    async def _take(self, discovery):
        try:
            async for found in discovery:
                for wanted in self._wanted:
                    if wanted.id == found.id:
                        wanted.found = found
                        wanted.event.set()
                if not self._wanted:
                    break
        finally:
            discovery.close()

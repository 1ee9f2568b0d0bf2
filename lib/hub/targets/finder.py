"""Looks for plugs with the one socket that there is to spare."""

from tuya.port import const

# Plugs that are silent until asked answer at once, on a port of its own.
_ASK_MS = const(600)


class Seeker:
    """`spare` is the lock of the socket; who does not get it has found nothing this time."""

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

"""What comes to one side of a stream without a network: bytes that a test has put there."""

import asyncio


class Incoming:
    """Has the reading calls of a stream; `put` is the other side."""

    def __init__(self):
        self._outgoing = []
        self._something = asyncio.Event()

    async def readinto(self, buf):
        """Wait for bytes and read some into `buf`: their count, 0 at the end."""
        while not self._outgoing:
            self._something.clear()
            await self._something.wait()
        return self.read_now(buf)

    def read_now(self, buf):
        """Read what is there: its count, None for nothing yet."""
        if not self._outgoing:
            return None
        data = self._outgoing.pop(0)
        if len(data) > len(buf):
            self._outgoing.insert(0, data[len(buf) :])
            data = data[: len(buf)]
        buf[: len(data)] = data
        return len(data)

    def put(self, data):
        """Send bytes."""
        self._outgoing.append(data)
        self._something.set()

    def hang_up(self):
        """Close the connection."""
        self.put(b"")

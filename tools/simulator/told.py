"""What a process tells, line by line, for those who wait for a line of it."""

import asyncio
import re


class Told:
    """The lines of a stream. `lines` keeps all that was told."""

    patience_s = 20  # to wait for a line, where it is not said

    def __init__(self):
        self.lines = []
        self._news = asyncio.Event()
        self._reader = None

    def listen(self, source):
        """Begin to read the stream `source`."""
        self._reader = asyncio.create_task(self._read(source))

    async def told_all(self):
        """Wait for the end of the stream."""
        await self._reader

    async def expect(self, pattern, seconds=None, after=0):
        """Wait until a line from number `after` on matches; return the match.

        Raises AssertionError with all that was told when none does in time.
        """
        try:
            async with asyncio.timeout(seconds or self.patience_s):
                while True:
                    for line in self.lines[after:]:
                        match = re.search(pattern, line)
                        if match:
                            return match
                    if self._reader.done():
                        break
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            pass
        raise AssertionError(f"no line matches {pattern!r} in:\n" + "\n".join(self.lines))

    def on_line(self, line):
        """Called with each line that is told; made to be replaced."""

    def on_data(self, data):
        """Called with the bytes of each line, its end included; made to be replaced."""

    async def _read(self, source):
        async for line in source:
            self.on_data(line)
            text = line.decode(errors="replace").rstrip()
            self.lines.append(text)
            self.on_line(text)
            self._news.set()
        self._news.set()

"""A hub that `plughub serve` runs on this PC, in a process of its own."""

import asyncio
import contextlib
import json
import os
import re
import signal
import sys

from plughub import ROOT

_START_S = 30
_END_S = 20


class Served:
    """`plughub serve` in the folder `home`. A context; `lines` keeps all that it has told."""

    def __init__(self, home, *words, **environment):
        self.home = home
        self.lines = []
        self._words = words
        self._environment = environment
        self._news = asyncio.Event()
        self.process = None

    async def __aenter__(self):
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "plughub", "serve", "--home", str(self.home)),
            *map(str, self._words),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=os.environ
            | {"PYTHONPATH": f"{ROOT / 'lib'}:{ROOT / 'tools'}", "COLUMNS": "200"}
            | self._environment,
        )
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *exception):
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.ended()

    async def expect(self, pattern, after=0, seconds=_START_S):
        """Wait until a line from number `after` on matches; return the match."""
        try:
            async with asyncio.timeout(seconds):
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

    async def page(self, after=0):
        """Wait for the page; return its port."""
        return int((await self.expect(r"the page: http://\S+:(\d+)/", after))[1])

    async def stop(self, number=signal.SIGTERM):
        """Ask it to end; return its exit status."""
        self.process.send_signal(number)
        return await self.ended()

    async def ended(self):
        """Wait for its end; return its exit status."""
        async with asyncio.timeout(_END_S):
            await self._reader
            return await self.process.wait()

    async def _read(self):
        async for line in self.process.stderr:
            self.lines.append(line.decode(errors="replace").rstrip())
            self._news.set()
        self._news.set()


def write_config(home, config):
    """Put a configuration into the folder of a home."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "config.json").write_text(json.dumps(config))

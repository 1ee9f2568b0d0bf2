"""A hub that `plughub serve` runs on this PC, in a process of its own."""

import asyncio
import contextlib
import json
import os
import signal
import sys

from plughub import ROOT
from simulator.told import Told

_END_S = 20


class Served(Told):
    """`plughub serve` in the folder `home`. A context; `lines` keeps all that it has told."""

    patience_s = 30  # for a start

    def __init__(self, home, *words, **environment):
        super().__init__()
        self.home = home
        self._words = words
        self._environment = environment
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
        self.listen(self.process.stderr)
        return self

    async def __aexit__(self, *exception):
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.ended()

    async def page(self, after=0):
        """Wait for the page; return its port."""
        return int((await self.expect(r"the page: http://\S+:(\d+)/", after=after))[1])

    async def stop(self, number=signal.SIGTERM):
        """Ask it to end; return its exit status."""
        self.process.send_signal(number)
        return await self.ended()

    async def ended(self):
        """Wait for its end; return its exit status."""
        async with asyncio.timeout(_END_S):
            await self.told_all()
            return await self.process.wait()


def write_config(home, config):
    """Put a configuration into the folder of a home."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "config.json").write_text(json.dumps(config))

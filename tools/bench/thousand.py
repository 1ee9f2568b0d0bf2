"""`make bench`: a thousand devices at one hub on this PC.

    thousand.py [DEVICES [PUSHES [FAULTS]]] [broker]

Fake plugs of all versions in processes of their own push what they measure, together so many
times a second; the hub polls each every 10 s. Somebody switches one after the other by the API
while a page is open. With FAULTS, so many seconds in which one plug after the other is reset,
silent, late or off: at the end each has to be as it was last confirmed, and nothing left open.
With "broker" the hub tells all of it to mosquitto as well, which has the same two cores.
"""

import asyncio
import contextlib
import json
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

from bench.client import ask, send
from bench.mosquitto import Judge, Mosquitto

_CROWDS = 4
_PORT, _BROKER_PORT = 8131, 8132
_SWITCHES = 400
_PAUSE_S = 0.05
_IDLE_S = 30
_START_S = 120
_SETTLE_S = 12  # by then each was asked once more
_MB = 1 << 20
_TICK = os.sysconf("SC_CLK_TCK")
#: p95 of a switch in ms, MB of the hub, share of one core.
_BARS = {"switch p95, ms": 50, "RSS, MB": 200, "of one core, %": 100}
_BARS |= {"wrong at the end": 0, "files left open": 0}


class Process:
    """A Python process of ours with its standard input and output. A context."""

    def __init__(self, *words):
        self._words = map(str, words)
        self.process = None

    async def __aenter__(self):
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", *self._words),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=1 << 24,
        )
        return self

    async def __aexit__(self, *exception):
        self.process.stdin.close()
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
        await self.process.wait()

    async def line(self):
        return json.loads(await self.process.stdout.readline())

    def tell(self, line):
        self.process.stdin.write(line.encode() + b"\n")

    def cpu_s(self):
        """Return the seconds of a core that it has taken."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICK

    def rss(self):
        """Return its bytes of memory."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def open_files(self):
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))


async def measure(devices, pushes, faults_s, has_broker=False):
    """Return {what: figure}."""
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        share = devices // _CROWDS
        crowds = []
        for number in range(_CROWDS):
            words = f"127.0.2.{number + 1}", share, number * share, pushes / _CROWDS
            crowds.append(await stack.enter_async_context(Process("bench.crowd", *words)))
        plugs = [plug for crowd in crowds for plug in await crowd.line()]
        config = {"web": {"port": _PORT, "auth": False}, "plugs": plugs}
        judge = None
        if has_broker:
            await stack.enter_async_context(Mosquitto(folder, _BROKER_PORT))
            judge = await stack.enter_async_context(Judge(_BROKER_PORT))
            config["mqtt"] = {"host": "127.0.0.1", "port": _BROKER_PORT}
        (folder / "config.json").write_text(json.dumps(config))
        began = time.monotonic()
        words = "plughub", "serve", "--home", folder, "--host", "127.0.0.1"
        hub = await stack.enter_async_context(Process(*words))
        await _until(_is_up)
        figures = {"page after, s": time.monotonic() - began}
        await _until(lambda: _online(len(plugs)))
        figures["all connected after, s"] = time.monotonic() - began
        page = asyncio.create_task(_look())
        try:
            figures |= await _watch(hub, crowds, judge)
            files = hub.open_files()
            switched = await _switch(plugs)
            figures["switch p50, ms"] = switched[len(switched) // 2]
            figures["switch p95, ms"] = switched[len(switched) * 95 // 100]
            if faults_s:
                figures |= await _suffer(crowds, plugs, faults_s)
            figures["wrong at the end"] = await _wrong(crowds, len(plugs))
            figures["files left open"] = hub.open_files() - files
            figures["RSS, MB"] = hub.rss() / _MB
        finally:
            page.cancel()
    return figures


async def _until(is_so):
    due = time.monotonic() + _START_S
    while True:
        with contextlib.suppress(OSError, AssertionError):
            if await is_so():
                return
        assert time.monotonic() < due, "it did not come about"
        await asyncio.sleep(0.1)


async def _is_up():
    return await ask(_PORT, "GET", "/health")


async def _online(count):
    plugs = json.loads(await ask(_PORT, "GET", "/api/v1/plugs"))
    return sum(plug["online"] for plug in plugs) == count


async def _look():
    """Be a page: read all that it is told."""
    reader, writer = await send(_PORT, "GET", "/events")
    try:
        while await reader.read(1 << 16):
            pass
    finally:
        writer.close()


async def _switch(plugs):
    """Switch plugs by chance; return the ms that each took until it was confirmed, sorted."""
    took = []
    for number in range(_SWITCHES):
        name = random.choice(plugs)["name"]
        path = f"/api/v1/plugs/{quote(name)}/switch"
        began = time.perf_counter()
        await ask(_PORT, "PUT", path, {"on": number % 2 == 0})
        took.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(_PAUSE_S)
    return sorted(took)


async def _watch(hub, crowds, judge):
    """Return what the hub takes while it does no more than it has to, and how much that is."""
    told = lambda: len(judge.messages) if judge else 0  # noqa: E731
    before, since = [hub.cpu_s(), told(), *await _count(crowds)], time.monotonic()
    await asyncio.sleep(_IDLE_S)
    after, seconds = [hub.cpu_s(), told(), *await _count(crowds)], time.monotonic() - since
    rates = [(b - a) / seconds for a, b in zip(before, after, strict=True)]
    cpu, messages, pushes, questions = rates
    figures = {"of one core, %": 100 * cpu, "pushes/s": pushes, "questions/s": questions}
    return figures | ({"messages/s to the broker": messages} if judge else {})


async def _count(crowds):
    for crowd in crowds:
        crowd.tell("count")
    return map(sum, zip(*[await crowd.line() for crowd in crowds], strict=True))


async def _suffer(crowds, plugs, seconds):
    """Switch under faults; return how that went."""
    for crowd in crowds:
        crowd.tell(f"faults {seconds}")
    due = time.monotonic() + seconds
    confirmed = failed = 0
    while time.monotonic() < due:
        path = f"/api/v1/plugs/{quote(random.choice(plugs)['name'])}/switch"
        try:
            await ask(_PORT, "PUT", path, {"on": random.random() < 0.5})
            confirmed += 1
        except AssertionError:
            failed += 1  # said in words, of one that suffers just then
        await asyncio.sleep(_PAUSE_S)
    return {"confirmed under faults": confirmed, "failed, and told so": failed}


async def _wrong(crowds, count):
    """Return how many plugs are shown otherwise than they are, when nothing happens any more."""
    actual = {}
    for crowd in crowds:
        crowd.tell("state")
    for crowd in crowds:
        actual |= await crowd.line()
    await _until(lambda: _online(count))
    await asyncio.sleep(_SETTLE_S)
    shown = json.loads(await ask(_PORT, "GET", "/api/v1/plugs"))
    return sum([plug["on"], plug["power"] * 10] != actual[plug["id"]] for plug in shown)


def main():
    has_broker = sys.argv[-1] == "broker"
    numbers = [int(word) for word in sys.argv[1 : len(sys.argv) - has_broker]]
    devices, pushes, faults_s = (*numbers, *(1000, 500, 0)[len(numbers) :])
    print(f"\n{f'thousand devices: {devices}, {pushes} pushes/s':40}{'':>10}{'bar':>10}")
    for name, value in asyncio.run(measure(devices, pushes, faults_s, has_broker)).items():
        bar = _BARS.get(name)
        verdict = "  missed" if bar is not None and value > bar else ""
        print(f"{name:40}{value:10.1f}{'' if bar is None else bar:>10}{verdict}")


if __name__ == "__main__":
    main()

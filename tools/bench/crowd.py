"""Many fake plugs in a process of their own: crowd.py HOST COUNT FIRST PUSHES

They listen at HOST, have the numbers from FIRST on, and push what they measure, all together so
many times a second. Prints what a client needs to know of them as a line of JSON. Then it obeys
lines on standard input:

    count           answer with [pushes so far, questions heard so far], a line of JSON
    faults SECONDS  do harm to one after the other for so long: reset, silence, reboot, lag
    state           push no more; when all are well answer with {id: [on, power]}
"""

import asyncio
import json
import random
import sys
from dataclasses import replace

from fakeplug import FakePlug, commands, plug

VERSIONS = ("3.3", "3.5", "3.4", "3.1")
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_DPS = {1: False, 9: 0, 17: 0, 18: 417, 19: 957, 20: 2304}
_QUESTIONS = (commands.UPDATEDPS, commands.DP_QUERY, commands.DP_QUERY_NEW)
_TICK_S = 0.02
# Frames that a plug remembers: nobody looks at them here.
_REMEMBERED = 4
_HARM_EVERY_S = 1.0


class Plug(FakePlug):
    """Counts how often all of them were asked for what they measure."""

    questions = 0

    def note(self, frame):
        if frame.command in _QUESTIONS:
            Plug.questions += 1
        super().note(frame)


class Crowd:
    """Plugs of mixed versions at one address."""

    def __init__(self, host, count, first):
        dice = random.Random(first)
        self._host = host
        self._dice = random.Random()
        self._numbers = range(first, first + count)
        self.pushed = 0
        self._suffering = set()
        self.plugs = [
            Plug(
                f"bf{number:020}",
                "".join(dice.choices(_LETTERS, k=16)),
                VERSIONS[number % len(VERSIONS)],
                dict(_DPS),
            )
            for number in self._numbers
        ]

    async def start(self):
        for each in self.plugs:
            await each.start(self._host)

    def describe(self):
        return [
            {
                "name": f"plug {number}",
                "id": each.id,
                "key": each.key.decode(),
                "address": each.host,
                "port": each.port,
                "version": each.version,
            }
            for number, each in zip(self._numbers, self.plugs, strict=True)
        ]

    async def push(self, a_second):
        """Push a new power from one plug after the other, for ever."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        while True:
            while self.pushed < (loop.time() - began) * a_second:
                each = self.plugs[self.pushed % len(self.plugs)]
                each.measure({19: self._dice.randrange(100, 9000)})
                each.report([19])
                self.pushed += 1
            await asyncio.sleep(_TICK_S)

    async def do_harm(self, seconds):
        """Do harm to one plug after the other; all are well again at the end."""
        async with asyncio.TaskGroup() as group:
            for _ in range(int(seconds / _HARM_EVERY_S)):
                each = self._dice.choice(self.plugs)
                if each not in self._suffering:
                    group.create_task(self._suffer(each))
                await asyncio.sleep(_HARM_EVERY_S)

    async def _suffer(self, each):
        self._suffering.add(each)
        harm = self._dice.choice((self._reset, self._mute, self._reboot, self._lag))
        await harm(each)
        self._suffering.discard(each)

    async def _reset(self, each):
        each.crash()

    async def _mute(self, each):
        await self._with_quirks(each, mute=True)

    async def _lag(self, each):
        await self._with_quirks(each, delay_s=0.3)

    async def _reboot(self, each):
        await each.stop()
        await asyncio.sleep(self._dice.uniform(1, 5))
        await each.start(each.host, each.port)

    async def _with_quirks(self, each, **changes):
        before = each.quirks
        each.quirks = replace(before, **changes)
        await asyncio.sleep(self._dice.uniform(5, 15))
        each.quirks = before
        each.crash()


async def _run(host, count, first, pushes):
    plug.RECEIVED_LIMIT = _REMEMBERED
    crowd = Crowd(host, count, first)
    await crowd.start()
    print(json.dumps(crowd.describe()), flush=True)
    pushing = asyncio.create_task(crowd.push(pushes))
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    protocol = asyncio.StreamReaderProtocol(reader)
    await loop.connect_read_pipe(lambda: protocol, sys.stdin)
    harm = None
    while line := await reader.readline():
        word, _, rest = line.decode().strip().partition(" ")
        if word == "faults":
            harm = asyncio.create_task(crowd.do_harm(float(rest)))
        elif word == "count":
            print(json.dumps([crowd.pushed, Plug.questions]), flush=True)
        elif word == "state":
            pushing.cancel()
            if harm:
                await harm
            state = {each.id: [each.dps[1], each.dps[19]] for each in crowd.plugs}
            print(json.dumps(state), flush=True)


if __name__ == "__main__":
    asyncio.run(_run(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])))

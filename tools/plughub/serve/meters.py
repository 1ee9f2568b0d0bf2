"""Meters of a thousand plugs: a board asks one after the other, here one that is silent for two
seconds must not keep the others waiting.
"""

import asyncio

from hub.energy.meters import Meters

_STEP_S = 5
#: Plugs that are asked at the same time.
_AT_A_TIME = 32
#: So much of the time is used for asking: the rest is for those who keep one waiting.
_SHARE = 0.5


class ManyMeters(Meters):
    """As Meters: each connected plug is asked every `interval_ms`, spread evenly over that."""

    async def run(self, beat):
        """Measure, for ever."""
        loop = asyncio.get_running_loop()
        turns = max(1, self._interval_ms // (_STEP_S * 1000))
        due = loop.time()
        step = 0
        while True:
            beat()
            step += 1
            plugs = list(self._plugs.values())
            for plug in plugs:
                if plug.meter:
                    self._sample(plug)
            await self._ask_all(plugs[step % turns :: turns], beat)
            self._save_when_due()
            due = max(due + _STEP_S, loop.time())
            await asyncio.sleep(due - loop.time())

    async def _ask_all(self, plugs, beat):
        left = iter(plugs)
        pause_s = _STEP_S * _SHARE * _AT_A_TIME / max(len(plugs), _AT_A_TIME)
        begins = [pause_s * i / _AT_A_TIME for i in range(_AT_A_TIME)]
        await asyncio.gather(*(self._ask_in_turn(left, at, pause_s, beat) for at in begins))

    async def _ask_in_turn(self, left, begin_s, pause_s, beat):
        await asyncio.sleep(begin_s)  # not all at once: a press would have to wait for them
        for plug in left:
            await self._ask(plug)
            beat()
            await asyncio.sleep(pause_s)

"""The home as holds see it: targets that they turn back, plugs that do so themselves."""

import asyncio

from tuya.errors import Rejected, TuyaError
from tuya.port import const, known_time, ticks_ms

from ..log import log
from .action import Action
from .timers import Holds

_PATIENCE_MS = const(120000)
_COUNTDOWN = const(9)  # s
_COUNTDOWN_MAX_S = const(86400)
# It may have gone on counting for so long by the time it is asked.
_COUNTED_S = const(5)


def begin_holds(hub):
    """Return the Holds of a Hub, and have it run them."""
    holds = Holds(_HoldHome(hub), hub.state, ticks_ms, known_time)
    hub.supervisor.add("holds", holds.run, _PATIENCE_MS, hub.broadcast)
    return holds


class _HoldHome:
    def __init__(self, hub):
        self._hub = hub
        self._tasks = set()
        self.find = hub.target

    def turn(self, name, on):
        action = Action(name, "on" if on else "off")
        self._tasks.add(asyncio.create_task(self._end(self._hub.carry_out(action))))

    def count_down(self, name, seconds):
        plug = self._hub.plugs.get(name)
        left = plug and plug.device.dps.get(_COUNTDOWN)
        if left is None or not (seconds or left) or seconds > _COUNTDOWN_MAX_S:
            return False
        self._tasks.add(asyncio.create_task(self._end(_count_down(plug, seconds))))
        return True

    async def _end(self, coroutine):
        try:
            await coroutine
        finally:
            self._tasks.discard(asyncio.current_task())


async def _count_down(plug, seconds):
    """Have the plug itself switch over in `seconds`; 0 ends that."""
    try:
        await plug.write({_COUNTDOWN: seconds})
    except TuyaError as e:
        left = plug.device.dps.get(_COUNTDOWN)
        if not isinstance(e, Rejected) or not left or not seconds - _COUNTED_S <= left <= seconds:
            log("%s does not count down itself: %s" % (plug.name, e))  # the hub does

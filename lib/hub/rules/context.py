"""The home as the rules see it: what they watch, and what they have done."""

import asyncio

from hub.clock import location as site
from hub.log import WARNING, log
from tuya.port import const, known_time, sleep_ms, ticks_diff, ticks_ms

_ONLINE = const(0)
_NOTICES = const(6)
# How often a measure that is too old is looked at, in case it is fresh again.
_STALE_MS = const(10000)
# A plug that cannot be reached is tried again after so many ms, if nobody switches it meanwhile.
_RETRIES_MS = (2000, 5000, 10000, 20000, 25000)


class Context:
    """Stands between the Hub and its Engine. `poll_ms`: how often connected plugs measure."""

    def __init__(self, hub, poll_ms):
        self._hub = hub
        self._poll_ms = poll_ms
        self._newest = {}  # {name: the Action that came last}
        self._tasks = set()
        hub.notices = Notices(hub.broadcast)
        self.notify = hub.notices.put
        self.ask = site.ask

    def read(self, name, dp):
        """Return (value, the ms for which it can be taken for true; None: until it changes).

        The value of a DP; None: of whether the target is on; 0: of whether the plug is online; a
        name: of what its kind has, in tenths; "mode=heat": of whether that is so. It is None where
        it is not known.
        """
        hub = self._hub
        target = hub.inputs.get(name)
        try:
            target = target or hub.targets.find(name)
        except KeyError:
            return None, None
        device = getattr(target, "device", None)
        if not device:
            return target.on, None
        if dp == _ONLINE:
            is_known = device.online or device.error
            return (device.online if is_known else None), None
        if not device.online:
            return None, None
        if dp is None:
            return target.on, None
        if isinstance(dp, str):
            return _value_of(target, dp), None
        value = device.dps.get(dp)
        slot = target.slot
        left = 2 * (self._poll_ms if slot.is_persistent else slot.interval_ms)
        left -= ticks_diff(ticks_ms(), device.heard_at)
        if left <= 0 or type(value) is not int:
            return None, _STALE_MS
        return value, left + 1

    def act(self, action, rule):
        """Have an Action carried out; one that fails is tried again for a minute."""
        self._newest[action.name] = action
        self._tasks.add(asyncio.create_task(self._act(action, rule)))

    async def _act(self, action, rule):
        try:
            cause = rule.cause if rule else "lock"
            was, _ = self.read(action.name, None)
            for pause in _RETRIES_MS:
                if await self._hub.executor.attempt(action, cause) or self._is_hopeless(
                    action.name
                ):
                    return
                await sleep_ms(pause)
                on, _ = self.read(action.name, None)
                is_switched = on is not None and was is not None and on is not was
                if self._newest.get(action.name) is not action or is_switched:
                    return
        finally:
            self._tasks.discard(asyncio.current_task())

    def _is_hopeless(self, name):
        """Tell whether there is no such target any more, or it is locked."""
        try:
            return getattr(self._hub.targets.find(name), "lock", None)
        except KeyError:
            return True

    def cancel(self, rule):
        """Have nothing turned back that a rule has switched."""
        timers = self._hub.timers()
        if timers:
            timers.cancel(rule.cause)

    def lock(self, name, why):
        """Keep a target from being switched on, because of `why`; None: no more."""
        try:
            self._hub.targets.find(name).lock = why
        except KeyError:
            pass  # it is in the configuration no more


def _value_of(target, what):
    """Return a value of a target's kind in tenths, or whether it "name=is so"."""
    name, is_equal, wanted = what.partition("=")
    kind = getattr(target, "kind", None)
    value = kind.values().get(name) if kind else None
    if value is None:
        return None
    if is_equal:
        return str(value) == wanted
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return round(value * 10) if is_number else None


class Notices:
    """What rules have to tell people: the last few events, for the page.

    They go through the broadcast like a target, under no name.
    """

    name = None
    seq = 0

    def __init__(self, broadcast):
        self.last = []  # {"time": Unix time or None, "text"}, the newest last
        self._broadcast = broadcast

    def put(self, text):
        """Tell `text`."""
        log("notice: %s" % text, WARNING)
        self.last = self.last[1 - _NOTICES :]
        self.last.append({"time": known_time(), "text": text})
        self._broadcast.tell(self)

"""A relay that keeps what it drives from harm: pulse, interlock, rest and longest time on."""

import asyncio

from hub.targets.relay import Relay
from hub.targets.target import Locked
from tuya.port import sleep_ms, ticks_diff, ticks_ms


class Interlock:
    """Relays of which only one may be on, such as up and down of a motor.

    From one going off to another going on, `dead_ms` pass.
    """

    def __init__(self, name=""):
        self.name = name
        self.relays = []
        self.lock = asyncio.Lock()


class GuardedRelay(Relay):
    """`rules`: {"pulse_ms", "min_off_s", "max_on_s", "dead_ms"}, each None for none.

    `interlock` is the Interlock that it shares with others, or None.
    """

    def __init__(self, name, pin, active, on, broadcast, rules, interlock=None):
        super().__init__(name, pin, active, on, broadcast)
        self._rules = rules
        self.interlock = interlock
        self._off_at = None
        self._limit = None  # the task that switches it off
        if interlock:
            interlock.relays.append(self)
        if on:
            self._begin_limit()

    async def switch(self, on):
        """Switch; an interlocked one goes on after the dead time. Raises Locked for a rest."""
        self.check_lock(on)
        if not on:
            self._off()
        elif not self.on:
            self._check_rest()
            if self.interlock:
                await self._switch_alone()
            else:
                self.put(True)
            self._begin_limit()
        elif self._rules["pulse_ms"]:
            self._begin_limit()

    def close(self):
        """Switch off and forget the others."""
        super().close()
        self._off()
        if self.interlock:
            self.interlock.relays.remove(self)

    def _check_rest(self):
        rest_s = self._rules["min_off_s"]
        if rest_s and self._off_at is not None:
            left = rest_s - ticks_diff(ticks_ms(), self._off_at) // 1000
            if left > 0:
                raise Locked("%s has to stay off for another %d s" % (self.name, left))

    async def _switch_alone(self):
        lock = self.interlock.lock
        await lock.acquire()
        try:
            others = [relay for relay in self.interlock.relays if relay is not self]
            now = ticks_ms()
            dead_ms = self._rules["dead_ms"] or 0
            wait = 0
            for relay in others:
                if relay.on:
                    relay._off()
                if relay._off_at is not None:
                    wait = max(wait, dead_ms - ticks_diff(now, relay._off_at))
            if wait > 0:
                await sleep_ms(wait)
            self.put(True)
        finally:
            lock.release()

    def _off(self):
        if self.on:
            self._off_at = ticks_ms()
        if self._limit:
            self._limit.cancel()
            self._limit = None
        self.put(False)

    def _begin_limit(self):
        if self._limit:
            self._limit.cancel()
        ms = self._rules["pulse_ms"] or (self._rules["max_on_s"] or 0) * 1000
        self._limit = asyncio.create_task(self._end_after(ms)) if ms else None

    async def _end_after(self, ms):
        await sleep_ms(ms)
        self._limit = None
        self._off()


def guarded(relays, item, arguments):
    """Return the GuardedRelay of these settings; `relays`: {name: target} of those there are.

    `arguments`: those of a Relay.
    """
    interlock = None
    if item["interlock"]:
        shared = [relay.interlock for relay in relays.values() if hasattr(relay, "interlock")]
        same = [lock for lock in shared if lock and lock.name == item["interlock"]]
        interlock = same[0] if same else Interlock(item["interlock"])
    rules = {
        "pulse_ms": item["pulse_ms"],
        "min_off_s": item["min_off"],
        "max_on_s": item["max_on"],
        "dead_ms": item["dead_ms"],
    }
    return GuardedRelay(*(arguments + (rules, interlock)))

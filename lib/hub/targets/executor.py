"""Carries out Actions: the one way by which anything in the home is switched."""

import asyncio

from hub.log import WARNING, log
from hub.targets.target import PUBLISH, RUN, wanted
from tuya.errors import TuyaError
from tuya.port import const, ticks_diff, ticks_ms

# A plug in order has confirmed by then.
_BUSY_MS = const(100)


class Executor:
    """`find(name)` returns a target and raises KeyError; `timers(is_needed)` returns the Timers,
    or None while nobody has needed them.

    `run(action)` does what switches nothing: runs a rule, publishes a message; raises KeyError and
    TuyaError. `gather`: asyncio's, or one that needs no
    event loop.

    Each Action comes with a `cause`: in words, who wants it ("button hall", "rule evening"). It
    ends the timer of what it switches, whoever began it, or begins another one.
    """

    def __init__(self, find, timers, run, gather=asyncio.gather):
        self._find = find
        self._timers = timers
        self._run = run
        self._gather = gather
        self._tasks = set()
        self._begun_at = 0
        self.light = None  # the LED, which tells of what people press

    @property
    def is_busy(self):
        """Whether something has just been begun, and is under way."""
        return bool(self._tasks) and ticks_diff(ticks_ms(), self._begun_at) < _BUSY_MS

    async def perform(self, action, cause):
        """Do what an Action says; return its target, if it has one. Raises KeyError, TuyaError.

        Of several targets all that can be switched are; then the first error is raised, in whose
        text stands which of them it is and which were switched.
        """
        if action.verb in (RUN, PUBLISH):
            self._run(action)
            return None
        target = self._find(action.name)
        if not target.parts:
            await self._switch(target, wanted(action.verb, target), action, cause)
            return target
        parts = list(self._parts(target, action.verb))
        work = [self._switch(part, become, action, cause) for part, become in parts]
        results = await self._gather(*work, return_exceptions=True)
        failed = []
        for i, result in enumerate(results):
            if isinstance(result, TuyaError):
                failed.append(i)
            elif isinstance(result, BaseException):
                raise result
        if failed:
            from hub.targets.group import error_of_members

            raise error_of_members(results[failed[0]], [part.name for part, _ in parts], failed)
        return target

    async def attempt(self, action, cause):
        """Do what an Action says, and log how it went; tell whether it worked."""
        try:
            await self.perform(action, cause)
        except KeyError:
            log("%s is not there any more" % action.name, WARNING)
            return False
        except TuyaError as e:
            log("failed: %s (%s): %s" % (action, cause, e), WARNING)
            return False
        log("done: %s (%s)" % (action, cause))
        return True

    def presser(self, cause):
        """Return act(action), which begins what somebody presses; the LED tells of it."""
        return lambda action: self.begin(action, cause, self.light)

    def begin(self, action, cause, light=None):
        """Have an Action carried out, and return at once. `light`: an LED, which tells of it."""
        if light:
            light.press()
        self._begun_at = ticks_ms()
        self._tasks.add(asyncio.create_task(self._begun(action, cause, light)))

    async def _begun(self, action, cause, light):
        failed = True
        try:
            failed = not await self.attempt(action, cause)
        finally:
            if light:
                light.release(failed)
            self._tasks.discard(asyncio.current_task())

    def _parts(self, target, verb):
        """Yield (target, what it becomes) of all that a group or a scene stands for."""
        for name, become in target.parts(verb):
            part = self._find(name)
            if part.parts:
                yield from self._parts(part, become)
            else:
                yield part, wanted(become, part)

    async def _switch(self, target, become, action, cause):
        target.asked_by = cause
        try:
            await (target.set if isinstance(become, dict) else target.switch)(become)
        finally:
            if target.asked_by is cause:  # and nobody else has asked meanwhile
                target.asked_by = None
        timers = self._timers(bool(action.for_ms))
        if action.for_ms:
            arguments = action.for_ms // 1000, action.retrigger, action.is_until, cause
            timers.begin(target.name, not become, *arguments)
        elif timers:
            timers.end(target.name)

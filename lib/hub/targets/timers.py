"""Targets that are turned back when their time is over, such as a hall light after two minutes."""

from tuya.port import const

from ..clock.due import Due, restore

_IDLE_MS = const(86400000)
_LOOK_MS = const(10000)  # so often it is seen whether the clock was set
# A plug that could not be reached is turned back later, and at once when it shows itself.
_AGAIN_S = const(5)
_AGAIN_MAX_S = const(320)
# The plug's own countdown comes first; the hub sees whether it has.
_GRACE_S = const(5)
_FACTS = "holds"


class Holds:
    """One time a target: the last one said counts. They survive a restart.

    `home` has find(name), which raises KeyError, turn(name, on) and count_down(name, seconds),
    which return at once; `state` keeps facts; `now()` is ticks_ms, `unix()` Unix time or None.
    """

    def __init__(self, home, state, now, unix):
        self._home = home
        self._state = state
        self._now = now
        self._unix = unix
        # name: [Due, what it becomes then, is it a time of day, whose it is, s until another try]
        self._held = {}
        self._wake = None
        for name, saved in state.facts(_FACTS).items():
            if isinstance(saved, list) and len(saved) == 4:
                on, is_until, owner, due = saved
                self._held[name] = [restore(due, now()), on, is_until, owner, _AGAIN_S]

    def begin(self, name, on, seconds, retrigger=True, is_until=False, owner=None):
        """Have a target switched `on` in so many seconds. A time that runs is begun anew or left.

        A time of day (`is_until`) stays when the target is switched meanwhile.
        """
        if name in self._held and not retrigger:
            return
        has_countdown = not is_until and self._home.count_down(name, seconds)
        held_s = seconds + _GRACE_S if has_countdown else seconds
        due = Due(self._now(), held_s, self._unix(), is_until)
        self._held[name] = [due, on, is_until, owner, _AGAIN_S]
        self._state.remember(_FACTS, name, [on, is_until, owner, due.save()])
        self._state.write()
        if self._wake:
            self._wake({})

    def end(self, name):
        """Forget the time of a target: somebody has switched it since. A time of day stays."""
        if name in self._held and not self._held[name][2]:
            self._forget(name)
            self._home.count_down(name, 0)

    def cancel(self, owner):
        """Forget all times that a rule has begun."""
        for name in list(self._held):
            if self._held[name][3] == owner:
                self._forget(name)
                self._home.count_down(name, 0)

    def left_s(self, name):
        """Return the seconds until a target is turned back, None when it will not be."""
        held = self._held.get(name)
        return held and max(0, held[0].left_ms(self._now(), self._unix()) // 1000)

    def owned_by(self, owner):
        """Return the names of targets that are turned back for a rule."""
        return [name for name in self._held if self._held[name][3] == owner]

    async def run(self, broadcast, beat):
        """Turn back what is due, for ever; `broadcast` tells of targets that have changed."""
        async with broadcast.listen() as changes:
            self._wake = changes.put
            while True:
                beat()
                changed = await changes.within(min(self.step(), _LOOK_MS))
                for name in changed or ():
                    self.see(name)

    def see(self, name):
        """Look at a target that has changed: it may be already what its time would make it."""
        held = self._held.get(name)
        if held and self._is(name, held[1]):
            self.end(name)
        elif held and held[4] > 2 * _AGAIN_S:
            held[0] = Due(self._now(), 0)
            held[4] = _AGAIN_S

    def step(self):
        """Turn back what is due; return the ms until something will be."""
        now = self._now()
        unix = self._unix()
        pause = _IDLE_MS
        for name in list(self._held):
            held = self._held[name]
            left = held[0].left_ms(now, unix)
            if left <= 0:
                if self._is(name, held[1]):
                    self._forget(name)
                    continue
                # It is tried until the target is seen to be so.
                held[0] = Due(now, held[4])
                held[2] = False
                left = held[4] * 1000
                held[4] = min(2 * held[4], _AGAIN_MAX_S)
                self._home.turn(name, held[1])
            pause = min(pause, left)
        return pause

    def _is(self, name, on):
        try:
            return self._home.find(name).on is on
        except KeyError:
            return True  # it is in the configuration no more

    def _forget(self, name):
        del self._held[name]
        self._state.remember(_FACTS, name, None)
        self._state.write()

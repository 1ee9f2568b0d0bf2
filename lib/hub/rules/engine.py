"""The rules of a home while they run. Nothing is looked at that has not changed and is not due.

A step of a rule is [delay in s, verb, ...]:

    "do", target, "on" "off" or "toggle", seconds until it is turned back or None, retrigger
    "lock", target          it stays off until somebody clears the rule
    "notify", text          an event
    "publish", topic, text  a message for the broker
    "cancel", id            forget what that rule still has to do
"""

from hub.clock.due import Due, restore
from hub.log import WARNING, log
from hub.targets.target import Action
from tuya.port import const, ticks_diff

_IDLE_MS = const(86400000)
_LOOK_MS = const(10000)  # so often it is seen whether the clock was set
_MINUTE_MS = const(60000)
_RUNS_MAX = const(6)  # a minute
_PAUSE_MS = const(600000)
_ENFORCE_MS = const(5000)
_JUMP_S = const(2)
# How long something is on "until", when a power cut has taken the clock in between.
_UNKNOWN_S = const(3600)


class Engine:
    """Runs `rules`, {id: Rule} with those for safety first, which may change.

    `home` has read(name, dp), act(action, rule), cancel(rule), lock(name, why), notify(text), and
    ask(question, ...) of the Almanac. `state` keeps facts through a restart. `now()` is ticks_ms,
    `unix()` Unix time or None.
    """

    def __init__(self, rules, home, state, now, unix):
        self.rules = rules
        self.home = home
        self.ask = home.ask
        self.now = now
        self.unix = unix
        self.locks = {}  # {name of a target: names of the rules that keep it off}
        self.pending = []  # (Due, rule, step)
        self._state = state
        self._seen = None, None  # ticks_ms and Unix time of the last step
        self._enforced_at = None
        self._wake = None

    def begin(self, rule):
        """Have a rule go on with what it had begun before a restart."""
        saved = self.recall(rule, "step")
        if isinstance(saved, list) and saved[0] < len(rule.steps):
            self.pending.append((restore(saved[1], self.now()), rule, saved[0]))
        until = self.recall(rule, "until")
        if until is not None:
            rule.until = until
        for name in self.recall(rule, "locks") or ():
            self.lock(rule, name)

    def end(self, rule):
        """Forget a rule that is not there any more, and all that it has begun."""
        self.drop(rule)
        self.clear(rule)
        self._state.forget(rule.cause)

    async def run(self, broadcast, beat):
        """Run the rules, for ever; `broadcast` tells of targets that have changed."""
        async with broadcast.listen() as changes:
            self._wake = changes.put
            self.look_again()  # nobody has listened before, or since the last crash
            while True:
                beat()
                changed = await changes.within(min(self.step(), _LOOK_MS))
                if changed:
                    self.touch(changed)

    def touch(self, names):
        """Have those rules looked at in the next step that watch one of these targets."""
        now = self.now()
        for rule in self.rules.values():
            if rule.watched in names:
                rule.wake_at = now

    def step(self):
        """Do what is due; return the ms until something will be."""
        now = self.now()
        unix = self.unix()
        self._watch_clock(now, unix)
        pause = self._enforce(now)
        for rule in list(self.rules.values()):
            if rule.wake_at is not None and ticks_diff(rule.wake_at, now) <= 0:
                if rule.is_enabled:
                    rule.look(now, unix)
                else:
                    rule.wake_at = None
        for entry in list(self.pending):
            due, rule, i = entry
            if due.left_ms(now, unix) <= 0 and entry in self.pending:
                self.drop(rule)
                self._go(rule, i, True)
        for due, _, _ in self.pending:
            pause = min(pause, due.left_ms(now, unix))
        for rule in self.rules.values():
            if rule.wake_at is not None:
                pause = min(pause, ticks_diff(rule.wake_at, now))
        return max(0, pause)

    def look_again(self):
        """Have all rules find out again what they wait for: the clock or the site has changed."""
        for rule in self.rules.values():
            rule.forget()
            rule.wake_at = self.now()

    def run_rule(self, id):
        """Run a rule, because of a button or an input. Raises KeyError."""
        self.rules[id].run()

    # --- what rules ask for ---

    def fire(self, rule):
        """Do what a rule says, from its first step on.

        One that runs too often is paused. One for safety goes on, and switches only off: where
        two of them are against each other, that is the safer end.
        """
        if self._runs_too_often(rule) and not rule.is_safety:
            return
        self.count(rule)
        self.drop(rule)
        self._go(rule, 0)
        self.wake()

    def wake(self):
        """Take the next step now."""
        if self._wake:
            self._wake({})

    def count(self, rule):
        """Take down that a rule has run."""
        log("%s runs" % rule.cause)
        self.remember(rule, "fired", self.unix())

    def drop(self, rule):
        """Forget the steps that a rule still has to do."""
        kept = [entry for entry in self.pending if entry[1] is not rule]
        if len(kept) < len(self.pending):
            self.pending = kept
            self.remember(rule, "step", None, True)

    def cancel(self, rule):
        """Forget what a rule still has to do, and what it has to turn back."""
        self.drop(rule)
        self.home.cancel(rule)

    def lock(self, rule, name):
        """Keep a target off until unlock()."""
        names = self.locks.setdefault(name, [])
        if rule.id not in names:
            names.append(rule.id)
        self.home.lock(name, _locked_by(names))

    def unlock(self, rule):
        """Let targets be switched on again, as far as this rule is concerned."""
        for name in list(self.locks):
            names = self.locks[name]
            if rule.id in names:
                names.remove(rule.id)
            if not names:
                del self.locks[name]
            self.home.lock(name, _locked_by(names) if names else None)

    def clear(self, rule):
        """Have a rule start again: what it has locked is free, and it is paused no more."""
        rule.paused_at = None
        rule.fired = ()
        self.unlock(rule)
        self.remember(rule, "locks", None, True)

    def recall(self, rule, key):
        """Return a fact of a rule, None when it is not known."""
        return self._state.recall(rule.cause, key)

    def remember(self, rule, key, value, is_urgent=False):
        """Keep a fact through a restart; an urgent one also through a power cut in a second."""
        if self.recall(rule, key) != value:
            self._state.remember(rule.cause, key, value)
            if is_urgent:
                self._state.write()

    # ---

    def _runs_too_often(self, rule):
        """Count a run of a rule; tell whether it has run too often, or not long ago."""
        now = self.now()
        if rule.paused_at is not None:
            if ticks_diff(now, rule.paused_at) < _PAUSE_MS:
                return True
            rule.paused_at = None
        rule.fired = tuple([at for at in rule.fired if ticks_diff(now, at) < _MINUTE_MS])
        if len(rule.fired) < _RUNS_MAX:
            rule.fired += (now,)
            return False
        rule.paused_at = now
        text = "%s %s: it ran more than %d times in a minute"
        self.home.notify(text % (rule.cause, paused(rule), _RUNS_MAX))
        return True

    def _go(self, rule, i, has_waited=False):
        while i < len(rule.steps):
            step = rule.steps[i]
            if step[0] and not has_waited:
                due = Due(self.now(), step[0], self.unix())
                self.pending.append((due, rule, i))
                self._state.remember(rule.cause, "until", rule.until)
                self.remember(rule, "step", [i, due.save()], True)
                return
            has_waited = False
            i += 1
            self._do(rule, step)

    def _do(self, rule, step):
        verb, name = step[1:3]
        if verb == "do":
            if step[3] != "off" and rule.is_safety and rule.paused_at is not None:
                return
            seconds = step[4]
            is_until = rule.until is not None
            if is_until:
                seconds = max(1, rule.until - self.unix()) if self.unix() else _UNKNOWN_S
            ms = seconds and seconds * 1000
            self.home.act(Action(name, step[3], ms, step[5], is_until), rule)
        elif verb == "lock":
            self.lock(rule, name)
            mine = [name for name in self.locks if rule.id in self.locks[name]]
            self.remember(rule, "locks", mine, True)
        elif verb == "notify":
            self.home.notify(name)
        elif verb == "publish":
            action = Action(name, verb)
            action.payload = step[3]
            self.home.act(action, rule)
        else:
            other = self.rules.get(name)
            if other:
                self.cancel(other)

    def _enforce(self, now):
        """Switch off what is locked and on all the same; return the ms until another look."""
        names = [name for name in self.locks if self.home.read(name, None)[0]]
        if not names:
            return _IDLE_MS
        if self._enforced_at is None or ticks_diff(now, self._enforced_at) >= _ENFORCE_MS:
            self._enforced_at = now
            for name in names:
                log("%s is locked and on: it is switched off" % name, WARNING)
                self.home.act(Action(name, "off"), None)
        return _ENFORCE_MS

    def _watch_clock(self, now, unix):
        """Have all look again when the clock was set or has jumped."""
        was_now, was_unix = self._seen
        self._seen = now, unix
        if unix is None:
            return
        if was_unix is not None:
            passed = ticks_diff(now, was_now) // 1000
            if -_JUMP_S <= unix - was_unix - passed <= _JUMP_S:
                return
        self.look_again()


def paused(rule):
    """Return what becomes of a rule that has run too often, in words."""
    return "%s for 10 minutes" % ("switches only off" if rule.is_safety else "is paused")


def _locked_by(ids):
    return "locked by " + ", ".join(["rule " + id for id in ids])

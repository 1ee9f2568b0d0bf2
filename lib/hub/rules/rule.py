"""What all rules have in common. A plain one is run by a button or an input."""


class Rule:
    """`spec`: a rule as schema/check.py makes it; `engine`: the Engine it belongs to.

    `steps`: what it does, see engine.py. `wake_at`: ticks_ms at which it wants to be looked
    at, None for not of itself.
    """

    kind = "plain"
    # What most rules have as it is here; heap is little.
    watched = ""  # the target whose changes it wants to see
    is_safety = False
    is_enabled = True
    window = None  # (whether it runs inside only, moment, moment, days)
    wake_at = None
    until = None  # Unix time at which what it has done is to be undone
    fired = ()  # ticks_ms of the last runs, those within a minute
    paused_at = None

    def __init__(self, engine, spec):
        self.id = spec["id"]
        self.steps = tuple([tuple(step) for step in spec["steps"]])
        self._engine = engine
        if spec["safety"]:
            self.is_safety = True
        if not spec["enabled"]:
            self.is_enabled = False
        if "window" in spec:
            self.window = spec["window"]

    @property
    def cause(self):
        """What is said of changes that the rule makes, and what its facts are kept under."""
        return "rule " + self.id

    def run(self):
        """Run, because of a button or an input, unless its window forbids it."""
        may, _ = self.may_run(self._engine.unix())
        if may:
            self._engine.fire(self)

    def look(self, now, unix):
        """Look whether it is time to run; `unix` is None while there is no clock."""
        self.wake_at = None

    def forget(self):
        """Forget what depends on the clock: that has been changed."""

    def close(self):
        """End it for good."""
        self._engine.end(self)

    def may_run(self, unix):
        """Tell whether its window lets it run, and until which Unix time that is so, if known."""
        if not self.window:
            return True, None
        if unix is None:
            return False, None
        is_inside, until = self._engine.ask("is_within", unix, self.window[1:])
        return is_inside is self.window[0], until

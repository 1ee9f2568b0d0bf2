"""What can be switched, and the Action that says what it shall become: see executor.py."""

from collections import OrderedDict

from tuya.errors import Rejected
from tuya.port import const, ticks_diff, ticks_ms

#: The verb of an Action that runs the rule of that id.
RUN = "run"
#: That of one that sends a message.
PUBLISH = "publish"
#: The cause of a change that nothing of the hub has made.
ITSELF = "by itself"
# A second press within this time turns back what the first one asked for, confirmed or not.
_DOUBLE_TAP_MS = const(1000)


class Locked(Rejected):
    """It has to stay off, and says why."""


class Unfit(Rejected):
    """It has no such value, or the value is none that it takes."""


class Target:
    """`on` is what is confirmed, None while it is not known; `heading` what a toggle turns around.

    `switch(on)` and `set(values)` return when it is confirmed, and raise TuyaError within
    seconds. Only the Executor calls them.
    """

    name = ""
    lock = None  # why it has to stay off, in words
    seq = 0  # of its last change
    cause = None  # who made it what it is: ITSELF, or what the Executor was told
    asked_by = None  # who wants it switched now
    jobs = ()  # type: tuple | list  # what ends with it
    parts = None  # see Group: a target that stands for others says what it makes of them

    @property
    def heading(self):
        return self.on  # pyright: ignore - each has it

    def toggled(self):
        # type: () -> bool | dict
        """Return what a toggle makes of it: True for on, or values for set()."""
        return not self.heading

    def takes(self, values):
        # type: (dict) -> bool
        """Tell whether set() takes all of these {name: value}, as far as their names go."""
        return False

    async def set(self, values):
        # type: (dict) -> None
        """Set {name: value}: what a bulb, a cover or a thermostat has. Raises Unfit."""
        raise Unfit("%s is on or off, and has no %s" % (self.name, ", ".join(sorted(values))))

    def check_lock(self, on):
        """Raise Locked when it is to be switched on and has to stay off."""
        if on and self.lock:
            raise Locked("%s is %s" % (self.name, self.lock))

    def note_cause(self, asked_by=None):
        """Take down who has made it what it has just become: who asked, or another one."""
        from hub.logbook import note

        self.cause = asked_by or self.asked_by or ITSELF
        note(self.name, self.on, self.cause)  # pyright: ignore - each kind says it its own way

    def count_down(self, seconds):
        # type: (int) -> bool
        """Have the target itself turn over in `seconds`, 0 for never; tell whether it will."""
        return False

    def close(self):
        """End what goes on for it."""
        for job in self.jobs:
            job.close()


class Remote(Target):
    """A target that confirms some time after it was asked, by begin().

    A toggle turns around what was asked for a moment ago, else what is confirmed.
    """

    _wanted = None  # what was asked for and is not confirmed yet
    _wanted_at = 0

    async def begin(self, on):
        """Ask it to be on or off; return when it has confirmed."""
        raise NotImplementedError

    @property
    def heading(self):
        if self._wanted is not None and ticks_diff(ticks_ms(), self._wanted_at) < _DOUBLE_TAP_MS:
            return self._wanted
        return self.on  # pyright: ignore - each has it

    async def switch(self, on):
        """Switch it; return when it has confirmed. Raises TuyaError within seconds."""
        self.check_lock(on)
        self._wanted = on
        self._wanted_at = ticks_ms()
        try:
            await self.begin(on)
        finally:
            self._wanted = None


class Targets:
    """Plugs, outlets of strips, relays, groups and scenes.

    Each is {name: target} in the order of the configuration.
    """

    def __init__(self):
        self.plugs = OrderedDict()
        self.outlets = OrderedDict()
        self.relays = OrderedDict()
        self.groups = OrderedDict()
        self.scenes = OrderedDict()

    def find(self, name):
        """Return the target of that name. Raises KeyError."""
        for kind in (self.plugs, self.outlets, self.relays, self.groups):
            if name in kind:
                return kind[name]
        return self.scenes[name]

    def texts(self):
        """Return what the heap holds of them: their names, the ids and addresses of plugs."""
        kinds = (self.plugs, self.outlets, self.relays, self.groups, self.scenes)
        texts = [name for kind in kinds for name in kind]
        for plug in self.plugs.values():
            texts += plug.device.id, plug.device.address
        return texts


class Action:
    """`verb` ("on", "off", "toggle") for the target `name`; turned back after `for_ms`, if given.

    In place of a verb there can be values for the target's set(), such as {"brightness": 40}.
    While the time runs, `retrigger` says whether the same action starts it again. `is_until`: the
    time ends at a time of day, whatever happens meanwhile. With the verb RUN `name` is the id of a
    rule; with PUBLISH it is a topic of the broker, and `payload` the text for it.
    """

    payload = ""

    def __init__(self, name, verb, for_ms=None, retrigger=True, is_until=False):
        self.name = name
        self.verb = verb
        self.for_ms = for_ms
        self.retrigger = retrigger
        self.is_until = is_until

    def __str__(self):
        if self.verb == RUN:
            return "rule %s" % self.name
        return "%s %s" % (self.name, in_words(self.verb))


def in_words(verb):
    """Return the verb of an Action for people, such as "brightness 40, colour #ff8000"."""
    if not isinstance(verb, dict):
        return verb
    return ", ".join(["%s %s" % (name, verb[name]) for name in sorted(verb)])


def wanted(verb, target):
    """Return what a verb makes of a target: True for on, False for off, values for set()."""
    if isinstance(verb, dict):
        return verb
    return target.toggled() if verb == "toggle" else verb == "on"

"""What can be switched: what plugs and relays have in common."""

from collections import OrderedDict

from tuya.errors import Rejected

#: The cause of a change that nothing of the hub has made.
ITSELF = "by itself"


class Locked(Rejected):
    """It has to stay off, and says why."""


class Target:
    """`on` is what is confirmed, None while it is not known; `heading` what a toggle turns around.

    `switch(on)` returns when it is confirmed, and raises TuyaError within seconds. Only the
    Executor calls it.
    """

    lock = None  # why it has to stay off, in words
    seq = 0  # of its last change
    cause = None  # who made it what it is: ITSELF, or what the Executor was told
    asked_by = None  # who wants it switched now
    jobs = ()  # what ends with it
    parts = None  # see Group: a target that stands for others says what it makes of them

    def check_lock(self, on):
        """Raise Locked when it is to be switched on and has to stay off."""
        if on and self.lock:
            raise Locked("%s is %s" % (self.name, self.lock))

    def note_cause(self):
        """Take down who has made it what it has just become."""
        self.cause = self.asked_by or ITSELF

    def count_down(self, seconds):
        """Have the target itself turn over in `seconds`, 0 for never; tell whether it will."""
        return False

    def close(self):
        """End what goes on for it."""
        for job in self.jobs:
            job.close()


class Targets:
    """Plugs, relays, groups and scenes, each {name: target} in the order of the configuration."""

    def __init__(self):
        self.plugs = OrderedDict()
        self.relays = OrderedDict()
        self.groups = OrderedDict()
        self.scenes = OrderedDict()

    def find(self, name):
        """Return the target of that name. Raises KeyError."""
        for kind in (self.plugs, self.relays, self.groups):
            if name in kind:
                return kind[name]
        return self.scenes[name]

    def names(self):
        """Return the names of all of them, as they are in the heap."""
        kinds = (self.plugs, self.relays, self.groups, self.scenes)
        return [name for kind in kinds for name in kind]

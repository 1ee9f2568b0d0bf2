"""What can be switched, and the Action that says what it shall become: see executor.py."""

from collections import OrderedDict

from tuya.errors import Rejected

#: The verb of an Action that runs the rule of that id.
RUN = "run"
#: That of one that sends a message.
PUBLISH = "publish"
#: The cause of a change that nothing of the hub has made.
ITSELF = "by itself"


class Locked(Rejected):
    """It has to stay off, and says why."""


class Target:
    """`on` is what is confirmed, None while it is not known; `heading` what a toggle turns around.

    `switch(on)` returns when it is confirmed, and raises TuyaError within seconds. Only the
    Executor calls it.
    """

    name = ""
    lock = None  # why it has to stay off, in words
    seq = 0  # of its last change
    cause = None  # who made it what it is: ITSELF, or what the Executor was told
    asked_by = None  # who wants it switched now
    jobs = ()  # type: tuple | list  # what ends with it
    parts = None  # see Group: a target that stands for others says what it makes of them

    def check_lock(self, on):
        """Raise Locked when it is to be switched on and has to stay off."""
        if on and self.lock:
            raise Locked("%s is %s" % (self.name, self.lock))

    def note_cause(self):
        """Take down who has made it what it has just become."""
        from hub.logbook import note

        self.cause = self.asked_by or ITSELF
        note(self.name, self.on, self.cause)  # pyright: ignore - each kind says it its own way

    def count_down(self, seconds):
        # type: (int) -> bool
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

    def texts(self):
        """Return what the heap holds of them: their names, the ids and addresses of plugs."""
        kinds = (self.plugs, self.relays, self.groups, self.scenes)
        texts = [name for kind in kinds for name in kind]
        for plug in self.plugs.values():
            texts += plug.device.id, plug.device.address
        return texts


class Action:
    """`verb` ("on", "off", "toggle") for the target `name`; turned back after `for_ms`, if given.

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
        return "rule %s" % self.name if self.verb == RUN else "%s %s" % (self.name, self.verb)


def wanted(verb, target):
    """Return what a verb makes of a target: True for on."""
    return not target.heading if verb == "toggle" else verb == "on"

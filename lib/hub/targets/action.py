"""What a trigger makes: a target by its name and what it shall become. One function runs it."""

from tuya.errors import Rejected

#: What may make an action: what a button does, and the edges of an input.
GESTURES = ("press", "double", "long", "hold", "release")
EDGES = ("rise", "fall")


class Action:
    """`verb` ("on", "off", "toggle") for the target `name`; turned back after `for_ms`, if given.

    While the time runs, `retrigger` says whether the same action begins it anew. `is_until`: the
    time ends at a time of day, whatever happens meanwhile.
    """

    def __init__(self, name, verb, for_ms=None, retrigger=True, is_until=False):
        self.name = name
        self.verb = verb
        self.for_ms = for_ms
        self.retrigger = retrigger
        self.is_until = is_until

    def __str__(self):
        return "%s %s" % (self.name, self.verb)


class Locked(Rejected):
    """It has to stay off, and says why."""


def check_lock(target, on):
    """Raise Locked when a target is to be switched on that has to stay off."""
    if on and target.lock:
        raise Locked("%s is %s" % (target.name, target.lock))


async def run(action, target):
    """Do it to a target, anything with `heading` and `switch(on)`; return what it has become.

    Returns when the target has confirmed. Raises what its switch() raises.
    """
    on = wanted(action, target)
    await target.switch(on)
    return on


def wanted(action, target):
    """Return what an Action makes of a target."""
    return not target.heading if action.verb == "toggle" else action.verb == "on"

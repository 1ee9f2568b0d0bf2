"""What a trigger makes: a target by its name and what it shall become. One function runs it."""

VERBS = ("on", "off", "toggle")
#: What may make an action: what a button does, and the edges of an input.
GESTURES = ("press", "double", "long", "hold", "release")
EDGES = ("rise", "fall")


class Action:
    """`verb` ("on", "off", "toggle") for the target `name`; turned back after `for_ms`, if given.

    While the time runs, `retrigger` says whether the same action begins it anew.
    """

    def __init__(self, name, verb, for_ms=None, retrigger=True):
        self.name = name
        self.verb = verb
        self.for_ms = for_ms
        self.retrigger = retrigger

    def __str__(self):
        return "%s %s" % (self.name, self.verb)


async def run(action, target):
    """Do it to a target, anything with `heading` and `switch(on)`; return what it has become.

    Returns when the target has confirmed. Raises what its switch() raises.
    """
    on = not target.heading if action.verb == "toggle" else action.verb == "on"
    await target.switch(on)
    return on

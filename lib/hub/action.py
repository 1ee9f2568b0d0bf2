"""What a trigger makes: a target and what it shall become. One function runs it."""

VERBS = ("on", "off", "toggle")


class Action:
    """`verb` ("on", "off", "toggle") on a target: anything with `on`, `heading`, `switch(on)`."""

    def __init__(self, target, verb):
        self.target = target
        self.verb = verb

    def __str__(self):
        return "%s %s" % (self.target.name, self.verb)


async def run(action):
    """Do it; return when the target has confirmed. Raises what the target's switch() raises."""
    target = action.target
    await target.switch(not target.heading if action.verb == "toggle" else action.verb == "on")

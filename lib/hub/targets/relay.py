"""A relay, or anything else that a GPIO switches: a target like a plug."""

from hub.targets.target import Action, Target


class Relay(Target):
    """Owns an output `pin` (with `value(0 or 1)`) that is on at the level `active`."""

    def __init__(self, name, pin, active, on, broadcast):
        self.name = name
        self.on = on
        self._pin = pin
        self._active = active
        self._broadcast = broadcast
        pin.value(level(on, active))

    async def switch(self, on):
        """Switch at once. Raises Locked while it is locked."""
        self.check_lock(on)
        self.put(on)

    def put(self, on):
        """Set the pin."""
        self._pin.value(level(on, self._active))
        if on != self.on:
            self.on = on
            self.note_cause()
            self._broadcast.tell(self)

    def state(self):
        return {
            "name": self.name,
            "on": self.on,
            "lock": self.lock,
            "cause": self.cause,
            "seq": self.seq,
        }


def level(on, active):
    """Return the pin's level, 0 or 1, for an output that is on at the level `active`."""
    return active if on else 1 - active


def starts_on(settings, state):
    """Tell whether the relay of these settings is on at the start; `state` is a State."""
    boot = settings["boot"]
    return boot == "on" or (boot == "last" and bool(state.recall(_fact(settings["name"]), "on")))


async def remember(relay, broadcast, state):
    """Keep what a relay is, for its next start. For ever."""
    async with broadcast.listen() as changes:
        async for _ in changes:
            state.remember(_fact(relay.name), "on", relay.on)


def _fact(name):
    return "relay " + name


async def follow(leader, follower, find, executor, broadcast):
    """Switch the target named `follower` whenever that named `leader` has changed, for ever.

    Only a change counts, so that the follower can be switched by hand between two of them. What
    the leader is found to be after the start is one. `find(name)` returns a target.
    """
    was = find(leader).on
    cause = "follows %s" % leader
    async with broadcast.listen() as changes:
        async for _ in changes:
            on = find(leader).on
            if on == was or on is None:
                continue
            was = on
            if find(follower).on is not on:
                await executor.attempt(Action(follower, "on" if on else "off"), cause)

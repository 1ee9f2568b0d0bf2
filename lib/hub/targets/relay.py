"""A relay, or anything else that a GPIO switches: a target like a plug."""

from tuya.errors import TuyaError

from ..log import WARNING, log
from .action import Action, check_lock


class Relay:
    """Owns an output `pin` (with `value(0 or 1)`) that is on at the level `active`."""

    lock = None  # why it has to stay off, in words
    seq = 0  # of its last change

    def __init__(self, name, pin, active, on, broadcast):
        self.name = name
        self.on = on
        self._pin = pin
        self._active = active
        self._broadcast = broadcast
        pin.value(level(on, active))

    @property
    def heading(self):
        return self.on

    async def switch(self, on):
        """Switch at once. Raises Rejected while it is locked."""
        check_lock(self, on)
        self.put(on)

    def put(self, on):
        """Set the pin."""
        self._pin.value(level(on, self._active))
        if on != self.on:
            self.on = on
            self._broadcast.tell(self)

    def state(self):
        return {"name": self.name, "on": self.on, "lock": self.lock, "seq": self.seq}


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


async def follow(leader, follower, find, perform, broadcast):
    """Switch the target named `follower` whenever that named `leader` has changed, for ever.

    Only a change counts, so that the follower can be switched by hand between two of them. What
    the leader is found to be after the start is one. `find(name)` returns a target, `perform()`
    carries out an Action.
    """
    was = find(leader).on
    async with broadcast.listen() as changes:
        async for _ in changes:
            on = find(leader).on
            if on == was or on is None:
                continue
            was = on
            try:
                await perform(Action(follower, "on" if on else "off"))
            except TuyaError as e:
                log("%s does not follow %s: %s" % (follower, leader, e), WARNING)

"""An output pin as a target: what a GPIO switches, such as a relay."""

from hub.targets.target import Target


class Output(Target):
    """Owns an output `pin` (with `value(0 or 1)`) that is on at the level `active`."""

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

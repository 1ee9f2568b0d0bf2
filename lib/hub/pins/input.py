"""Something that rules ask about: a pin, or what others tell over HTTP, such as who is at home."""


class Input:
    """`on` is None while it is not known."""

    def __init__(self, name, broadcast):
        self.name = name
        self.on = None
        self._broadcast = broadcast

    def put(self, on):
        """Take what it is now."""
        if on is not self.on:
            self.on = on
            self._broadcast.tell(self)

    def state(self):
        return {"name": self.name, "on": self.on}

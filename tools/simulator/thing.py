"""Something in a Room that is on or off, or has values: it does at once what it is told."""

from hub.targets.target import Target, in_words
from tuya.errors import Offline


class Thing(Target):
    """A plug of any kind, an outlet, relay or input.

    `values`: {DP: value}, `fresh_until`: ms, None for always; `shown`: {name: value} of what its
    kind has.
    """

    def __init__(self, room, name, on=False):
        self._room = room
        self.name = name
        self.on = on
        self.online = True
        self.values = {}
        self.shown = {}
        self.draws = None  # W while it is on, None where that plays no part
        self.fresh_until = None
        self.fails = False  # it does not do what it is told
        self.countdown = None  # ms at which it turns back by itself

    async def switch(self, on):
        self._try(on, on)
        if self.on is not on:
            self.on = on
            self._room.changed(self.name)

    def takes(self, values):
        return True

    async def set(self, values):
        is_closed = values.get("command") == "close" or values.get("position") == 0
        on = values.get("on", not is_closed)
        self._try(on, in_words(values))
        self.on = on
        self.shown.update(values)
        self._room.changed(self.name)

    def _try(self, on, what):
        if self.fails or not self.online or (on and self.lock):
            self._room.tell_of("failed", self.name, what)
            raise Offline(self.name)
        self._room.tell_of("set", self.name, what, self.asked_by)

    def value_of(self, what):
        """Return a value in tenths, or of "mode=heat" whether that is so, as Context.read()."""
        name, is_equal, wanted = what.partition("=")
        value = self.shown.get(name)
        if value is None:
            return None
        return str(value) == wanted if is_equal else round(value * 10)

    def count_down(self, seconds):
        return self._room.count_down(self, seconds)

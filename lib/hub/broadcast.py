"""The one broadcast: whatever is on or off tells it, whoever wants to know listens."""

from binascii import hexlify
from os import urandom

from tuya.changes import Changes


class Broadcast:
    """Tells listeners which targets changed. A slow listener gets several changes as one.

    Each change has a number, `seq`, and leaves it in its target: what is older is never news.
    """

    def __init__(self):
        self.seq = 0
        self.start = _mark()  # numbers start again with each start
        self._listeners = []

    def start_again(self):
        """Say that the targets themselves have changed: who listens has to look at all of them."""
        self.start = _mark()
        for listener in self._listeners:
            listener.put({})

    def tell(self, target):
        """Say that `target` has changed. Returns at once, whoever listens."""
        self.seq = target.seq = self.seq + 1
        for listener in self._listeners:
            listener.put({target.name: target})

    def listen(self):
        """Return an async iterator of {name: target}, those that changed since the last turn."""
        return Changes(self._listeners)

    @property
    def id(self):
        """What since() takes later, to stand for this moment."""
        return "%s-%d" % (self.start, self.seq)

    def since(self, id):
        """Return the `seq` of the moment of an id, None for one of another start."""
        start, _, seq = id.partition("-")
        return int(seq) if start == self.start and seq.isdigit() else None


def _mark():
    return hexlify(urandom(3)).decode()

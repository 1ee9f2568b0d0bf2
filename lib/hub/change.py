"""The one broadcast: whatever is on or off tells it, whoever wants to know listens."""

from tuya.changes import Changes


class Broadcast:
    """Tells listeners which targets changed. A slow listener gets several changes as one."""

    def __init__(self):
        self._listeners = []

    def tell(self, target):
        """Say that `target` has changed. Returns at once, whoever listens."""
        for listener in self._listeners:
            listener.put({target.name: target})

    def listen(self):
        """Return an async iterator of {name: target}, those that changed since the last turn."""
        return Changes(self._listeners)

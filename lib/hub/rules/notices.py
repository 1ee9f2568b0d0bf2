"""What rules have to tell people: the last few events, for the page."""

from tuya.port import const, known_time

from ..log import WARNING, log

_COUNT = const(6)


class Notices:
    """Goes through the broadcast like a target, under no name."""

    name = None
    seq = 0

    def __init__(self, broadcast):
        self.last = []  # {"time": Unix time or None, "text"}, the newest last
        self._broadcast = broadcast

    def put(self, text):
        """Tell `text`."""
        log("notice: %s" % text, WARNING)
        self.last = self.last[1 - _COUNT :]
        self.last.append({"time": known_time(), "text": text})
        self._broadcast.tell(self)

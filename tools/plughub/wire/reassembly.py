"""One direction of a TCP connection: segments as they were captured, to bytes in order."""

# What is too early waits for what is missing, but not for ever.
_EARLY_MAX = 1 << 18
_HALF = 1 << 31


class Stream:
    """Puts segments in order, each byte once.

    What stays missing is told as a number of bytes in between: when the receiver has acknowledged
    it, so that it was on the wire but not in what was captured, or when too much waits for it.
    """

    def __init__(self):
        self._next = None  # the sequence number of the byte that is due
        self._end = None  # where a FIN stands
        self._early = {}

    @property
    def is_finished(self):
        """Whether the side has sent its FIN, and all before it."""
        return self._end is not None and self._next == self._end

    def begin(self, sequence):
        """Take the number of the first byte. Has no effect in the middle."""
        if self._next is None:
            self._next = sequence % (1 << 32)

    def segment(self, sequence, data, is_last=False):
        """Take a segment; return what is in order now: [bytes, or int for so many missing]."""
        sequence %= 1 << 32
        self.begin(sequence)
        if is_last:
            self._end = (sequence + len(data)) % (1 << 32)
        if data and len(data) > len(self._early.get(sequence, b"")):
            self._early[sequence] = data
        out = self._in_order()
        while sum(map(len, self._early.values())) > _EARLY_MAX:
            out += self._skip_to(self._first_early())
        return out

    def acknowledged(self, sequence):
        """Take the number up to which the other side has got everything; return as segment()."""
        self.begin(sequence)
        if self._end is not None and sequence == (self._end + 1) % (1 << 32):
            sequence = self._end  # a FIN counts as a byte
        out = []
        while _distance(self._next, sequence) > 0:
            first = self._first_early()
            if first is None or _distance(first, sequence) < 0:
                first = sequence
            out += self._skip_to(first)
        return out

    def rest(self):
        """Return what is left at the end of all that was captured, as segment() does."""
        out = []
        while self._early:
            out += self._skip_to(self._first_early())
        return out

    def _first_early(self):
        return min(self._early, key=lambda sequence: _distance(self._next, sequence), default=None)

    def _skip_to(self, sequence):
        missing = _distance(self._next, sequence)
        self._next = sequence
        return [missing, *self._in_order()] if missing > 0 else self._in_order()

    def _in_order(self):
        out = []
        while (first := self._first_early()) is not None:
            late = -_distance(self._next, first)
            if late < 0:
                break
            data = self._early.pop(first)[late:]
            if data:
                out.append(data)
                self._next = (self._next + len(data)) % (1 << 32)
        return out


def _distance(start, end):
    """Return how far `end` is behind `start`, of sequence numbers, which wrap around."""
    return (end - start + _HALF) % (1 << 32) - _HALF

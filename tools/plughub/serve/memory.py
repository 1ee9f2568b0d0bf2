"""The memory of a PC: what this process takes of it."""

import os
import sys

from hub.system.memory import Memory

_STATM = "/proc/self/statm"
#: Where nobody says how much there is.
_PLENTY = 1 << 32


def physical_bytes():
    """Return the bytes of memory that this PC has."""
    if sys.platform == "win32":
        return _PLENTY
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def resident_bytes():
    """Return the bytes that this process takes of it, 0 where nobody says."""
    if sys.platform == "win32":
        return 0
    try:
        with open(_STATM) as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        import resource

        # macOS, which tells no more than the most that it has ever taken.
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024


class PCMemory(Memory):
    """As a board's; the heap is all that this process takes, the budget what the PC has."""

    def __init__(self):
        super().__init__()
        self.budget = self.least_left = physical_bytes()

    def left(self):
        """Return the bytes that are left. Nothing is collected for that: it would stop the hub."""
        return self.note()

    def note(self):
        left = self.budget - resident_bytes()
        self.least_left = min(self.least_left, left)
        return left

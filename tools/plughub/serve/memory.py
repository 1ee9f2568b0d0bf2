"""The memory of a PC: what this process takes of it."""

import os
import sys

from hub.system.memory import Memory

_STATM = "/proc/self/statm"
#: Where nobody says how much there is.
_PLENTY = 1 << 32


def physical_bytes():
    """Return the bytes of memory that this PC has."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):  # Windows has no sysconf
        return _PLENTY


def resident_bytes():
    """Return the bytes that this process takes of it, 0 where nobody says."""
    try:
        with open(_STATM) as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, AttributeError):
        return _peak_bytes()


def _peak_bytes():
    try:
        import resource
    except ImportError:  # Windows
        return 0
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

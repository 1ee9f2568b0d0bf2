"""The two heaps of a board: Python's own, and the ESP-IDF's, which Wi-Fi and lwIP live on.

Python's heap grows by areas that it takes from the other one. Two of them leave Wi-Fi what it
needs; a third would be all that is left, and the network is gone.
"""

import gc

from tuya.port import const

#: Bytes of Python's heap in its first two areas, garbage and gaps included. What gc.mem_free()
#: says counts the ESP-IDF's largest block as well, which must not be used.
BUDGET = const(112000)
# What no board without further memory has.
_MORE_MEMORY = const(300000)
#: Bytes of the ESP-IDF's heap below which what can go has to go, before the network does.
IDF_LOW = const(20000)


def heap_budget():
    """Return the bytes that Python's heap may hold, garbage included."""
    if not hasattr(gc, "mem_free"):
        return _MORE_MEMORY  # CPython does not say
    # Boards with more memory, and PCs, tell of it: more than the two heaps of others together.
    total = gc.mem_alloc() + gc.mem_free()
    return total if total > _MORE_MEMORY else BUDGET


class Memory:
    """Looks at both heaps and remembers how little there was. `idf_info` is None on a PC."""

    def __init__(self, idf_info=None):
        self._idf_info = idf_info
        self.budget = heap_budget()
        self.least_left = self.budget

    def left(self):
        """Return the bytes that Python's heap has left within its budget, after collecting."""
        gc.collect()
        return self.note()

    def note(self):
        """Return the same without collecting: garbage counts as used."""
        used = gc.mem_alloc() if hasattr(gc, "mem_alloc") else 0
        left = self.budget - used
        self.least_left = min(self.least_left, left)
        return left

    def idf(self):
        """Return (free, largest block, least that was ever free) of the ESP-IDF's heap in bytes.

        None where there is no ESP-IDF.
        """
        if not self._idf_info:
            return None
        free = largest = least = 0
        for _, region_free, region_largest, region_least in self._idf_info():
            free += region_free
            largest = max(largest, region_largest)
            least += region_least
        return free, largest, least

    def is_idf_low(self, least=IDF_LOW):
        """Tell whether the network is about to lack memory: has less than so many bytes of it."""
        idf = self.idf()
        return bool(idf) and idf[0] < least


def board_memory():
    """Return the Memory of this board, or of this PC."""
    try:
        from esp32 import HEAP_DATA, idf_heap_info
    except ImportError:
        return Memory()
    return Memory(lambda: idf_heap_info(HEAP_DATA))

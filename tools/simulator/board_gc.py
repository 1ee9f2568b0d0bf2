"""The board's `gc` in software: what the simulator itself holds is none of the firmware's heap."""

import gc
from gc import collect, disable, enable, isenabled, threshold  # noqa: F401

import idf_heap


def mem_alloc():
    return gc.mem_alloc() - idf_heap.share()


def mem_free():
    """Return what is free, and the block that a further area could take: as the ESP32 does."""
    return idf_heap.python_free() + idf_heap.info()[2]

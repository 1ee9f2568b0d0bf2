"""When garbage is collected: loaded for the start and for changes of the configuration."""

import gc

from tuya.port import MICROPYTHON, const

# Garbage that may gather before it is collected, in bytes: collecting early keeps the heap from
# being cut into pieces that fit nothing, and leaves room for what is large. To look through the
# larger heap of a PC takes longer, and may be rarer.
_GARBAGE = const(4096)
_HEAP_SHARE = const(40)
_LITTLE_GARBAGE = const(2048)


def collect_early():
    """Have garbage collected before much of it gathers."""
    if MICROPYTHON:
        gc.threshold(max(_GARBAGE, (gc.mem_alloc() + gc.mem_free()) // _HEAP_SHARE))


class Thrift:
    """While this context lasts, garbage is collected still sooner: somebody needs the heap."""

    def __enter__(self):
        gc.collect()
        if MICROPYTHON:
            gc.threshold(_LITTLE_GARBAGE)

    def __exit__(self, *exception):
        collect_early()

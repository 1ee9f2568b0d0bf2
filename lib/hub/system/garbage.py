"""When garbage is collected: loaded for the start and for changes of the configuration."""

import gc

from tuya.port import MICROPYTHON, const

# Garbage that may gather before it is collected, in bytes: collecting early keeps the heap from
# being cut into pieces that fit nothing, and leaves room for what is large.
_GARBAGE = const(4096)
_LITTLE_GARBAGE = const(1024)


def collect_early():
    """Have garbage collected before much of it gathers."""
    _set_threshold(_GARBAGE)


class Thrift:
    """While this context lasts, garbage is collected still sooner: somebody needs the heap."""

    def __enter__(self):
        gc.collect()
        _set_threshold(_LITTLE_GARBAGE)

    def __exit__(self, *exception):
        _set_threshold(_GARBAGE)


def _set_threshold(size):
    if MICROPYTHON:
        gc.threshold(size)

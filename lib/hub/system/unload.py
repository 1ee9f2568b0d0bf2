"""Gives back the heap of code that has done its work for now.

Frozen code stays in flash; what its modules, functions and tables take of the heap is still worth
it where the code runs seldom: 9 kB for what reads, checks and furnishes a home, 1.3 kB for what
sets the clock.
"""

import gc
import sys

from tuya.port import MICROPYTHON

#: What reads, checks and furnishes a home. A package stands for all that is in it.
FURNISHERS = ("hub.config", "hub.assemble", "hub.builders", "hub.rules.schema", "hub.rules.build")
FURNISHERS += ("hub.system.boot",)


def unload(*names):
    """Forget modules and packages; the next import loads them again.

    Nothing that goes on may hold on to a function of theirs. CPython has the room, and keeps all.
    """
    if not MICROPYTHON:
        return
    for name in list(sys.modules):
        if any([name == gone or name.startswith(gone + ".") for gone in names]):
            del sys.modules[name]
            package, _, module = name.rpartition(".")
            if hasattr(sys.modules.get(package), module):
                delattr(sys.modules[package], module)
    gc.collect()

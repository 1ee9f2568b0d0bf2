"""Gives back the heap of code that has done its work for now."""

import gc
import sys


def unload(*names):
    """Forget modules of the hub, such as "system.dns": the next import loads them again.

    Nothing may hold on to a function of theirs.
    """
    for name in names:
        package, _, module = ("hub." + name).rpartition(".")
        if sys.modules.pop(package + "." + module, None):
            delattr(sys.modules[package], module)
    gc.collect()

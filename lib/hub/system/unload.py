"""Gives back the heap of code that has done its work for now."""

import gc
import sys

#: What only the start and a change of the configuration need: 20 kB of heap.
CHECKERS = ("config", "check", "expect", "json_fault", "rules.check", "rules.conditions")
CHECKERS += ("rules.conflicts", "rules.names", "rules.steps", "rules.values", "rules")
CHECKERS += ("system.zone",)
FURNISHERS = CHECKERS + ("system.boot", "checked", "secrets", "assemble", "builders")
FURNISHERS += ("triggers.build",)


def unload(*names):
    """Forget modules, such as "system.dns" of the hub or "tuya.discovery".

    The next import loads them again. Nothing may hold on to a function of theirs.
    """
    for name in names:
        package, _, module = (name if name.startswith("tuya.") else "hub." + name).rpartition(".")
        if sys.modules.pop(package + "." + module, None):
            delattr(sys.modules[package], module)
    gc.collect()

"""Gives back the heap of code that has done its work for now.

Frozen code stays in flash; what its modules, functions and tables take of the heap is still worth
it where the code runs seldom: 9 kB for what reads, checks and furnishes a home, 1.3 kB for what
sets the clock.
"""

import gc
import sys

from tuya.port import MICROPYTHON

# A package stands for all that is in it. (Constants: they stay in flash.)
_FURNISHERS = (
    "hub.assemble",
    "hub.boot",
    "hub.components",
    "hub.config",
    "hub.furnish",
    "hub.pins.trigger",
    "hub.rules.build",
    "hub.rules.schema",
    "hub.system.garbage",
    "hub.system.staging",
    "hub.system.trial",
    "hub.targets.action",
    "codeset",
    "startup",
)
_COMPONENTS = (
    "hub.energy.price",
    "hub.mqtt.broker",
    "hub.pins.buttons",
    "hub.pins.inputs",
    "hub.targets.groups",
    "hub.targets.plugs",
    "hub.targets.relays",
    "hub.targets.scenes",
)


def unload_furnishers():
    """Forget what reads, checks and furnishes a home; the next import loads it again."""
    unload(*(_FURNISHERS + _COMPONENTS))


def unload_components():
    """Forget the components that do nothing once a home is furnished."""
    unload(*_COMPONENTS)


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

"""Whether a home fits into the board's heap, by what each part of it was measured to take.

The figures are those of frozen firmware and stand with what they are of, as `NEEDS` or `needs()`
of each component. Two streams of events, a request under way and the gaps between objects are in
what the hub itself takes; garbage is collected before it counts.
"""

from hub.system.memory import heap_budget
from tuya.port import const

_HUB = const(58000)  # bytes


def home_needs(config, kinds, component):
    """Return the bytes that a configuration needs without its rules.

    `component(kind)` returns the module of each of the `kinds`.
    """
    needed = _HUB
    for kind in kinds:
        if not config[kind]:
            continue  # and its module need not be loaded
        module = component(kind)
        if hasattr(module, "needs"):
            needed += module.needs(config[kind], config)
        else:
            count = len(config[kind]) if isinstance(config[kind], list) else 1
            needed += getattr(module, "NEEDS", 0) * count
    return needed


def leave_out(count, needs, what):
    """Return (how many of `count` things are too many for this board, why, in words).

    `needs(count)`: the bytes that the home needs with so many of them; `what` they are.
    """
    budget = heap_budget()
    fits = count
    while fits and needs(fits) > budget:
        fits -= 1
    if fits == count:
        return 0, ""
    text = "%d %s and all else need about %d kB of heap, and this board has %d: %d would fit"
    return count - fits, text % (count, what, needs(count) // 1000, budget // 1000, fits)

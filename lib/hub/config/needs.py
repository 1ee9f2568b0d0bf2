"""What a home takes of the board's heap, in bytes, as it was measured on frozen firmware.

Two streams of events, a request under way and the gaps between objects are in what the hub itself
takes; garbage is collected before it counts.
"""

from tuya.port import const

from ..system.memory import heap_budget

_HUB = const(58000)
_PLUG = const(1850)
_CONNECTION = const(1750)
_OTHERS = const(5)  # sockets that are not for plugs
_RELAY = const(250)
_GUARDED_RELAY = const(1200)
_BUTTON = const(1000)
_INPUT = const(950)
_GROUP = const(260)
_LED = const(1350)
_FIRST_RULE = const(6000)
_RULE = const(350)


def home_needs(config):
    """Return what a configuration needs without its rules."""
    plugs = len(config["plugs"])
    needed = _HUB + plugs * _PLUG + min(plugs, config["sockets"] - _OTHERS) * _CONNECTION
    for relay in config["relays"]:
        is_guarded = any([relay[key] for key in ("min_off", "max_on", "pulse_ms", "interlock")])
        needed += _GUARDED_RELAY if is_guarded else _RELAY
    needed += len(config["buttons"]) * _BUTTON + len(config["inputs"]) * _INPUT
    needed += (len(config["groups"]) + len(config["scenes"])) * _GROUP
    return needed + (_LED if config["led"] else 0)


def rules_need(count):
    """Return what so many rules need."""
    return _FIRST_RULE + count * _RULE if count else 0


def plugs_too_many(config):
    """Return (how many plugs are too many for this board, why, in words)."""
    budget = heap_budget()
    missing = home_needs(config) - budget
    return _too_many(missing, _PLUG, len(config["plugs"]), "plugs", budget)


def rules_too_many(needed, count):
    """Return the same of `count` rules, in a home that needs so much without them."""
    budget = heap_budget()
    return _too_many(needed + rules_need(count) - budget, _RULE, count, "rules", budget)


def _too_many(missing, each, count, what, budget):
    if missing <= 0:
        return 0, ""
    excess = min(count, -(-missing // each))
    text = "%d %s and all else need about %d kB of heap, and this board has %d: %d would fit"
    sizes = (budget + missing) // 1000, budget // 1000, count - excess
    return excess, text % ((count, what) + sizes)

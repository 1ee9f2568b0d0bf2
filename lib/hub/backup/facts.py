"""Of what a hub has found out (see system/state.py), that which is restored.

What was under way belongs to its time: timers, and steps of rules that were waiting, would act on
a home weeks later. The rest is checked: a start believes what stands in its file.
"""

from hub.config import expect
from tuya.versions import VERSIONS


def restored(facts):
    """Return {id: {name: value}} of the facts that are worth it, and right."""
    found = {}
    for id, known in facts.items():
        if isinstance(known, dict):
            kept = {name: known[name] for name in known if _is_right(name, known[name])}
            if kept:
                found[id] = kept
    return found


def _is_right(name, value):
    if name == "version":
        return value in VERSIONS
    if name in ("address", "told"):
        return not expect.address(value)
    if name in ("device22", "on"):  # of a plug, of a relay
        return isinstance(value, bool)
    if name == "fired":  # of a rule, as the one below
        return type(value) is int and value >= 0
    return name == "locks" and isinstance(value, list) and all([type(n) is str for n in value])

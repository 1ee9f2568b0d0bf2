"""Rules call plugs by their names: a plug with another name keeps its rules."""

from ..checked import public
from ..secrets import plugs_of
from ..system.store import RULES_FILE, exists, load

_NAMES = ("plug", "leader", "followers")


def rules_for(public_part):
    """Return the rules as another configuration names its plugs, None where there are none."""
    if not exists(RULES_FILE):
        return None
    new = _names(public_part)
    old = _names(public())
    names = {old[id]: new[id] for id in old if id in new}
    return _renamed(load(RULES_FILE), names, None)


def _names(public_part):
    """Return {id: name}. What is none of either is told of by the checks."""
    named = {}
    for plug in plugs_of(public_part):
        id, name = plug.get("id"), plug.get("name")
        if isinstance(id, str) and isinstance(name, str):
            named[id] = name
    return named


def _renamed(value, names, key):
    if isinstance(value, dict):
        return {key: _renamed(value[key], names, key) for key in value}
    if isinstance(value, list):
        return [_renamed(entry, names, key) for entry in value]
    if key in _NAMES and isinstance(value, str):
        return names.get(value, value)
    return value

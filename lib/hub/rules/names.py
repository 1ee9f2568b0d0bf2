"""Rules call plugs by their names: a plug with another name keeps its rules."""

from ..checked import public
from ..system.store import RULES_FILE, exists, load

_NAMES = ("plug", "leader", "followers")


def rules_for(public_part):
    """Return the rules as another configuration names its plugs, None where there are none."""
    if not exists(RULES_FILE):
        return None
    ids = {plug.get("id"): plug.get("name") for plug in _plugs(public_part)}
    names = {plug.get("name"): ids.get(plug.get("id")) for plug in _plugs(public())}
    return _renamed(load(RULES_FILE), names, None)


def _plugs(public_part):
    plugs = public_part.get("plugs")
    return [plug for plug in plugs if isinstance(plug, dict)] if isinstance(plugs, list) else ()


def _renamed(value, names, key):
    if isinstance(value, dict):
        return {key: _renamed(value[key], names, key) for key in value}
    if isinstance(value, list):
        return [_renamed(entry, names, key) for entry in value]
    if key in _NAMES:
        return names.get(value) or value
    return value

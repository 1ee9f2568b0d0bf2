"""Rules call plugs by their names: a plug with another name keeps its rules."""

_NAMES = ("plug", "leader", "followers")


def renamed(value, names, key=None):
    """Return what stands in a rules file, with {name: new name} of plugs put in."""
    if isinstance(value, dict):
        return {key: renamed(value[key], names, key) for key in value}
    if isinstance(value, list):
        return [renamed(entry, names, key) for entry in value]
    if key in _NAMES and isinstance(value, str):
        return names.get(value, value)
    return value

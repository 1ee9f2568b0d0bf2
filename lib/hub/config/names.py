"""Where a configuration and rules name targets: one that is called otherwise keeps all it had."""

# Keys of actions and rules, of relays, groups and the LED, whose values are names of targets.
_NAMES = (
    "plug",
    "gateway",
    "outlet",
    "bulb",
    "cover",
    "climate",
    "relay",
    "group",
    "scene",
    "leader",
    "followers",
    "follow",
    "drive",
    "members",
    "show",
)
# Of a scene, whose targets are keys.
_TABLE = "set"
_TARGETS = ("plugs", "outlets", "relays", "groups", "scenes")


def renamed(value, names, key=None):
    """Return what stands in a configuration or in rules, with {name: new name} put in.

    `key`: under which it stands.
    """
    if isinstance(value, dict):
        own = names if key == _TABLE else {}
        return {own.get(key, key): renamed(value[key], names, key) for key in value}
    if isinstance(value, list):
        return [renamed(entry, names, key) for entry in value]
    if key in _NAMES and isinstance(value, str):
        return names.get(value, value)
    return value


def renamed_entries(entries, names):
    """Yield the entries of a configuration (see config.entries) with the targets renamed too."""
    for key, index, value in entries:
        found = renamed(value, names, key)
        if key in _TARGETS and isinstance(found, dict):
            name = found.get("name")
            if isinstance(name, str) and name in names:
                found["name"] = names[name]
        yield key, index, found

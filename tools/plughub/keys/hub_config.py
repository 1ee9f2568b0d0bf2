"""The plugs of a devices.json in the hub's config.json, without losing what is there."""

import copy
from dataclasses import dataclass, field
from typing import Any

from hub.config import expect
from plughub.cli import Failure
from plughub.devices import read_json

# All of these share their names: an action says which it means by the name alone.
_NAMED = ("plugs", "relays", "groups", "scenes")
_NAME_MAX = 40
_VERSIONS = ("3.1", "3.2", "3.3", "3.4", "3.5")


@dataclass
class Plan:
    """A configuration with the plugs in it, and what is different."""

    config: dict[str, Any] = field(repr=False)
    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)  # (name, why)

    @property
    def is_new(self):
        return bool(self.added or self.updated)


def load(path):
    """Return the configuration of a file, {} where there is none yet. Raises Failure."""
    try:
        config = read_json(path)
    except FileNotFoundError:
        return {}
    plugs = config.get("plugs", []) if isinstance(config, dict) else None
    if not isinstance(plugs, list):
        raise Failure(f'{path} is no config.json: it is an object with "plugs", a list')
    return config


def plan(config, entries):
    """Return the Plan that gives a configuration the plugs among the entries of a devices.json.

    A plug that is there keeps its name, which buttons and rules use, and gets its key; address and
    version only where none is set, for the hub finds them out itself.
    """
    result = Plan(copy.deepcopy(config))
    plugs = result.config.setdefault("plugs", [])
    known = {plug["id"]: plug for plug in plugs if isinstance(plug, dict) and "id" in plug}
    names = {name.casefold() for name in _names(result.config)}
    for entry in entries:
        plug = known.get(entry["id"])
        why = _obstacle(entry, is_known=plug is not None)
        if why:
            result.left_out.append((entry.get("name") or entry["id"], why))
        elif plug is None:
            name = _unique(entry.get("name") or entry["id"], names)
            names.add(name.casefold())
            plugs.append({"name": name, "id": entry["id"], "key": entry["key"]} | _found(entry))
            result.added.append(name)
        else:
            news = {"key": entry["key"]} | {
                name: value for name, value in _found(entry).items() if not plug.get(name)
            }
            if any(plug.get(name) != value for name, value in news.items()):
                plug |= news
                result.updated.append(plug.get("name", entry["id"]))
    return result


def _obstacle(entry, is_known):
    """Return why a device is no plug of the hub, None where it is one."""
    if entry.get("sub") or entry.get("node_id"):
        return "it is behind a gateway"
    if not entry.get("key"):
        return "its local key is not known"
    for check, value in ((expect.device_id, entry["id"]), (expect.key, entry["key"])):
        expected = check(value)
        if expected:
            return f"expected {expected}"
    if not is_known and not _has_switch(entry.get("mapping")):
        return "it has no switch at DP 1"
    return None


def _has_switch(mapping):
    """Tell whether DP 1 switches, as the hub expects of a plug; also where no DP is known."""
    if not isinstance(mapping, dict) or not mapping:
        return True
    point = mapping.get("1")
    return isinstance(point, dict) and str(point.get("type")).lower() in ("boolean", "bool")


def _found(entry):
    found = {}
    if entry.get("ip") and not expect.address(entry["ip"]):
        found["address"] = entry["ip"]
    version = str(entry.get("version") or entry.get("ver") or "")
    if version in _VERSIONS:
        found["version"] = version
    return found


def _names(config):
    for kind in _NAMED:
        items = config.get(kind)
        for item in items if isinstance(items, list) else ():
            if isinstance(item, dict) and isinstance(item.get("name"), str):
                yield item["name"]


def _unique(name, names):
    """Return a name that is in use by nothing yet, and short enough."""
    candidate = name[:_NAME_MAX].strip()
    number = 2
    while candidate.casefold() in names:
        ending = f" {number}"
        candidate = name[: _NAME_MAX - len(ending)].strip() + ending
        number += 1
    return candidate

"""The plugs of a devices.json in the hub's config.json, without losing what is there."""

import copy
from dataclasses import dataclass, field
from typing import Any

from hub.config import expect
from plughub.cli import Failure
from plughub.devices import PORT, read_json
from plughub.keys.kinds import kind_of
from plughub.keys.merge import shown_name

# All of these share their names: an action says which it means by the name alone.
_NAMED = ("plugs", "outlets", "relays", "groups", "scenes")
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


def plan(config, devices):
    """Return the Plan that gives a configuration the plugs among these [Known].

    A plug that is there keeps its name, which buttons and rules use, and gets its key; address and
    version only where none is set, for the hub finds them out itself.
    """
    result = Plan(copy.deepcopy(config))
    plugs = result.config.setdefault("plugs", [])
    known = {plug["id"]: plug for plug in plugs if isinstance(plug, dict) and "id" in plug}
    names = {name.casefold() for name in _names(result.config)}
    for device in sorted(devices, key=lambda device: bool(device.cid)):  # gateways come first
        plug = known.get(device.id)
        gateway = known.get(device.parent)
        why = _obstacle(device, gateway)
        if why:
            result.left_out.append((shown_name(device), why))
        elif plug is None:
            name = _unique(shown_name(device), names)
            names.add(name.casefold())
            reached = _behind(device, gateway) if device.cid else {"key": device.key}
            plugs.append({"name": name, "id": device.id} | reached | _found(device))
            known[device.id] = plugs[-1]
            _add_kind(result.config, plugs[-1], device, names)
            result.added.append(name)
        else:
            found = _found(device)
            news = {name: found[name] for name in found if not plug.get(name)}
            news |= {} if device.cid else {"key": device.key}
            if any(plug.get(name) != news[name] for name in news):
                plug |= news
                result.updated.append(plug.get("name", device.id))
    return result


def _add_kind(config, plug, device, names):
    """Say what a new device is, where that is no plug; each outlet of a strip gets a name."""
    kind, mapping, switches = kind_of(device.category, device.mapping)
    if kind:
        plug["kind"] = kind
    if mapping:
        plug["mapping"] = mapping
    for number, dp in enumerate(switches, 1):
        name = _unique(f"{plug['name']} {number}", names)
        names.add(name.casefold())
        config.setdefault("outlets", []).append({"name": name, "plug": plug["name"], "dp": dp})


def _behind(device, gateway):
    return {"gateway": gateway["name"], "node": device.cid}


def _obstacle(device, gateway):
    """Return why a device is no plug of the hub, None where it is one.

    `gateway`: the plug of the configuration that it is behind, if that is known.
    """
    if device.cid or device.parent or device.raw.get("sub") is True:
        if not device.cid:
            return "what its gateway calls it is not known (node_id)"
        if not gateway or "gateway" in gateway:
            return "its gateway is not among the devices"
        checks = ((expect.device_id, device.id), (expect.node, device.cid))
    elif device.key:
        checks = ((expect.device_id, device.id), (expect.key, device.key))
    else:
        return "its local key is not known"
    for check, value in checks:
        expected = check(value)
        if expected:
            return f"expected {expected}"
    return None


def _found(device):
    found = {}
    if device.cid:
        return found
    if device.address and not expect.address(device.address):
        found["address"] = device.address
    if device.version in _VERSIONS:
        found["version"] = device.version
    if device.port != PORT and not expect.port(device.port):
        found["port"] = device.port
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

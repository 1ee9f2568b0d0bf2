"""The home of a configuration, as much of it as the hub's own announcement asks for."""

import asyncio
import json
import tempfile
from types import SimpleNamespace

from hub.components import schema
from hub.mqtt.home_assistant import announce
from hub.targets.kinds.kind import make
from plughub.cli import Failure
from plughub.devices import read_json
from tuya.dps import FAULT, POWER

#: What a plug with a meter has shown, as usual ones do.
_SHOWN = {POWER: 0, FAULT: 0}
#: What devices of other kinds have shown.
_SHOWN_BY = {
    "bulb": {20: False, 21: "white", 22: 1000, 23: 500, 24: "000003e803e8"},
    "cover": {1: "stop", 2: 0, 3: 0},
    "climate": {1: False, 2: 21, 3: 20, 4: "auto"},
    "strip": {1: False, 2: False} | _SHOWN,
    "custom": {1: False},
}


def load(path):
    """Return the checked configuration of a file, with "mqtt" in it. Raises Failure."""
    try:
        config = schema().check_values(read_json(path))
    except ValueError as e:
        raise Failure(f"{path}: {e}") from None
    if config["faults"]:
        raise Failure("\n".join(config["faults"]))
    if not config["mqtt"]:
        raise Failure(f'{path} has no "mqtt": {{"host": ...}}')
    return config


def announcement(config, without_meter):
    """Return [(topic, value)] of what the hub of a configuration announces.

    `without_meter`: names of plugs. Raises Failure for one that is not there.
    """
    names = [plug["name"] for plug in config["plugs"]]
    for name in without_meter:
        if name not in names:
            raise Failure(f"there is no plug {name}; known are: {', '.join(names) or 'none'}")
    plugs = {
        plug["name"]: _plug(plug, plug["name"] not in without_meter) for plug in config["plugs"]
    }
    outlets = {
        outlet["name"]: SimpleNamespace(plug=plugs[outlet["plug"]], dp=outlet["dp"])
        for outlet in config["outlets"]
    }
    targets = SimpleNamespace(plugs=plugs, outlets=outlets)
    for kind in ("relays", "groups", "scenes"):
        setattr(targets, kind, {item["name"]: None for item in config[kind]})
    rooms = {plug["name"]: plug["room"] for plug in config["plugs"] if plug["room"]}
    hub = SimpleNamespace(name=config["name"], targets=targets, rooms=rooms)
    found = []

    async def take(topic, payload, _is_retained):
        text = payload if isinstance(payload, str) else b"".join(payload()).decode()
        found.append((topic, json.loads(text)))

    with tempfile.TemporaryDirectory() as folder:
        client = SimpleNamespace(publish=take)
        asyncio.run(announce(hub, config["mqtt"], client, f"{folder}/announced.json"))
    return found


def _plug(settings, has_meter):
    word = settings["kind"]
    shown = _SHOWN_BY.get(word, _SHOWN)
    device = SimpleNamespace(id=settings["id"], dps=shown if has_meter else {})
    kind = make(word, device, settings) if word else None
    has_meter = has_meter and (not kind or kind.has_meter)
    return SimpleNamespace(device=device, has_meter=has_meter, kind=kind, is_known=bool(word))

"""The home of a configuration, as much of it as the hub's own announcement asks for."""

import asyncio
import json
import tempfile
from types import SimpleNamespace

from hub.components import schema
from hub.mqtt.home_assistant import announce
from plughub.cli import Failure
from plughub.devices import read_json
from tuya.dps import FAULT, POWER

#: What a plug with a meter has shown, as usual ones do.
_SHOWN = {POWER: 0, FAULT: 0}


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
        plug["name"]: _plug(plug["id"], plug["name"] not in without_meter)
        for plug in config["plugs"]
    }
    targets = SimpleNamespace(plugs=plugs)
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


def _plug(id, has_meter):
    device = SimpleNamespace(id=id, dps=_SHOWN if has_meter else {})
    return SimpleNamespace(device=device, has_meter=has_meter)

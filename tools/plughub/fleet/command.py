"""What `plughub fleet` does: reads what the hubs have left on their broker, and asks nobody."""

import json
import os

from rich.table import Table
from rich.text import Text

from hub.mqtt.topics import name_of
from plughub import ask
from plughub.cli import NOT_FOUND, USAGE, Failure, console, errors, print_json
from plughub.mqtt.broker import Broker

_PORT, _PORT_TLS = 1883, 8883
_STATUS, _HUB, _AVAILABILITY = "status", "hub/state", "availability"


def show(address, bases, user, ca, has_devices, is_json):
    """List the hubs on a broker; return the exit code. Raises Failure.

    `bases`: patterns of what their topics begin with; "+" is any one level.
    """
    with Broker(_settings(address, user, ca)) as broker:
        patterns = (_STATUS, _HUB, f"+/{_AVAILABILITY}")
        kept = broker.kept(*(f"{base}/{end}" for base in bases for end in patterns))
    hubs = hubs_of(kept)
    if is_json:
        print_json(hubs)
    elif not hubs:
        errors.print(f"No hub has told anything to {address}.", markup=False)
    else:
        console.print(_table(hubs))
        if has_devices:
            console.print(_devices(hubs))
    return 0 if hubs else NOT_FOUND


def hubs_of(kept):
    """Return what {topic: payload} tells of hubs: [{"base", "online", "version", "uptime",
    "devices": [{"name", "online", "reason"}]}], sorted.
    """
    found = {}
    for topic in kept:
        if topic.endswith("/" + _HUB):
            about = _object(kept[topic])
            if "version" in about and "uptime" in about:
                base = topic.removesuffix("/" + _HUB)
                found[base] = {
                    "base": base,
                    "online": kept.get(f"{base}/{_STATUS}") == b"online",
                    "version": about["version"],
                    "uptime": about["uptime"],
                    "devices": [],
                }
    for topic in sorted(kept):
        base, _, rest = topic.removesuffix("/" + _AVAILABILITY).rpartition("/")
        if topic.endswith("/" + _AVAILABILITY) and base in found:
            about = _object(kept[topic])
            # Of a hub that has gone nobody knows whether its devices are there.
            is_online = found[base]["online"] and about.get("state") == "online"
            device = {"name": name_of(rest), "online": is_online, "reason": about.get("reason")}
            found[base]["devices"].append(device)
    return [found[base] for base in sorted(found)]


def _settings(address, user, ca):
    host, _, port = address.rpartition(":") if ":" in address else (address, "", "")
    if not host or (port and not port.isdecimal()):
        raise Failure(f"{address} is no address of a broker, such as 192.168.1.10:1883", USAGE)
    password = None
    if user:
        password = os.environ.get("PLUGHUB_MQTT_PASSWORD")
        if password is None and not ask.is_possible():
            raise Failure("name the broker's password in PLUGHUB_MQTT_PASSWORD", USAGE)
        password = password or ask.secret(f"Password of {user} at the broker")
    number = int(port) if port else _PORT_TLS if ca else _PORT
    settings = {"host": host, "port": number, "user": user, "password": password}
    return settings | {"tls": bool(ca), "ca": ca and str(ca)}


def _table(hubs):
    table = Table(caption=f"{len(hubs)} hubs", caption_justify="left")
    for column in ("hub", "state", "version", "up for", "devices", "offline"):
        table.add_column(column, overflow="fold")
    for hub in hubs:
        offline = sum(not device["online"] for device in hub["devices"])
        cells = [hub["base"], "online" if hub["online"] else "offline", str(hub["version"])]
        cells += [_duration(hub["uptime"]), str(len(hub["devices"])), str(offline)]
        table.add_row(*map(Text, cells))
    return table


def _devices(hubs):
    table = Table()
    for column in ("hub", "device", "state"):
        table.add_column(column, overflow="fold")
    for hub in hubs:
        for device in hub["devices"]:
            state = "online" if device["online"] else device["reason"] or "offline"
            table.add_row(Text(hub["base"]), Text(device["name"]), Text(str(state)))
    return table


def _duration(seconds):
    if not isinstance(seconds, int):
        return ""
    days, rest = divmod(seconds, 86400)
    return f"{days} d {rest // 3600} h" if days else f"{rest // 3600} h {rest % 3600 // 60} min"


def _object(payload):
    try:
        value = json.loads(payload)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}

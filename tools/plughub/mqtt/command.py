"""What `plughub mqtt` does."""

import json

from hub import VERSION
from plughub.cli import console, print_json
from plughub.mqtt.broker import Broker
from plughub.mqtt.home import announcement, load


def preview(path, without_meter, is_json):
    """Print what the hub of a configuration announces."""
    found = announcement(load(path), without_meter)
    if is_json:
        print_json(dict(found))
        return
    for topic, value in found:
        console.print(topic, style="bold", markup=False)
        console.print_json(data=value)


def publish(path, without_meter):
    """Have the broker keep what the hub of a configuration announces, and what version is here."""
    config = load(path)
    found = announcement(config, without_meter)
    with Broker(config["mqtt"]) as broker:
        for topic, value in found:
            broker.put(topic, json.dumps(value, separators=(",", ":")))
        broker.put(f"{config['mqtt']['base']}/hub/latest", VERSION)
    console.print(f"announced: {len(found)} messages", markup=False)
    console.print(f"told as the newest version: {VERSION}, the one on this PC", markup=False)


def clear(path, is_dry):
    """Have the broker forget all that the hub of a configuration has left there."""
    settings = load(path)["mqtt"]
    base = settings["base"]
    with Broker(settings) as broker:
        kept = broker.kept(f"{settings['prefix']}/#", f"{base}/#")
        gone = [
            topic for topic in kept if topic.startswith(f"{base}/") or is_of(kept[topic], base)
        ]
        for topic in sorted(gone):
            console.print(topic, markup=False, soft_wrap=True)
            if not is_dry:
                broker.put(topic, "")
    verb = "would be taken away" if is_dry else "taken away"
    console.print(f"{verb}: {len(gone)} messages", markup=False)


def is_of(payload, base):
    """Tell whether this announces something of the hub whose topics begin with `base`."""
    try:
        config = json.loads(payload)
        is_ours = config["o"]["name"] == "plughub"
        return is_ours and config["avty"][0]["t"] == f"{base}/status"
    except (ValueError, TypeError, KeyError, IndexError):
        return False

"""Home Assistant's own schemas judge what is announced. Runs on its Python, not on the tests'.

home_assistant_judge.py: an object of topics and payloads on standard input; prints what it does
not take, a line for each, and how many entities it takes: "N entities".
"""

import asyncio
import importlib
import json
import sys
import tempfile

from homeassistant.components.mqtt import discovery, schemas
from homeassistant.core import HomeAssistant
from homeassistant.helpers import frame

# What a device has in common with all of its entities.
_SHARED = ("availability", "availability_mode", "device", "origin", "qos", "state_topic")
# Of an entity that is announced with others, what is no field of its platform.
_OF_DEVICE = ("platform", "device", "origin")


def expanded(payload):
    """Return a payload with all names in full."""
    payload = json.loads(json.dumps(payload))
    discovery._replace_all_abbreviations(payload)
    return payload


def judge(topic, payload):
    """Yield (platform, complaint or None) for each entity of a payload."""
    kind = topic.split("/")[1]
    if kind != "device":
        yield kind, complaint(kind, expanded(payload))
        return
    device = expanded(payload)
    try:
        schemas.DEVICE_DISCOVERY_SCHEMA(json.loads(json.dumps(device)))
    except Exception as e:
        yield kind, f"{e}"
        return
    shared = {key: device[key] for key in _SHARED if key in device}
    for entity in device["components"].values():
        platform = entity["platform"]
        yield platform, complaint(platform, shared | entity)


def complaint(platform, config):
    """Return what a platform does not take of an entity, None where it takes all."""
    module = importlib.import_module(f"homeassistant.components.mqtt.{platform}")
    try:
        taken = module.DISCOVERY_SCHEMA(dict(config))
    except Exception as e:
        return f"{e}"
    # What it does not know it leaves out without a word.
    unknown = [key for key in config if key not in taken and key not in _OF_DEVICE]
    return f"not known: {', '.join(unknown)}" if unknown else None


async def main():
    with tempfile.TemporaryDirectory() as folder:
        frame.async_setup(HomeAssistant(folder))
        judge_all()


def judge_all():
    count = 0
    for topic, payload in json.load(sys.stdin).items():
        for platform, said in judge(topic, payload):
            if said:
                print(f"{topic}: {platform}: {said}")
            else:
                count += 1
    print(f"{count} entities")


if __name__ == "__main__":
    asyncio.run(main())

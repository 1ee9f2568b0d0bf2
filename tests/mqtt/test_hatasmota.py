"""hatasmota, by which Home Assistant finds Tasmota devices, takes our plugs for such."""

import asyncio
import json

from broker import Broker
from fake_time import FakeTime
from hatasmota.discovery import (
    TasmotaDiscoveryMsg,
    get_sensor_entities,
    get_switch_entities,
)
from mqtt_home import Home

from tuya.port import sleep_ms


def announced():
    """Return {topic: value} of what a hub of two plugs announces in Tasmota's words."""

    async def listen():
        with FakeTime():
            home = Home(Broker(), tasmota=True)
            for plug in home.hub.targets.plugs.values():
                plug.values.update({"current": 0.417, "today": 0.2, "yesterday": None})
            async with home:
                await sleep_ms(1000)
                return {
                    topic: json.loads(text)
                    for topic, text, _ in home.broker.messages
                    if topic.startswith("tasmota/")
                }

    return asyncio.run(listen())


def test_it_finds_a_switch_and_sensors():
    found = announced()
    configs = [topic for topic in found if topic.endswith("/config")]
    assert len(configs) == 2
    for topic in configs:
        mac = topic.split("/")[2]
        device = TasmotaDiscoveryMsg(found[topic])
        assert device["mac"] == mac
        switches = [entity for entity, _ in get_switch_entities(device) if entity]
        assert len(switches) == 1
        assert switches[0].command_topic == f"cmnd/{device['t']}/"
        assert switches[0].availability_topic == f"tele/{device['t']}/LWT"
        sensors = get_sensor_entities(found[f"tasmota/discovery/{mac}/sensors"], device)
        names = {entity.quantity for entity, _ in sensors}
        assert {"power", "voltage", "current"} <= {str(name).lower() for name in names}

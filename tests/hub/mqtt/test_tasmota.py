"""Plugs in Tasmota's words: what programs for it find, hear and may say."""

import json

from fake_time import FakeTime
from mqtt_home import Home, a_file, forget

from tuya.port import sleep_ms

TOPIC = "home_desk_20lamp"


def home(**settings):
    found = Home(tasmota=True, **settings)
    for plug in found.hub.targets.plugs.values():
        plug.values.update({"current": 0.417, "today": 0.2, "yesterday": None})
    return found


async def test_how_a_plug_is_and_what_it_measures():
    with FakeTime():
        async with home() as found:
            assert found.broker.last("stat/%s/POWER" % TOPIC) == "OFF"
            assert found.last("tele/%s/STATE" % TOPIC)["POWER"] == "OFF"
            energy = found.last("tele/%s/SENSOR" % TOPIC)["ENERGY"]
            assert energy["Power"] == 95.7 and energy["Total"] == 1.5 and energy["Factor"] == 1
            assert (("tele/%s/LWT" % TOPIC, "Online", True)) in found.broker.messages
            plug = found.hub.targets.plugs["desk lamp"]
            plug.become("it is away")
            await sleep_ms(10)
            assert found.broker.last("tele/%s/LWT" % TOPIC) == "Offline"
            before = found.count("stat/%s/RESULT" % TOPIC)
            plug.become(on=True)
            await sleep_ms(10)
            assert found.last("stat/%s/RESULT" % TOPIC) == {"POWER": "ON"}
            assert found.count("stat/%s/RESULT" % TOPIC) == before + 1


async def test_commands_in_its_words():
    with FakeTime():
        async with home() as found:
            plug = found.hub.targets.plugs["desk lamp"]
            assert "cmnd/%s/+" % TOPIC in found.broker.topics
            for payload, on in (("ON", True), ("0", False), ("2", True), ("toggle", False)):
                found.broker.publish("cmnd/%s/POWER" % TOPIC, payload, 2)
                await sleep_ms(10)
                assert plug.on is on, payload
            before = found.count("tele/%s/STATE" % TOPIC)
            for command in ("POWER", "State", "STATUS"):
                found.broker.publish("cmnd/%s/%s" % (TOPIC, command), "")
                await sleep_ms(100)
            assert found.count("tele/%s/STATE" % TOPIC) == before + 3
            found.broker.publish("cmnd/%s/POWER" % TOPIC, "ON", 3)  # retained
            found.broker.publish("cmnd/%s/POWER" % TOPIC, b"\xff")
            found.broker.publish("cmnd/home_nobody/POWER", "ON")
            found.broker.publish("cmnd/%s/Reset" % TOPIC, "1")
            await sleep_ms(10)
            assert plug.on is False


async def test_plugs_are_found_and_gone_ones_are_not():
    kept = a_file()
    with FakeTime():
        async with home(kept=kept) as found:
            configs = [
                json.loads(text)
                for topic, text, _ in found.broker.messages
                if topic.startswith("tasmota/discovery/") and topic.endswith("/config")
            ]
            assert sorted([config["dn"] for config in configs]) == ["desk lamp", "lamp"]
            assert len(set([config["mac"] for config in configs])) == 2
            assert configs[1]["t"] == TOPIC and configs[1]["rl"][0] == 1
            mac = configs[1]["mac"]
            sensors = found.last("tasmota/discovery/%s/sensors" % mac)
            assert sensors["sn"]["ENERGY"]["Voltage"] == 230.4
        other = home(kept=kept)
        del other.hub.targets.plugs["desk lamp"]
        async with other:
            assert other.broker.last("tasmota/discovery/%s/config" % mac) == ""
            assert other.broker.last("tasmota/discovery/%s/sensors" % mac) == ""
            assert other.broker.last("tele/%s/LWT" % TOPIC) == ""
    forget(kept)


async def test_it_is_off_unless_it_is_switched_on():
    with FakeTime():
        async with Home() as found:
            assert not [
                1 for topic, _, _ in found.broker.messages if topic[:4] in ("tele", "stat")
            ]
            assert not [topic for topic in found.broker.topics if topic.startswith("cmnd")]

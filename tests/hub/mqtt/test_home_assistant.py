"""Discovery: what Home Assistant is told, of what is there, of what is gone, and when again.

The names that it knows are listed here: one that it does not know it passes over without a word.
tests/mqtt/test_home_assistant_schemas.py has its own schemas judge the same.
"""

import json

from broker import Broker
from fake_hub import FakeTarget
from fake_time import FakeTime
from mqtt_home import Home, Plug, a_file, forget

from hub import VERSION
from hub.mqtt.topics import safe
from hub.system.store import save
from tuya.port import sleep_ms

DEVICE = ("ids", "name", "mf", "mdl", "sn", "sw", "via_device", "cu", "sa")
ROOT = ("dev", "o", "qos", "avty", "avty_mode")
ENTITY = ("uniq_id", "name", "stat_t", "cmd_t", "val_tpl", "dev_cla", "ent_cat", "en")
PLATFORMS = {
    "switch": ("stat_on", "stat_off"),
    "sensor": ("unit_of_meas", "stat_cla", "sug_dsp_prc"),
    "binary_sensor": ("pl_on", "pl_off"),
    "scene": ("pl_on",),
    "button": ("pl_prs",),
    "event": ("evt_typ",),
    "update": ("l_ver_t",),
}


def check_entity(entity):
    known = ENTITY + PLATFORMS[entity["p"]] + ("p",)
    assert all([key in known for key in entity]), entity
    assert entity["uniq_id"] and "name" in entity


def check_device(config):
    assert all([key in ROOT + ("cmps",) for key in config]), config
    assert all([key in DEVICE for key in config["dev"]]), config["dev"]
    assert config["o"]["name"] and config["dev"]["ids"] and config["dev"]["name"]
    for entity in config["cmps"].values():
        check_entity(entity)


def found(broker):
    """Return {topic: payload or None} of what was announced last."""
    return {
        topic: json.loads(text) if text else None
        for topic, text, _ in broker.messages
        if topic.startswith("homeassistant/")
    }


async def announced(kept=None, broker=None, change=None, **settings):
    """Return (what is announced by a hub, its broker)."""
    settings.setdefault("discovery", "device")
    home = Home(broker or Broker(), kept=kept, **settings)
    if change:
        change(home.hub)
    async with home:
        await sleep_ms(500)
        return found(home.broker), home.broker


async def test_every_thing_is_a_device_with_its_entities():
    with FakeTime():
        all, broker = await announced()
    assert sorted(all) == [
        "homeassistant/device/home_%s/config" % key
        for key in ("bf1", "bf2", "button_hall", "group_all", "hub", "relay_fan", "scene_away")
    ]
    for config in all.values():
        check_device(config)
    plug = all["homeassistant/device/home_bf2/config"]
    assert plug["dev"]["name"] == "desk lamp" and plug["dev"]["via_device"] == "home"
    entities = plug["cmps"]
    assert sorted(entities) == ["address", "current", "energy", "power", "switch", "voltage"]
    switch = entities["switch"]
    assert switch["name"] is None and switch["cmd_t"] == "home/desk lamp/set"
    assert entities["energy"]["stat_cla"] == "total_increasing"
    assert entities["power"]["uniq_id"] == "bf2_power" and entities["address"]["en"] is False
    assert [about["t"] for about in plug["avty"]] == ["home/status", "home/desk lamp/availability"]
    hub = all["homeassistant/device/home_hub/config"]["cmps"]
    assert hub["restart"]["cmd_t"] == "home/hub/set"
    assert hub["firmware"]["p"] == "update" and hub["firmware"]["stat_t"] == "home/hub/state"
    assert hub["firmware"]["l_ver_t"] == "home/hub/latest"
    assert json.loads(broker.last("home/hub/state"))["version"] == VERSION
    button = all["homeassistant/device/home_button_hall/config"]
    assert button["dev"]["ids"] == ["home"]  # it is one of the hub's
    assert button["cmps"]["pressed"]["evt_typ"] == ["press", "long"]
    assert button["cmps"]["pressed"]["stat_t"] == "home/button/hall"
    kept = [is_retained for topic, _, is_retained in broker.messages if "/config" in topic]
    assert False not in kept


async def test_an_older_home_assistant_is_told_of_each_entity():
    with FakeTime():
        all, _ = await announced(discovery="single")
    assert "homeassistant/switch/home_bf1/switch/config" in all
    power = all["homeassistant/sensor/home_bf1/power/config"]
    assert power["dev"]["ids"] == ["bf1"] and power["stat_t"] == "home/lamp/state"
    for topic, config in all.items():
        platform = topic.split("/")[1]
        common = {key: config[key] for key in ROOT if key in config}
        check_entity(dict({k: config[k] for k in config if k not in common}, p=platform))


async def test_what_is_gone_is_taken_away_and_what_is_renamed_keeps_its_ids():
    kept = a_file()
    with FakeTime():
        await announced(kept)

        def change(hub):
            del hub.targets.relays["fan"], hub.targets.plugs["desk lamp"]
            hub.targets.plugs["floor lamp"] = Plug("floor lamp", "bf2", hub.broadcast)

        all, broker = await announced(kept, change=change, buttons="[]")
    assert all["homeassistant/device/home_relay_fan/config"] is None
    assert all["homeassistant/device/home_button_hall/config"] is None
    plug = all["homeassistant/device/home_bf2/config"]
    assert (
        plug["dev"]["name"] == "floor lamp" and plug["cmps"]["switch"]["uniq_id"] == "bf2_switch"
    )
    assert plug["cmps"]["switch"]["stat_t"] == "home/floor lamp/state"
    for topic in ("home/fan/state", "home/desk lamp/state", "home/desk lamp/availability"):
        assert broker.last(topic) == "", topic
    assert broker.last("home/floor lamp/state")
    with FakeTime():
        all, broker = await announced(kept, change=change, buttons="[]")
    assert None not in all.values() and broker.last("home/fan/state") is None


async def test_another_base_or_way_takes_the_former_one_away():
    kept = a_file()
    with FakeTime():
        await announced(kept)
        all, broker = await announced(kept, base="flat", discovery="single")
        assert all["homeassistant/device/home_bf1/config"] is None
        assert all["homeassistant/sensor/flat_bf1/power/config"]["uniq_id"] == "bf1_power"
        assert broker.last("home/lamp/state") == "" and broker.last("flat/lamp/state")
        assert broker.last("home/hub/state") == ""
        all, _ = await announced(kept, base="flat")
        assert all["homeassistant/sensor/flat_bf1/power/config"] is None
        assert all["homeassistant/button/flat_hub/restart/config"] is None


async def test_a_plug_that_is_only_offline_keeps_its_entities():
    kept = a_file()
    with FakeTime():
        await announced(kept)

        def change(hub):
            hub.targets.plugs["lamp"].has_meter = False  # nothing was heard of it yet

        all, _ = await announced(kept, change=change)
    assert "power" in all["homeassistant/device/home_bf1/config"]["cmps"]


async def test_a_meter_that_shows_itself_is_announced():
    with FakeTime():
        home = Home(discovery="device")
        home.lamp.has_meter = False
        async with home:
            await sleep_ms(2000)
            topic = "homeassistant/device/home_bf1/config"
            assert "power" not in found(home.broker)[topic]["cmps"]
            home.lamp.has_meter = True
            home.lamp.become(power=5.0)
            await sleep_ms(3000)
            assert "power" in found(home.broker)[topic]["cmps"]


async def test_home_assistant_is_told_again_some_seconds_after_its_birth():
    with FakeTime():
        async with Home(discovery="device") as home:
            broker = home.broker
            assert "homeassistant/status" in broker.topics
            await sleep_ms(2000)
            topic = "homeassistant/device/home_bf1/config"
            assert home.count(topic) == 1
            broker.publish("homeassistant/status", "online", 1)  # retained: of long ago
            broker.publish("homeassistant/status", "offline")
            await sleep_ms(10000)
            assert home.count(topic) == 1
            broker.publish("homeassistant/status", "online")
            await sleep_ms(7000)
            assert home.count(topic) == 2


async def test_facts_that_make_no_sense_do_no_harm():
    with FakeTime():
        way = ["home", "homeassistant", "device"]
        for facts in (
            {"things": 7, "as": way},
            {"things": {"bf9": [1], "bf1": [[], {}, None]}, "as": way},
            {"things": {"bf1": ["plug", "lamp", 1]}, "as": "x"},
            {"as": way},
            [],
        ):
            kept = a_file()
            save(kept, facts)
            all, _ = await announced(kept)
            assert all["homeassistant/device/home_bf1/config"]
            forget(kept)


def test_keys_are_letters_digits_and_underscores_and_differ():
    names = ("fan", "f n", "f_n", "f\u00e4n", "f\u00f6n", "f/n", "F n", "f20n", "\U0001f4a1")
    keys = [safe(name) for name in names]
    assert len(set(keys)) == len(names)
    for key in keys:
        assert all([c == "_" or c.isdigit() or "a" <= c.lower() <= "z" for c in key])


async def test_a_relay_of_the_same_name_as_a_group_is_another_thing():
    def change(hub):
        hub.targets.groups["fan two"] = FakeTarget("fan two")

    with FakeTime():
        all, _ = await announced(change=change)
    assert "homeassistant/device/home_group_fan_20two/config" in all


async def test_who_switches_discovery_off_has_nothing_left_of_it():
    kept = a_file()
    with FakeTime():
        await announced(kept)
        all, broker = await announced(kept, discovery="off")
        assert len(all) == 7 and not any(all.values())
        assert broker.last("home/lamp/state")  # which is told after that
        all, _ = await announced(kept, discovery="off")
        assert all == {}
    forget(kept)

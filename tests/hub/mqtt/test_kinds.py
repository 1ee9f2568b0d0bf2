"""What Home Assistant is told of kinds, and what comes back from its templates."""

import json

from fake_hub import FakeHub
from kind_home import BULB, COVER, FEEDER, STRIP, THERMOSTAT, Face, plug_of

from hub.mqtt.commands import parse
from hub.mqtt.home_assistant import Things
from hub.targets.kinds.outlets import Outlet

SETTINGS = {
    "base": "home",
    "prefix": "homeassistant",
    "discovery": "device",
    "buttons": "[]",
    "page": 80,
}


def announced(dps, word, known=None, **settings):
    """Return {entity: its component} of a device, and the kind that is remembered of it."""
    hub = FakeHub()
    plug = plug_of(Face(dps), word, hub.broadcast, **settings)
    hub.targets.plugs.clear()
    hub.targets.plugs["it"] = plug
    return of(hub, plug, known)


def of(hub, plug, known=None):
    things = Things(hub, SETTINGS, {plug.device.id: known} if known else {})
    for key, kind, name, traits in things.all():
        if key == plug.device.id:
            ((_, parts),) = things.messages(key, kind, name, traits)
            told = json.loads(b"".join(parts()))
            assert told["dev"]["mf"] == "Tuya" and len(told["avty"]) == 2
            return told["cmps"], kind
    raise AssertionError("nothing was told")


def test_a_bulb_is_a_light():
    told, kind = announced(BULB, "bulb")
    light = told["light"]
    assert kind == "bulb" and light["p"] == "light" and "switch" not in told
    assert light["cmd_t"] == "home/it/set" and light["stat_t"] == "home/it/state"
    assert "colour" in light["r_tpl"] and light["min_mirs"] < light["max_mirs"]
    # One that shows white alone has no colour.
    told, _ = announced({20: True, 21: "white", 22: 500}, "bulb")
    assert "r_tpl" not in told["light"] and "clr_temp_tpl" not in told["light"]


def test_a_cover():
    told, _ = announced(COVER, "cover")
    cover = told["cover"]
    assert cover["pos_t"] == "home/it/state" and cover["set_pos_t"] == "home/it/set"
    for word in ("pl_open", "pl_cls", "pl_stop"):
        parse(cover[word].encode())
    position = cover["set_pos_tpl"].replace("{{ position }}", "40")
    assert parse(position.encode())["values"] == {"position": 40}


def test_a_thermostat():
    told, _ = announced(THERMOSTAT, "climate")
    climate = told["climate"]
    assert climate["modes"] == ["off", "heat"] and climate["pr_modes"] == ["auto"]
    target = climate["temp_cmd_tpl"].replace("{{ value }}", "21.5")
    assert parse(target.encode())["values"] == {"target": 21.5}
    assert climate["temp_unit"] == "C"


def test_any_device_by_its_mapping():
    told, kind = announced({1: True, 4: "standby", 5: 215}, "custom", mapping=FEEDER)
    assert kind == (
        "custom|sensor.feed_state|number.manual_feed|select.speed|sensor.va_temperature"
    )
    assert told["switch"]["cmd_t"] == "home/it/set"
    number = told["manual_feed"]
    assert (number["p"], number["min"], number["max"]) == ("number", 1, 12)
    value = number["cmd_tpl"].replace("{{ value }}", "3")
    assert parse(value.encode())["values"] == {"manual_feed": 3}
    assert told["va_temperature"]["unit_of_meas"] == "°C" and "cmd_t" not in told["feed_state"]
    assert told["speed"]["options"] == ["low", "high"]


def test_a_strip_and_those_of_its_outlets_that_have_no_name():
    hub = FakeHub()
    strip = hub.targets.plugs["it"] = plug_of(Face(STRIP), "strip", hub.broadcast)
    fan = hub.targets.outlets["fan"] = Outlet("fan", 2, hub.broadcast)
    fan.attach(strip)
    told, kind = of(hub, strip)
    assert kind == "strip|switch.switch_1|switch.switch_3"
    assert told["power"]["stat_cla"] == "measurement" and told["switch"]["name"] is None
    assert parse(told["switch_3"]["pl_on"].encode())["values"] == {"switch_3": True}
    things = Things(hub, SETTINGS, {})
    outlets = [row for row in things.all() if row[1] == "outlet"]
    assert outlets == [("outlet_fan", "outlet", "fan", 0)]


def test_what_was_told_stays_while_the_device_is_not_seen():
    told, kind = announced({}, None, ["bulb", "it", 0])
    assert kind == "bulb" and told["light"]["p"] == "light"
    told, kind = announced({}, None, ["custom|number.speed", "it", 0])
    assert told["speed"]["p"] == "number"
    _, kind = announced({}, "outlet", ["bulb", "it", 0])
    assert kind == "plug"

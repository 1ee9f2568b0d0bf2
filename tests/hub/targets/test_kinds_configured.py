"""Kinds in the configuration: what is said of a device, and what actions, scenes and rules say."""

from hub.components import schema
from hub.config.names import renamed_entries

KEY = "0123456789abcdef"
MAPPING = {"1": {"code": "switch", "type": "Boolean"}, "3": {"code": "speed", "type": "Integer"}}


def plug(name, n, **more):
    return dict({"name": name, "id": "bf%020d" % n, "key": KEY}, **more)


def home(**more):
    plugs = [
        plug("hall", 1, kind="bulb"),
        plug("blind", 2, kind="cover", inverted=True),
        plug("bath", 3, kind="climate"),
        plug("desk", 4, kind="strip"),
        plug("fan", 5, kind="custom", mapping=MAPPING),
        plug("lamp", 6),
    ]
    outlets = [{"name": "printer", "plug": "desk", "dp": 1}]
    return dict({"plugs": plugs, "outlets": outlets}, **more)


def checked(config, rules=None):
    return schema().check_values(config, None, rules and {"rules": rules})


def faults(config, rules=None):
    return checked(config, rules)["faults"]


def button(action):
    return home(buttons=[{"pin": 4, "press": action}])


def test_a_home_of_all_kinds():
    found = checked(home())
    assert found["faults"] == []
    assert [item["kind"] for item in found["plugs"]] == [
        "bulb",
        "cover",
        "climate",
        "strip",
        "custom",
        None,
    ]
    assert found["outlets"][0]["plug"] == "desk"


def test_what_makes_no_sense_is_told_with_its_place():
    for config, expected in (
        ({"plugs": [plug("a", 1, kind="toaster")]}, "plugs[0].kind: expected"),
        ({"plugs": [plug("a", 1, kind="custom")]}, "plugs[0].mapping: missing"),
        ({"plugs": [plug("a", 1, mapping=MAPPING)]}, "plugs[0].mapping: it belongs to the kind"),
        ({"plugs": [plug("a", 1, kind="bulb", inverted=True)]}, "plugs[0].inverted: it belongs"),
        ({"plugs": [plug("a", 1, kind="custom", mapping={"0": {}})]}, "mapping: expected DPs"),
        ({"plugs": [plug("a", 1, kind="custom", mapping={"1": []})]}, "mapping: expected DPs"),
        ({"plugs": [plug("a", 1, kind="custom", mapping=[1])]}, "mapping: expected DPs"),
        (home(outlets=[{"name": "x", "plug": "dsk", "dp": 1}]), 'no plug is named "dsk"'),
        (home(outlets=[{"name": "hall", "plug": "desk", "dp": 1}]), "the same as of plugs[0]"),
        (home(outlets=[{"name": "x", "plug": "desk", "dp": 0}]), "outlets[0].dp: expected"),
        (
            home(outlets=[{"name": n, "plug": "desk", "dp": 1} for n in ("x", "y")]),
            "another outlet is at this DP of desk",
        ),
        (button({"bulb": "blind"}), 'press.bulb: no bulb is named "blind"'),
        (
            button({"bulb": "hall", "brightness": "120%"}),
            "press.brightness: expected a percentage",
        ),
        (button({"bulb": "hall", "colour": "red"}), "press.colour: expected a colour"),
        (button({"bulb": "hall", "position": 5}), "press.position: it belongs to a cover"),
        (button({"bulb": "hall", "set": "stop"}), '"stop" is for a cover'),
        (button({"cover": "blind", "set": "off", "position": 5}), "there are values"),
        (button({"climate": "bath", "target": "warm"}), "press.target: expected degrees"),
        (button({"plug": "fan", "values": {"speed": [1]}}), "press.values: expected an object"),
        (button({"outlet": "desk"}), 'no outlet is named "desk"'),
        (home(scenes=[{"name": "s", "set": {"hall": {}}}]), "scenes[0].set.hall: expected one of"),
        (
            home(scenes=[{"name": "s", "set": {"hall": {"brightness": "x"}}}]),
            "scenes[0].set.hall.brightness: expected a percentage",
        ),
        (home(scenes=[{"name": "s", "set": {"hall": "bright"}}]), "scenes[0].set: expected"),
    ):
        found = faults(config)
        assert any([expected in fault for fault in found]), (expected, found)


def test_actions_say_what_a_kind_has():
    for action, become in (
        ({"bulb": "hall"}, "toggle"),
        ({"bulb": "hall", "brightness": "20%"}, {"brightness": 20}),
        (
            {"bulb": "hall", "set": "on", "colour": "#ff8000", "brightness": 5},
            {"colour": "#ff8000", "brightness": 5},
        ),
        ({"bulb": "hall", "dim": "10%", "for": "5m"}, {"dim": 10}),
        ({"cover": "blind", "set": "open"}, "on"),
        ({"cover": "blind", "set": "close"}, "off"),
        ({"cover": "blind", "set": "stop"}, {"command": "stop"}),
        ({"cover": "blind", "position": "40%"}, {"position": 40}),
        ({"climate": "bath", "target": 21.5, "mode": "auto"}, {"target": 21.5, "mode": "auto"}),
        ({"plug": "fan", "values": {"speed": 3}}, {"speed": 3}),
        ({"plug": "lamp", "brightness": 5}, {"brightness": 5}),  # it may be a bulb
        ({"bulb": "lamp"}, "toggle"),
        ({"outlet": "printer", "set": "off"}, "off"),
    ):
        found = checked(button(action))
        assert found["faults"] == [], (action, found["faults"])
        assert found["buttons"][0]["press"]["set"] == become


def test_scenes_and_groups_mix_kinds():
    config = home(
        groups=[{"name": "all", "members": ["hall", "printer", "blind"]}],
        scenes=[{"name": "film", "set": {"hall": {"brightness": "10%"}, "blind": "off"}}],
    )
    found = checked(config)
    assert found["faults"] == []
    assert found["scenes"][0]["set"] == {"hall": {"brightness": 10}, "blind": "off"}


def test_rules_watch_and_set_what_kinds_have():
    def rule(**fields):
        return checked(home(), [dict({"id": "x", "do": {"bulb": "hall"}}, **fields)])

    for when, condition in (
        ({"climate": "bath", "temperature": "<18.5°C"}, ("bath", "current", False, 185, 0, 0)),
        ({"climate": "bath", "temperature": "<-5"}, ("bath", "current", False, -50, 0, 0)),
        (
            {"bulb": "hall", "brightness": ">50%", "hysteresis": "5%", "for": "10s"},
            ("hall", "brightness", True, 500, 50, 10),
        ),
        ({"cover": "blind", "position": "<10%"}, ("blind", "position", False, 100, 0, 0)),
        ({"plug": "fan", "value": "speed", "threshold": ">2"}, ("fan", "speed", True, 20, 0, 0)),
        (
            {"climate": "bath", "value": "mode", "equals": "auto"},
            ("bath", "mode=auto", True, 0, 0, 0),
        ),
        ({"outlet": "printer", "on": False}, ("printer", None, False, 1, 0, 0)),
        ({"bulb": "hall", "online": False}, ("hall", 0, False, 1, 0, 0)),
    ):
        found = rule(when=when)
        assert found["faults"] == [], (when, found["faults"])
        assert found["rules"][0]["when"] == condition
    assert rule(at="06:30", do={"cover": "blind", "position": "50%"})["rules"][0]["steps"] == [
        [0, "do", "blind", {"position": 50}, None, True]
    ]
    assert rule(limit={"outlet": "printer", "max_on": "1h"}, do=None)["faults"] == []
    for when, expected in (
        ({"bulb": "hall", "temperature": ">5"}, "expected one of brightness, on, online, value"),
        ({"cover": "hall", "on": True}, 'no cover is named "hall"'),
        ({"plug": "fan", "value": "speed"}, 'needs "equals" or "threshold"'),
        ({"plug": "fan", "value": "speed", "threshold": "2"}, "expected a threshold"),
        ({"plug": "fan", "value": "speed", "equals": [1]}, "true, false, a number or a text"),
        ({"climate": "bath", "temperature": "<18W"}, "expected a threshold"),
    ):
        found = rule(when=when)["faults"]
        assert any([expected in fault for fault in found]), (when, found)


def test_who_is_renamed_is_so_everywhere():
    config = home(
        buttons=[{"pin": 4, "press": {"bulb": "hall"}}],
        scenes=[{"name": "s", "set": {"hall": {"brightness": 5}, "printer": "on"}}],
    )
    names = {"hall": "stairs", "desk": "office", "printer": "laser"}
    entries = [(key, i, item) for key in config for i, item in enumerate(config[key])]
    found = {}
    for key, _, item in renamed_entries(iter(entries), names):
        found.setdefault(key, []).append(item)
    assert found["plugs"][0]["name"] == "stairs" and found["plugs"][3]["name"] == "office"
    assert found["outlets"] == [{"name": "laser", "plug": "office", "dp": 1}]
    assert found["buttons"][0]["press"] == {"bulb": "stairs"}
    assert found["scenes"][0]["set"] == {"stairs": {"brightness": 5}, "laser": "on"}
    assert faults(found) == []

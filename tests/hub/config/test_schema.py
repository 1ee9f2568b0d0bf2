import json

from fake_hub import Folder

from hub import log
from hub.components import schema
from hub.config.load import load

PLUG = {
    "name": "lamp",
    "id": "bf0123456789abcdefghij",
    "address": "192.168.1.55",
    "key": "0123456789abcdef",
}


def load_text(text):
    with Folder():
        with open("test_config.json", "w") as file:
            file.write(text)
        return load(schema(), "test_config.json")


def faults_of(**config):
    return load_text(json.dumps(config))["faults"]


def has(faults, *words):
    return any(all(word in fault for word in words) for fault in faults)


def test_a_whole_configuration():
    config = load_text(
        json.dumps(
            {
                "//": "a comment",
                "wifi": {"ssid": "home", "password": "12345678"},
                "plugs": [PLUG],
                "relays": [{"name": "fan", "pin": 26, "follow": "lamp"}],
                "buttons": [{"pin": 4, "press": {"plug": "lamp", "set": "off"}}],
                "led": {"pin": 2, "show": "lamp"},
            }
        )
    )
    assert config["faults"] == []
    assert config["plugs"][0]["version"] is None and config["plugs"][0]["port"] == 6668
    assert config["buttons"][0]["press"]["set"] == "off"
    assert config["web"]["port"] == 80 and config["poll"] == 10


def test_an_empty_configuration_is_a_hub_without_plugs():
    config = load_text("{}")
    assert config["faults"] == []
    assert config["plugs"] == [] and config["wifi"] is None and config["led"] is None


def test_a_new_hub_has_no_file_and_no_fault():
    config = load(schema(), "nowhere.json")
    assert config["faults"] == [] and config["plugs"] == []
    assert "there is no nowhere.json yet" in list(log.lines())[-1]["text"]


def test_every_fault_has_its_place_and_what_was_expected():
    faults = faults_of(
        plugs=[PLUG, dict(PLUG, name="two", key="too short", id="bf0123456789abcdefghik"), 7],
        buttons=[{"pin": "x", "press": {"plug": "lamp"}}, {"pin": 4, "press": {"plug": "nobody"}}],
        relays=[{"name": "fan", "pin": 99}],
        led={"pin": 2, "show": "nothing"},
        wifi={"ssid": ""},
        poll=1,
        unknown=1,
    )
    assert has(faults, "plugs[1].key", "16 characters", "not 9")
    assert has(faults, "plugs[2]", "object")
    assert has(faults, "buttons[0].pin", "GPIO")
    assert has(faults, "buttons[1].press.plug", "nobody")
    assert has(faults, "relays[0].pin", "GPIO")
    assert has(faults, "led.show", "nothing")
    assert has(faults, "wifi.ssid", "text")
    assert has(faults, "poll", "seconds")
    assert has(faults, "unknown", "not known")
    assert not has(faults, "too short")


def test_what_is_faulty_is_left_out_and_the_rest_stays():
    config = load_text(json.dumps({"plugs": [dict(PLUG, key="short"), PLUG]}))
    assert [plug["at"] for plug in config["plugs"]] == ["plugs[1]"]


def test_names_ids_and_pins_are_taken_once():
    faults = faults_of(
        plugs=[PLUG, PLUG],
        relays=[{"name": "a", "pin": 5}, {"name": "b", "pin": 5}, {"name": "lamp", "pin": 6}],
    )
    assert has(faults, "plugs[1].name", "plugs[0]")
    assert has(faults, "relays[1].pin", "relays[0]")
    assert has(faults, "relays[2].name", "plugs[0]")


def test_broken_json_names_the_line():
    for text, words in (
        ("{", "line 1"),
        ('{"a": tru}', "line 1: expected a value"),
        ('{"name":\n\n "x', "line 3: expected a double quote"),
        ('{"plugs": [\n}', "line 2"),
    ):
        faults = load_text(text)["faults"]
        assert has(faults, "test_config.json", words), (text, faults)

"""Rules that a message on the broker runs, and messages that rules and buttons send."""

import json

from rooms import CONFIG, NOON

from simulator.room import Room

BROKER = {"mqtt": {"host": "192.0.2.1"}}
LAMP = {"plug": "lamp", "set": "on"}


def room(*rules, **more):
    home = Room(dict(CONFIG, **dict(BROKER, **more)), {"rules": list(rules)}, NOON)
    home.run(1)
    home.events = []
    return home


def test_a_message_runs_a_rule():
    home = room({"id": "a", "mqtt": "zigbee/button", "do": LAMP})
    assert home.faults == []
    home.hear("zigbee/other", b"x")
    assert home.heard("set") == []
    home.hear("zigbee/button", b"\xff\x00")  # whatever it is
    assert home.heard("set") == [("set", "lamp", True)]


def test_a_payload_is_the_same_text_or_has_the_same_fields():
    home = room(
        {"id": "a", "mqtt": "t", "payload": "single", "do": LAMP},
        {"id": "b", "mqtt": "u", "payload": {"action": "on", "n": 1}, "do": LAMP},
    )
    assert home.faults == []
    for payload in (b"double", b"\xff", b'{"action": "on"}'):
        home.hear("t", payload)
    for payload in (b"on", b'{"action": "on"}', b'["action"]', b'{"action": "on", "n": 2}'):
        home.hear("u", payload)
    assert home.heard("set") == []
    home.hear("t", b"single")
    home.hear("u", b'{"n": 1, "action": "on", "battery": 97}')
    assert len(home.heard("set")) == 2


def test_a_rule_that_is_off_or_outside_its_time_hears_nothing():
    home = room(
        {"id": "a", "mqtt": "t", "do": LAMP, "enabled": False},
        {"id": "b", "mqtt": "t", "do": LAMP, "only": {"between": "18:00-19:00"}},
    )
    home.hear("t", b"")
    assert home.heard("set") == []


def test_a_rule_sends_messages():
    do = [
        {"mqtt": "a/b", "payload": "text"},
        {"mqtt": "c", "payload": {"n": 1}, "delay": "5s"},
        {"mqtt": "d"},
    ]
    home = room({"id": "a", "mqtt": "t", "do": do})
    assert home.faults == []
    home.hear("t", b"")
    home.run(10)
    assert home.heard("message") == [
        ("message", "a/b", "text"),
        ("message", "c", '{"n":1}'),
        ("message", "d", ""),
    ]


def test_a_button_sends_messages():
    button = {"pin": 18, "press": {"mqtt": "a/b", "payload": True}}
    home = room(buttons=[button])
    assert home.faults == []
    press = home.checked["buttons"][0]["press"]
    assert press == {"name": "a/b", "set": "publish", "payload": "true"}
    from hub.targets.action import action_of

    assert action_of(press).payload == "true"


def test_faults_are_told_with_their_place():
    for rule, words in (
        ({"mqtt": "a/+", "do": LAMP}, "rules[0].mqtt: expected a topic"),
        ({"mqtt": "", "do": LAMP}, "rules[0].mqtt: expected a topic"),
        ({"mqtt": "a", "payload": 5, "do": LAMP}, "payload: expected a text, or an object"),
        ({"button": 1, "payload": "x", "do": LAMP}, 'payload: it belongs to "mqtt"'),
        ({"mqtt": "a", "do": {"mqtt": "b", "set": "on"}}, "nothing to be set"),
        ({"mqtt": "a", "do": {"mqtt": "b", "plug": "lamp"}}, "expected one of"),
        ({"mqtt": "a", "do": {"mqtt": "b", "payload": "x" * 251}}, "250 characters"),
    ):
        faults = room(dict(rule, id="a")).faults
        assert len(faults) == 1 and words in faults[0], (rule, faults)
    rules = {"rules": [{"id": "a", "mqtt": "t", "do": [LAMP, {"mqtt": "b"}]}]}
    faults = Room(CONFIG, rules, NOON).faults
    assert len(faults) == 2 and all(["there is no broker" in fault for fault in faults])
    assert json.dumps(faults)

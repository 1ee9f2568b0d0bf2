"""Targets that are called otherwise, wherever they are named."""

from hub.config.names import renamed, renamed_entries

NAMES = {"lamp": "reading lamp"}


def test_what_rules_and_actions_name():
    do = {"plug": "lamp", "set": "on", "for": "2m"}
    rule = {"id": "lamp", "when": {"plug": "lamp", "power": ">30W"}, "do": [do, {"scene": "x"}]}
    follow = {"follow": {"leader": "pc", "followers": ["screen", "lamp"]}}
    assert renamed({"rules": [rule, follow]}, NAMES)["rules"] == [
        {
            "id": "lamp",  # that is the rule's own
            "when": {"plug": "reading lamp", "power": ">30W"},
            "do": [{"plug": "reading lamp", "set": "on", "for": "2m"}, {"scene": "x"}],
        },
        {"follow": {"leader": "pc", "followers": ["screen", "reading lamp"]}},
    ]


def test_what_a_configuration_names():
    entries = [
        ("name", None, "lamp"),
        ("plugs", 0, {"name": "lamp", "id": "bf1"}),
        ("plugs", 1, {"name": "fan", "id": "bf2"}),
        ("relays", 0, {"name": "hall", "pin": 26, "follow": "lamp"}),
        ("groups", 0, {"name": "all", "members": ["lamp", "fan"]}),
        ("scenes", 0, {"name": "night", "set": {"lamp": "off", "fan": "on"}}),
        ("buttons", 0, {"pin": 4, "name": "lamp", "press": {"plug": "lamp", "set": "toggle"}}),
        ("led", None, {"pin": 2, "show": "lamp"}),
        ("plugs", 2, {"name": ["lamp"]}),
        ("plugs", 3, "lamp"),
    ]
    assert [value for _, _, value in renamed_entries(entries, NAMES)] == [
        "lamp",
        {"name": "reading lamp", "id": "bf1"},
        {"name": "fan", "id": "bf2"},
        {"name": "hall", "pin": 26, "follow": "reading lamp"},
        {"name": "all", "members": ["reading lamp", "fan"]},
        {"name": "night", "set": {"reading lamp": "off", "fan": "on"}},
        {"pin": 4, "name": "lamp", "press": {"plug": "reading lamp", "set": "toggle"}},
        {"pin": 2, "show": "reading lamp"},
        {"name": ["lamp"]},
        "lamp",
    ]
    assert entries[1][2]["name"] == "lamp"

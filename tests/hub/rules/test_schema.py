"""What the checks say of rules: each fault with its place, in one pass."""

import json


def plug(name, i):
    return {"name": name, "id": "bf%020d" % i, "key": "0123456789abcdef"}


CONFIG = {
    "plugs": [plug("lamp", 1), plug("pc", 2)],
    "relays": [{"name": "fan", "pin": 26}],
    "groups": [{"name": "all", "members": ["lamp", "fan"]}],
    "scenes": [{"name": "away", "set": {"lamp": "off"}}],
    "buttons": [
        {"pin": 4, "press": {"plug": "lamp"}},
        {"name": "door", "pin": 5, "long": {"plug": "pc"}},
    ],
    "inputs": [{"name": "pir", "pin": 27, "rise": {"plug": "pc"}}],
}
SITE = {"tz": "CET-1CEST,M3.5.0,M10.5.0/3", "lat": 52.5, "lon": 13.4}
LAMP = {"plug": "lamp", "set": "on"}


def checked(rules, site=None):
    """Check it as it comes from a file, and see that a second time says the same."""
    from hub.components import schema

    text = json.dumps({"site": site or {}, "rules": rules})
    config = schema().check_values(json.loads(json.dumps(CONFIG)), {}, json.loads(text))
    json.dumps(config["rules"])
    return config


def faults(*rules):
    return checked(list(rules))["faults"]


def test_what_is_right_has_no_faults():
    rules = [
        {"id": "a", "at": "06:30", "days": "mo-fr,su", "jitter": "5m", "missed": "1h", "do": LAMP},
        {"id": "b", "at": "sunset-20m", "until": "sunrise", "do": [LAMP, {"notify": "dark"}]},
        {"id": "c", "when": {"plug": "pc", "power": "<0.5kW", "hysteresis": "10W"}, "do": LAMP},
        {"id": "d", "when": {"plug": "pc", "current": ">1.5A", "for": 5}, "do": LAMP},
        {"id": "e", "when": {"plug": "pc", "voltage": ">250V"}, "do": LAMP},
        {"id": "f", "when": {"group": "all", "on": True}, "do": {"scene": "away"}},
        {"id": "g", "limit": {"relay": "fan", "max_on": "30m"}},
        {"id": "h", "follow": {"leader": "fan", "on": True, "followers": ["lamp", "pc"]}},
        {"id": "i", "button": 1, "gesture": "double", "do": {"cancel": "a", "delay": "1s"}},
        {"id": "j", "button": "door", "do": LAMP, "only": {"between": "sunset-20m-23:30"}},
        {
            "id": "k",
            "gpio": "pir",
            "edge": "fall",
            "do": LAMP,
            "not": {"between": "22:00-06:00", "days": "sa"},
        },
        {"id": "l", "when": {"input": "pir", "is": True}, "do": LAMP, "safety": True},
        {"//": "a comment", "id": "m", "enabled": False, "at": "0:05", "do": LAMP},
    ]
    config = checked(rules, SITE)
    assert config["faults"] == [] and config["warnings"] == []
    names = [rule["id"] for rule in config["rules"]]
    assert names[0] == "l" and len(names) == 14 and "h off" in names
    assert config["inputs"][0]["watched"] is True
    limits = {rule["id"]: rule["when"][1:4] for rule in config["rules"] if "when" in rule}
    assert limits["c"] == (19, False, 5000)
    assert limits["d"] == (18, True, 1500) and limits["e"] == (20, True, 2500)
    assert limits["h off"] == (None, False, 1)


def test_rules_that_run_already_are_not_made_again():
    from hub.components import schema
    from hub.config.entries import entries_of

    follow = {"leader": "fan", "on": True, "followers": ["lamp"]}
    tea = {"id": "tea", "at": "16:00", "do": LAMP}
    home = {"rules": [7, {"id": "x"}, {"id": []}, tea, {"id": "f", "follow": follow}]}
    rules = schema().check(entries_of(CONFIG), {}, lambda: entries_of(home))["rules"]
    for known, made in (
        ((), ["tea", "f", "f off"]),
        (("tea",), ["f", "f off"]),
        (("tea", "f"), ["f off"]),  # only how it ends is another one
        (("f off", "f", "tea"), []),
    ):
        assert [rule["id"] for rule in rules.but(known)] == made, known


def test_each_fault_is_told_with_its_place():
    for rule, expected in (
        (7, "rules[0]: expected an object"),
        ({"at": "06:30", "do": LAMP}, "rules[0].id: missing"),
        ({"id": "a b", "at": "06:30", "do": LAMP}, "rules[0].id: expected letters"),
        ({"id": "x", "do": LAMP}, "rules[0] (x): expected one of at, when"),
        ({"id": "x", "at": "06:30", "button": 1, "do": LAMP}, "rules[0] (x): expected one of at"),
        ({"id": "x", "at": "6:3", "do": LAMP}, "rules[0].at: expected a time such as"),
        ({"id": "x", "at": "24:00", "do": LAMP}, "rules[0].at: expected a time such as"),
        ({"id": "x", "at": "sunset-20", "do": LAMP}, "rules[0].at: expected a time such as"),
        ({"id": "x", "at": "sunset", "do": LAMP}, 'rules[0] (x).at: the sun needs "lat"'),
        (
            {"id": "x", "at": "06:30", "days": "mon", "do": LAMP},
            "rules[0].days: expected weekdays",
        ),
        (
            {"id": "x", "at": "06:30", "jitter": "2d", "do": LAMP},
            "rules[0].jitter: expected a time",
        ),
        ({"id": "x", "at": "06:30"}, "rules[0] (x).do: missing"),
        ({"id": "x", "at": "06:30", "do": {}}, "rules[0] (x).do: expected one of plug"),
        ({"id": "x", "at": "06:30", "do": "lamp"}, "rules[0] (x).do: expected an object"),
        (
            {"id": "x", "at": "06:30", "do": [LAMP, {"plug": "tv"}]},
            'do[1].plug: no plug is named "tv"',
        ),
        (
            {"id": "x", "at": "06:30", "do": {"plug": "lamp", "sett": "on"}},
            "do.sett: not known here",
        ),
        (
            {
                "id": "x",
                "at": "06:30",
                "do": {"group": "all", "set": "off", "lock": "until-cleared"},
            },
            "do.lock: only a plug",
        ),
        ({"id": "x", "at": "06:30", "do": {"cancel": "y"}}, 'do.cancel: no rule is named "y"'),
        (
            {"id": "x", "at": "06:30", "gesture": "long", "do": LAMP},
            '(x).gesture: it belongs to "button"',
        ),
        ({"id": "x", "at": "06:30", "do": LAMP, "unless": 1}, "rules[0].unless: not known here"),
        (
            {"id": "x", "at": "06:30", "do": LAMP, "not": {"between": "6-7"}},
            "(x).not.between: expected two times",
        ),
        (
            {
                "id": "x",
                "at": "06:30",
                "do": LAMP,
                "not": {"between": "06:00-07:00"},
                "only": {"between": "06:00-07:00"},
            },
            "no two",
        ),
        (
            {"id": "x", "when": {"plug": "pc"}, "do": LAMP},
            "(x).when: expected one of brightness, current, on, online",
        ),
        (
            {"id": "x", "when": {"plug": "pc", "power": "4W"}, "do": LAMP},
            "when.power: expected a threshold",
        ),
        (
            {"id": "x", "when": {"plug": "pc", "power": "<4V"}, "do": LAMP},
            "when.power: expected a threshold",
        ),
        ({"id": "x", "when": {"plug": "pc", "is": True}, "do": LAMP}, "(x).when: expected one of"),
        (
            {"id": "x", "when": {"plug": "tv", "on": True}, "do": LAMP},
            'when.plug: no plug is named "tv"',
        ),
        ({"id": "x", "when": {"power": "<4W"}, "do": LAMP}, "(x).when: expected one of plug"),
        (
            {"id": "x", "when": {"plug": "pc", "power": "<4W", "hysteresis": "2A"}, "do": LAMP},
            "hysteresis: expected",
        ),
        (
            {
                "id": "x",
                "when": {"plug": "pc", "on": True, "after": {"power": ">1W", "after": {}}},
                "do": LAMP,
            },
            "after.after",
        ),
        ({"id": "x", "limit": {"plug": "pc"}}, "(x).limit: expected max_on or min_off"),
        ({"id": "x", "limit": {"max_on": "1m"}}, "(x).limit: expected one of plug, outlet, relay"),
        ({"id": "x", "limit": {"plug": "tv", "max_on": "1m"}}, '(x).limit: nothing is named "tv"'),
        (
            {"id": "x", "limit": {"plug": "pc", "max_on": "1m"}, "do": LAMP},
            "(x).do: there is nothing to be said",
        ),
        (
            {"id": "x", "follow": {"leader": "pc", "power": ">9W", "followers": ["pc"]}},
            "cannot follow itself",
        ),
        (
            {"id": "x", "follow": {"leader": "pc", "power": ">9W", "followers": ["tv"]}},
            "followers: no plug",
        ),
        ({"id": "x", "button": 3, "do": LAMP}, "(x).button: there is no such button"),
        ({"id": "x", "button": 1, "do": LAMP}, 'has something for "press" already'),
        ({"id": "x", "gpio": "door", "do": LAMP}, "(x).gpio: no input in config.json"),
        ({"id": "x", "gpio": "pir", "do": LAMP}, 'has something for "rise" already'),
    ):
        found = faults(rule, {"id": "good", "at": "06:30", "do": LAMP})
        assert any([expected in fault for fault in found]), (rule, found)
        assert len(found) == 1 and found[0].startswith("rules.json: "), found
        good = checked([rule, {"id": "good", "at": "06:30", "do": LAMP}])["rules"]
        assert "good" in [each["id"] for each in good]


def test_a_rule_with_a_fault_does_nothing_rather_than_something_else():
    for fault in ({"not": {"between": "6-7"}}, {"jitter": "long"}, {"days": "mon"}):
        rule = dict(fault, id="a", at="06:30", do=LAMP)
        assert checked([rule])["rules"] == [], fault
    button = {"id": "a", "button": 1, "gesture": "long", "do": LAMP, "only": 5}
    config = checked([button])
    assert config["rules"] == [] and config["buttons"][0]["long"] is None


def test_all_faults_are_found_in_one_pass():
    found = faults(
        {"id": "a", "at": "25:00", "do": LAMP},
        {"id": "b", "do": LAMP},
        {"id": "c", "at": "x", "do": {}},
    )
    assert len(found) == 4, found


def test_the_file_itself():
    from hub.components import schema

    for raw, expected in (
        ([], "an object in braces is expected"),
        ({}, None),
        ({"rules": 7}, "rules: expected a list"),
        ({"rule": []}, "rule: not known here"),
        ({"site": {"tz": "Europe/Berlin"}}, "site.tz: expected a time zone as POSIX has it"),
        ({"site": {"lat": 91}}, "site.lat: expected degrees"),
        ({"site": 7}, "site: expected an object"),
    ):
        config = schema().check_values(CONFIG, {}, raw)
        assert config["rules"] == [] and config["site"]["tz"] == "UTC0"
        text = "\n".join(config["faults"])
        assert (expected or "") in text and (expected is None) is (text == ""), (raw, text)


def test_rules_that_want_opposite_things_are_told_of():
    def off(**trigger):
        return dict(trigger, id="b", do={"group": "all", "set": "off"})

    def on(**trigger):
        return dict(trigger, id="a", do=LAMP)

    power = {"plug": "pc", "power": "<8W"}
    more = {"plug": "pc", "power": ">4W"}
    for one, two, conflict in (
        (on(at="06:30"), off(at="06:30"), True),
        (on(at="06:30", days="mo"), off(at="06:30", days="tu"), False),
        (on(at="06:30"), off(at="06:31"), False),
        (on(at="06:30", jitter="5m"), off(at="06:30"), False),
        (on(at="06:30"), off(at="06:30", enabled=False), False),
        (on(when=power), off(when=power), True),
        (on(when=power), off(when=more), True),
        (on(when=power), off(when={"plug": "pc", "power": ">9W"}), False),
        (on(when=power), off(when={"plug": "lamp", "power": "<8W"}), False),
        (on(at="06:30"), off(when=power), False),
    ):
        config = checked([one, two])
        assert config["faults"] == [] and len(config["rules"]) == 2
        assert (len(config["warnings"]) == 1) is conflict, (one, two, config["warnings"])
        if conflict:
            assert "rules[0] (a) and rules[1] (b)" in config["warnings"][0]
            assert "of lamp" in config["warnings"][0]


def test_rules_that_use_a_plug_that_is_gone_are_named():
    config = json.loads(json.dumps(CONFIG))
    config["plugs"].pop(1)
    config["buttons"] = config["inputs"] = []
    rules = [
        {"id": "desk", "when": {"plug": "pc", "power": ">9W"}, "do": LAMP},
        {"id": "night", "at": "23:00", "do": {"plug": "pc", "set": "off"}},
        {"id": "other", "at": "23:00", "do": LAMP},
    ]
    from hub.components import schema

    found = schema().check_values(config, {}, {"rules": rules})["faults"]
    assert len(found) == 2 and "(desk)" in found[0] and "(night)" in found[1]
    assert all(['"pc"' in fault for fault in found])

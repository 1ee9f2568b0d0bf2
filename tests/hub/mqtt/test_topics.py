from hub.mqtt.topics import level, name_of


def test_a_name_is_one_level_and_comes_back():
    names = (
        "desk lamp",
        "k\u00fcche",
        "a/b",
        "+",
        "#",
        "100%",
        "%2F",
        "button",
        "hub",
        "\x01\x7f",
    )
    for name in names:
        text = level(name)
        assert name_of(text) == name
        assert not any([c in text for c in "/+#\x01"])
        assert text not in ("status", "log", "button", "input", "hub")
    assert len(set([level(name) for name in names])) == len(names)
    assert level("desk lamp") == "desk lamp" and level("a/b") == "a%2Fb"


def test_what_is_no_name_is_nobody():
    assert name_of("100%") == name_of("%zz") == ""

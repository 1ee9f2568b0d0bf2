from stub_device import refused

from tuya.datapoints import from_mapping, phase, usual_plug

MAPPING = {
    "1": {"code": "switch_1", "type": "Boolean", "values": {}},
    "9": {
        "code": "countdown_1",
        "type": "Integer",
        "values": '{"unit":"s","min":0,"max":86400,"scale":0,"step":1}',
    },
    "19": {
        "code": "cur_power",
        "type": "Integer",
        "values": {"min": 0, "max": 50000, "unit": "W", "scale": 1, "step": 1},
    },
    "24": {
        "code": "colour_data",
        "type": "Json",
        "raw_values": '{"h":{"min":0,"max":360}}',
        "values": {"h": {"min": 0, "max": 360}},
    },
    "26": {
        "code": "fault",
        "type": "Bitmap",
        "values": {"label": ["ov_cr", "ov_vol", "ov_pwr"], "maxlen": 3},
    },
    "38": {
        "code": "relay_status",
        "type": "Enum",
        "values": {"range": ["power_off", "power_on", "last"]},
    },
    "42": {"code": "cycle_time", "type": "String", "values": '{"maxlen":8}'},
    "50": {
        "code": "temp_set",
        "type": "value",
        "values": {"min": 50, "max": 353, "scale": 1, "step": 5, "unit": "°C"},
    },
    "60": {"code": "temp_correction", "type": "Integer", "values": {"min": -9, "max": 9}},
    "100": {"code": "free", "type": "Integer", "values": "?"},
}


def points():
    return from_mapping(MAPPING)


def test_names_and_numbers_are_the_same_to_every_call():
    assert points().number("cur_power") == points().number(19) == 19
    assert points().unit("cur_power") == points().unit(19) == "W"
    assert points().unit("switch_1") == ""
    assert points().choices(38) == ["power_off", "power_on", "last"]
    assert points().choices(1) == []
    assert points().find("nothing", "cur_power", "switch_1") == 19
    assert points().find("nothing") is None


def test_an_unknown_dp_is_named():
    assert "'cur_pover'" in refused(points().number, "cur_pover")
    assert "7" in refused(points().number, 7)
    assert "7" in refused(points().raw, 7, 1)
    # True is equal to 1 in Python, and no DP.
    assert "True" in refused(points().number, True)


def test_values_are_scaled_and_what_is_not_of_its_kind_stays():
    assert points().value(19, 957) == 95.7
    assert points().value(9, 60) == 60 and isinstance(points().value(9, 60), int)
    assert points().value(26, 5) == ["ov_cr", "ov_pwr"]
    assert points().value(26, 0) == []
    assert points().value(26, 8) == []
    assert points().value(19, True) is True
    assert points().value(19, "957") == "957"
    assert points().value(26, None) is None


def test_read_and_write_whole_dicts():
    reported = {1: True, 19: 957, 26: 2, 200: "x"}
    values = {"switch_1": True, "cur_power": 95.7, "fault": ["ov_vol"], 200: "x"}
    assert points().read(reported) == values
    assert points().write({"switch_1": False, 9: 60, "relay_status": "last"}) == {
        1: False,
        9: 60,
        38: "last",
    }
    assert points().read({}) == {} and points().write({}) == {}


def test_booleans_are_no_numbers_and_numbers_no_booleans():
    assert points().raw(1, True) is True
    for value in (1, 0, "true", None):
        assert "DP 1 (switch_1)" in refused(points().raw, 1, value)
    assert "DP 9 (countdown_1)" in refused(points().raw, 9, True)


def test_numbers_keep_range_scale_and_step():
    assert points().raw("cur_power", 95.7) == 957
    assert points().raw("cur_power", 5000) == 50000
    assert isinstance(points().raw("cur_power", 1.0), int)
    assert "0.0 to 5000.0 W" in refused(points().raw, "cur_power", 5000.1)
    assert "0 to 86400 s" in refused(points().raw, 9, -1)
    for wrong in (float("nan"), float("inf"), "60", None, [60]):
        assert "countdown_1" in refused(points().raw, 9, wrong)
    assert points().raw("temp_set", 21.2) == 210
    assert points().raw("temp_set", 21.3) == 215
    assert points().raw("temp_set", 35.3) == 350
    assert points().raw("temp_set", 5) == 50
    assert points().raw("temp_correction", -9) == -9
    assert points().raw("temp_correction", -0.6) == -1
    assert "-9 to 9" in refused(points().raw, "temp_correction", 10)


def test_a_number_without_limits_has_32_bits():
    assert points().raw("free", 0x7FFFFFFF) == 0x7FFFFFFF
    assert points().raw("free", -0x80000000) == -0x80000000
    assert "2147483647" in refused(points().raw, "free", 0x80000000)


def test_every_raw_number_comes_back_to_itself():
    for raw in range(0, 50001, 7):
        assert points().raw(19, points().value(19, raw)) == raw


def test_enums_bitmaps_and_texts():
    assert points().raw(38, "last") == "last"
    assert "'power_off' or 'power_on' or 'last'" in refused(points().raw, 38, "memory")
    assert "relay_status" in refused(points().raw, 38, 1)
    assert points().raw(26, ["ov_pwr", "ov_cr"]) == 5
    assert points().raw(26, []) == 0
    for wrong in (["fire"], "ov_cr", 5, None):
        assert "'ov_cr'" in refused(points().raw, 26, wrong)
    assert points().raw(42, "12345678") == "12345678"
    assert "8 characters" in refused(points().raw, 42, "123456789")
    assert "cycle_time" in refused(points().raw, 42, 5)
    assert points().raw(24, "000003e803e8") == "000003e803e8"


def test_broken_entries_are_left_out():
    mapping = {
        "switch": {"code": "switch", "type": "Boolean", "values": {}},
        "2": None,
        "3": {"code": "no_type"},
        "4": {"type": "Boolean"},
        "5": {"code": "odd", "type": "Integer", "values": {"min": "0", "scale": None}},
        "6": {"code": "odd", "type": "Enum", "values": [1]},
        "7": {"code": "new", "type": "Struct"},
        "8": {"code": "bits", "type": "fault", "values": {}},
        "9": {"code": "level", "type": "Enum", "values": {"range": [0, 1]}},
        "10": {"code": 10, "type": "Boolean"},
    }
    points = from_mapping(mapping)
    assert sorted(points.points) == [5, 6, 7, 8, 9]
    assert points.find("odd") == 5
    assert points.value(5, 12) == 12 and points.raw(5, 12) == 12
    assert points.raw(6, "anything") == "anything"
    assert points.raw(7, "anything") == "anything"
    assert points.value(8, 5) == 5 and points.raw(8, 5) == 5
    assert points.choices(9) == ["0", "1"]
    for nothing in ({}, None, [], "{}", {"2": None}):
        assert "mapping" in refused(from_mapping, nothing)


def test_the_usual_plug_is_chosen_by_what_it_reports():
    classic = usual_plug({1: True, 18: 417, 19: 957, 20: 2304})
    old = usual_plug({1: True, 2: 0, 4: 417, 5: 957, 6: 2304})
    assert classic.find("cur_power") == 19 and old.find("cur_power") == 5
    assert classic.read({18: 417, 19: 957, 20: 2304, 17: 12}) == {
        "cur_current": 417,
        "cur_power": 95.7,
        "cur_voltage": 230.4,
        "add_ele": 0.012,
    }
    assert old.read({2: 7, 6: 2304}) == {"countdown_1": 7, "cur_voltage": 230.4}
    # A strip has switches where an old plug measures, a DIN-rail meter has a phase.
    for dps in ({1: True, 4: True, 5: False}, {1: True, 6: "CPwAAZAAAAA="}, {}):
        assert usual_plug(dps) is classic


def test_phase():
    assert phase("CPwAAZAAAGQ=") == (230.0, 0.4, 100)
    assert phase("CPwAAZAAAGT/") == (230.0, 0.4, 100)
    assert "not 3" in refused(phase, "CPwA")
    assert refused(phase, "C")

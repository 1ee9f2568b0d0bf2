"""Outlets, bulbs, covers, thermostats and what their DPs mean."""

import vectors
from stub_device import StubDevice, refuses, refuses_async

from tuya.bulb import Bulb, color_text, parse_color, to_hsv, to_rgb
from tuya.climate import Climate
from tuya.cover import Cover
from tuya.datapoints import Datapoint, Datapoints, phase, usual
from tuya.outlet import Outlet

MAPPING = {
    "1": {"code": "switch_1", "type": "Boolean", "values": "{}"},
    "19": {
        "code": "cur_power",
        "type": "Integer",
        "values": '{"unit":"W","min":0,"max":50000,"scale":1,"step":1}',
    },
    "38": {"code": "relay_status", "type": "Enum", "values": {"range": ["0", "1", "2"]}},
    "20": {"code": "cur_voltage", "type": "Integer", "values": {"unit": "V", "scale": 1}},
    "18": {"code": "cur_current", "type": "Integer", "values": {"unit": "mA"}},
}


def test_a_mapping_gives_names_units_and_scales():
    known = Datapoints(MAPPING)
    assert known.values({1: True, 19: 957, 38: "2", 99: "x"}) == {
        "switch_1": True,
        "cur_power": 95.7,
        "relay_status": "2",
        "dp_99": "x",
    }
    assert (known.unit(19), known.unit(1), known.unit(99)) == ("W", "", "")
    raws = known.raws({"cur_power": 95.7, "switch_1": False, "relay_status": "1"})
    assert raws == {19: 957, 1: False, 38: "1"}


def test_what_a_dp_does_not_take_is_told_with_what_it_takes():
    known = Datapoints(MAPPING)
    refuses(lambda: known.raws({"cur_power": 5000.1}), "DP 19", "cur_power", "5000", "W")
    refuses(lambda: known.raws({"cur_power": True}), "DP 19", "number")
    refuses(lambda: known.raws({"cur_power": "9"}), "DP 19", "number")
    refuses(lambda: known.raws({"switch_1": 1}), "DP 1", "true or false")
    refuses(lambda: known.raws({"relay_status": "on"}), "DP 38", "0, 1, 2")
    refuses(lambda: known.raws({"colour": 1}), "colour")


def test_a_mapping_that_is_none_names_its_dp():
    for about in ({}, [], None, {"code": "x", "values": "no JSON"}, {"code": "x", "values": "7"}):
        refuses(lambda about=about: Datapoints({"5": about}), "DP 5")
    refuses(lambda: Datapoints({"one": {"code": "x"}}), "one")


def test_plugs_without_a_mapping():
    new = usual({1: True, 18: 417, 19: 957, 20: 2304})
    assert new.values({18: 417, 19: 957, 20: 2304, 17: 12}) == {
        "cur_current": 417,
        "cur_power": 95.7,
        "cur_voltage": 230.4,
        "add_ele": 0.012,
    }
    old = usual({1: True, 4: 417, 5: 957, 6: 2304})
    assert old.values({4: 417, 5: 957, 6: 2304})["cur_power"] == 95.7
    assert old.by_code["cur_voltage"].dp == 6


def test_a_value_that_is_no_number_is_left_as_it_is():
    datapoint = Datapoint(19, "cur_power", "Integer", "W", 1)
    assert datapoint.value("?") == "?" and datapoint.value(None) is None
    assert datapoint.value(True) is True


def test_a_phase_of_a_din_rail_meter():
    # 230.1 V, 66.000 A and 15186 W: three bytes for the current and the power.
    assert phase("CP0BAdAAO1I=") == (230.1, 66.0, 15186)
    refuses(lambda: phase("AAAA"), "8 bytes")


async def test_an_outlet():
    plug = StubDevice({1: True, 9: 0, 17: 12, 18: 417, 19: 957, 20: 2304, 26: 5, 38: "memory"})
    outlet = Outlet(plug)
    assert outlet.switches == [1] and outlet.is_on() is True
    assert (outlet.watts, outlet.volts, outlet.amperes) == (95.7, 230.4, 0.417)
    assert outlet.energy_kwh == 0.012 and outlet.power_on == "memory"
    assert outlet.faults == [0, 2] and outlet.child_lock is None and outlet.light_mode is None
    await outlet.turn(False)
    await outlet.set_power_on("off")
    await outlet.set_child_lock(True)
    await outlet.set_light_mode("pos")
    await outlet.count_down(60)
    assert plug.written == [
        ({1: False}, True),
        ({38: "off"}, True),
        ({41: True}, True),
        ({40: "pos"}, True),
        ({9: 60}, False),
    ]
    assert outlet.child_lock is True and outlet.light_mode == "pos"
    await outlet.measure()
    assert plug.refreshed == [[18, 19, 20]]
    await refuses_async(outlet.set_power_on("later"), "off, on, memory")
    await refuses_async(outlet.count_down(-1), "0 to 86400")
    await refuses_async(outlet.turn(True, 8), "1 to 7")


async def test_a_power_strip():
    plug = StubDevice({1: True, 2: False, 3: False, 9: 0, 10: 30, 11: 0})
    strip = Outlet(plug)
    assert strip.switches == [1, 2, 3]
    assert (strip.is_on(2), strip.countdown_s(2)) == (False, 30)
    await strip.turn(True, 2)
    await strip.count_down(5, 3)
    await strip.turn_all(False)
    assert [dps for dps, _ in plug.written] == [
        {2: True},
        {11: 5},
        {1: False, 2: False, 3: False},
    ]


async def test_an_outlet_whose_mapping_differs():
    plug = StubDevice({1: True, 38: "0"})
    outlet = Outlet(plug, MAPPING)
    assert outlet.power_on == "0" and outlet.watts is None
    await outlet.set_power_on("2")
    await refuses_async(outlet.set_power_on("memory"), "DP 38", "0, 1, 2")
    await refuses_async(outlet.set_child_lock(True), "child_lock")


def test_an_old_meter():
    assert Outlet(StubDevice({1: True, 4: 417, 5: 957, 6: 2304})).watts == 95.7
    assert Outlet(StubDevice()).watts is None


def test_colours_are_those_of_tinytuya():
    for vector in vectors.load("bulb_hex"):
        red, green, blue = vector["rgb"]
        assert color_text(red, green, blue, True) == vector["rgb8"], vector["id"]
        assert color_text(red, green, blue, False) == vector["hsv16"], vector["id"]
        assert to_rgb(*to_hsv(red, green, blue)) == (red, green, blue)


def test_colours_come_back():
    assert parse_color("00ea03980310") == (234, 92.0, 78.4)
    assert parse_color("ff00000000ffff") == (0, 100.0, 100.0)
    for text in ("", "zz", "00ea0398031z", "00ea039803100"):
        assert parse_color(text) is None
    for red in (0, 1, 100, 255):
        for green in (0, 33, 255):
            for blue in (0, 200, 254):
                assert to_rgb(*to_hsv(red, green, blue)) == (red, green, blue)


async def test_a_bulb_of_set_b():
    light = StubDevice({20: True, 21: "white", 22: 1000, 23: 500, 24: "00ea03980310", 25: "00"})
    bulb = Bulb(light)
    assert (bulb.on, bulb.mode, bulb.brightness, bulb.temperature) == (True, "white", 100, 50)
    assert bulb.hsv == (234, 92.0, 78.4) and bulb.rgb == (16, 34, 200)
    await bulb.turn(False)
    await bulb.white(brightness=1)
    await bulb.white(temperature=100)
    await bulb.set_rgb(255, 0, 0)
    await bulb.set_hsv(120, 50, 25)
    await bulb.set_scene("000e0d")
    assert [dps for dps, _ in light.written] == [
        {20: False},
        {21: "white", 22: 10},
        {21: "white", 23: 1000},
        {21: "colour", 24: "000003e803e8"},
        {21: "colour", 24: "007801f400fa"},
        {21: "scene", 25: "000e0d"},
    ]
    assert bulb.mode == "scene"


async def test_a_bulb_of_set_a():
    light = StubDevice({1: True, 2: "colour", 3: 25, 4: 0, 5: "ff00000000ffff"})
    bulb = Bulb(light)
    assert bulb.rgb == (255, 0, 0) and bulb.brightness == 100
    await bulb.set_hsv(0, 100, 100)
    await bulb.white(0, 0)
    await refuses_async(bulb.set_scene("00"), "scene")
    assert [dps for dps, _ in light.written] == [
        {2: "colour", 5: "ff00000000ffff"},
        {2: "white", 3: 25, 4: 0},
    ]


async def test_a_dimmer():
    light = StubDevice({1: True, 2: 10})
    bulb = Bulb(light)
    assert (bulb.mode, bulb.brightness, bulb.temperature, bulb.rgb) == (None, 1, None, None)
    await bulb.white(100)
    assert light.written == [({2: 1000}, True)]
    await refuses_async(bulb.set_rgb(1, 2, 3), "colour")
    await refuses_async(bulb.white(temperature=5), "temperature")
    for wrong in (101, -1, "5", True, None):
        await refuses_async(bulb.set_rgb(wrong if wrong != 101 else 256, 0, 0), "0 to 255")


async def test_covers_in_their_own_words():
    for reported, words in (
        ("stop", ("open", "close", "stop")),
        ("on", ("on", "off", "stop")),
        ("3", ("1", "2", "3")),
        ("fclose", ("fopen", "fclose", "stop")),
        ("FZ", ("ZZ", "FZ", "STOP")),
        (None, ("open", "close", "stop")),
        (1, ("open", "close", "stop")),
    ):
        blind = StubDevice({1: reported} if reported is not None else {})
        cover = Cover(blind)
        assert cover.words == words, reported
        await cover.open()
        await cover.close()
        await cover.stop()
        assert [dps[1] for dps, _ in blind.written] == list(words)
    door = StubDevice({1: True})
    await Cover(door).close()
    assert door.written == [({1: False}, False)]
    await refuses_async(Cover(door).stop(), "stopped")
    given = StubDevice()
    await Cover(given, ("up", "down", "halt")).stop()
    assert given.written == [({1: "halt"}, False)]


async def test_positions_of_covers():
    blind = StubDevice({1: "stop", 2: 30, 3: 40})
    assert Cover(blind).position == 40 and Cover(blind, inverted=True).position == 60
    await Cover(blind).move_to(70)
    await Cover(blind, inverted=True).move_to(70)
    assert [dps for dps, _ in blind.written] == [{2: 70}, {2: 30}]
    assert Cover(StubDevice({2: 30})).position == 30
    for wrong in (-1, 101, True, 5.5, "5"):
        await refuses_async(Cover(blind).move_to(wrong), "0 to 100")
    await refuses_async(Cover(StubDevice({3: True})).move_to(5), "no position")


async def test_thermostats_of_any_scale():
    tenths = StubDevice({1: True, 2: 215, 3: 198, 4: "auto"})
    climate = Climate(tenths)
    assert (climate.on, climate.target, climate.current, climate.mode) == (
        True,
        21.5,
        19.8,
        "auto",
    )
    await climate.set_target(22.5)
    await climate.set_mode("manual")
    await climate.turn(False)
    assert [dps for dps, _ in tenths.written] == [{2: 225}, {4: "manual"}, {1: False}]

    mixed = StubDevice({2: 21, 3: 198})
    assert (Climate(mixed).target, Climate(mixed).current) == (21, 19.8)
    halves = StubDevice({2: 43})
    assert Climate(halves, scale=2).target == 21.5
    await Climate(halves, scale=2).set_target(20)
    assert halves.written == [({2: 40}, True)]


async def test_the_scale_of_a_thermostat_is_never_guessed_from_nothing():
    silent = StubDevice()
    assert Climate(silent).target is None and Climate(silent).current is None
    await refuses_async(Climate(silent).set_target(21), "scale")
    await refuses_async(Climate(StubDevice({2: 21})).set_target("21"), "number")
    mapping = {
        "2": {
            "code": "temp_set",
            "type": "Integer",
            "values": {"scale": 1, "min": 50, "max": 350},
        },
        "4": {"code": "mode", "type": "Enum", "values": {"range": ["auto", "manual"]}},
    }
    climate = Climate(silent, mapping)
    await climate.set_target(21)
    assert silent.written == [({2: 210}, True)] and climate.target == 21.0
    assert climate.modes == ["auto", "manual"]
    await refuses_async(climate.set_target(36), "DP 2", "35")
    await refuses_async(climate.set_mode("boost"), "auto, manual")

from stub_device import StubDevice, fails, refused
from vectors import load

from tuya.bulb import Bulb, hsv_hex, hsv_to_rgb, rgb_hex
from tuya.errors import Rejected

A = {1: True, 2: "white", 3: 255, 4: 0, 5: "1020c800eaeac8"}
B = {20: True, 21: "white", 22: 1000, 23: 0, 24: "00ea03980310", 25: "000e0d00"}
C = {1: True, 2: 255, 3: 0}


def bulb(dps, **quirks):
    return Bulb(StubDevice(dps, **quirks))


def test_colours_are_those_of_other_programs():
    for vector in load("bulb_hex"):
        assert rgb_hex(*vector["rgb"]) == vector["rgb8"]
        assert hsv_hex(*vector["rgb"]) == vector["hsv16"]


def test_each_colour_comes_back():
    for rgb in ((0, 0, 0), (255, 255, 255), (255, 0, 1), (1, 2, 3), (254, 255, 0), (9, 90, 200)):
        assert bulb({1: True, 2: "colour", 5: rgb_hex(*rgb)}).rgb == rgb
    for hue in range(0, 361, 3):
        red, green, blue = hsv_to_rgb(hue, 100, 100)
        assert max(red, green, blue) == 255 and min(red, green, blue) == 0
    assert hsv_to_rgb(0, 0, 50) == (128, 128, 128)
    assert hsv_to_rgb(60, 100, 100) == hsv_to_rgb(420, 100, 100) == (255, 255, 0)
    assert hsv_to_rgb(300, 100, 100) == (255, 0, 255)


def test_the_kind_is_found_in_what_is_reported():
    assert bulb(A).kind == "A"
    assert bulb(B).kind == "B"
    assert bulb({20: True, 22: 60}).kind == "B"
    assert bulb(C).kind == "C"
    assert bulb({2: 25}).kind == "C"  # all that some dimmers tell after power-on
    for nothing in ({}, {1: True}, {20: True}, {1: True, 2: False}):
        assert bulb(nothing).kind is None
    # A plug's voltage is no bulb's switch.
    assert bulb({1: True, 18: 0, 19: 0, 20: 2304, 21: 1, 22: 600}).kind is None
    assert Bulb(StubDevice(), "A").kind == "A"
    assert "A, B or C" in refused(Bulb, StubDevice(), "D")


def test_reading():
    lamp = bulb(A)
    assert (lamp.on, lamp.mode, lamp.brightness, lamp.temperature) == (True, "white", 100, 0)
    assert lamp.rgb == (16, 32, 200) and lamp.hsv == (234, 92, 78)
    lamp = bulb(B)
    assert (lamp.on, lamp.mode, lamp.brightness, lamp.temperature) == (True, "white", 100, 0)
    assert lamp.hsv == (234, 92, 78)
    lamp.device.push({21: "colour"})
    assert lamp.brightness == 78
    lamp = bulb(C)
    assert (lamp.on, lamp.mode, lamp.brightness, lamp.temperature) == (True, None, 100, 0)
    assert lamp.rgb is None and lamp.hsv is None
    lamp = bulb({})
    assert lamp.on is lamp.mode is lamp.brightness is lamp.temperature is lamp.rgb is None


def test_nonsense_that_is_reported_is_not_known():
    for colour in ("", "zz", 5, None, True, "00ea0398031", "zzzz03e803e8", "00ea"):
        assert bulb({20: True, 21: "colour", 24: colour}).hsv is None
        assert bulb({20: True, 21: "colour", 24: colour}).rgb is None
        assert bulb({20: True, 21: "colour", 24: colour}).brightness is None
        if colour != "00ea0398031":
            assert bulb({1: True, 2: "colour", 5: colour}).hsv is None
            assert bulb({1: True, 2: "colour", 5: colour}).rgb is None
    lamp = bulb({20: True, 22: True, 23: "x"})
    assert lamp.brightness is None and lamp.temperature is None
    lamp = bulb({20: True, 22: 0, 23: 5000})
    assert lamp.brightness == 1 and lamp.temperature == 100


async def test_switch():
    for dps, switch in ((A, 1), (B, 20), (C, 1)):
        lamp = bulb(dps)
        await lamp.switch(False)
        assert lamp.device.written == [({switch: False}, True)] and lamp.on is False
        assert "True or False" in str(await fails(lamp.switch(1), ValueError))


async def test_each_percent_of_brightness_comes_back():
    for dps, dp, low, high in ((A, 3, 25, 255), (B, 22, 10, 1000), (C, 2, 25, 255)):
        lamp = bulb(dps)
        for percent in range(1, 101):
            await lamp.set_brightness(percent)
            assert lamp.brightness == percent
        assert lamp.device.last[dp] == high
        await lamp.set_brightness(1)
        assert lamp.device.last[dp] == low
        await lamp.set_brightness(0)
        assert lamp.on is False and lamp.brightness == 1
        for wrong in (-1, 101, True, "50", None, float("nan")):
            text = str(await fails(lamp.set_brightness(wrong), ValueError))
            assert "brightness is 0 to 100" in text


async def test_white():
    lamp = bulb(B)
    await lamp.set_white(50, 25)
    assert lamp.device.last == {20: True, 21: "white", 22: 500, 23: 250}
    assert lamp.temperature == 25
    await lamp.set_white(temperature=100)
    assert lamp.device.last == {20: True, 21: "white", 23: 1000}
    await lamp.set_white()
    assert lamp.device.last == {20: True, 21: "white"}
    assert "temperature" in str(await fails(lamp.set_white(50, 101), ValueError))
    lamp = bulb(A)
    await lamp.set_white(100, 50)
    assert lamp.device.last == {1: True, 2: "white", 3: 255, 4: 128}
    lamp = bulb(C)
    await lamp.set_white(100, 50)
    assert lamp.device.last == {1: True, 2: 255, 3: 128}


async def test_dimmers():
    dimmer = bulb({1: True, 2: 10, 3: 10, 4: "incandescent"})
    assert dimmer.temperature is None
    await fails(dimmer.set_white(temperature=50), Rejected)
    await dimmer.set_white(100)
    assert dimmer.device.last == {1: True, 2: 255}
    newer = bulb({1: True, 2: 505})
    assert newer.brightness == 51
    await newer.set_brightness(100)
    assert newer.device.last == {1: True, 2: 1000}
    plain = bulb({20: True, 22: 60})
    await plain.set_brightness(50)
    assert plain.device.last == {20: True, 22: 500}


async def test_colours():
    lamp = bulb(A)
    await lamp.set_rgb(16, 32, 200)
    assert lamp.device.last == {1: True, 2: "colour", 5: "1020c800eaeac8"}
    await lamp.set_hsv(240, 100, 100)
    assert lamp.device.last == {1: True, 2: "colour", 5: "0000ff00f0ffff"}
    assert lamp.hsv == (240, 100, 100) and lamp.rgb == (0, 0, 255)
    lamp = bulb(B)
    await lamp.set_rgb(16, 32, 200)
    assert lamp.device.last == {20: True, 21: "colour", 24: "00ea03980310"}
    await lamp.set_hsv(360, 0, 50)
    assert lamp.device.last[24] == "0168000001f4"
    await lamp.set_brightness(100)
    assert lamp.device.last == {20: True, 21: "colour", 24: "0168000003e8"}
    for wrong in ((256, 0, 0), (0, -1, 0), (0, 0, True), (0, 0, "1")):
        await fails(lamp.set_rgb(*wrong), ValueError)
    for wrong in ((361, 0, 0), (0, 101, 0), (0, 0, -1)):
        await fails(lamp.set_hsv(*wrong), ValueError)


async def test_scenes_and_modes():
    lamp = bulb(A)
    await lamp.set_scene(3)
    assert lamp.device.last == {1: True, 2: "scene_3"}
    for wrong in (0, 5, True, "1", None):
        await fails(lamp.set_scene(wrong), ValueError)
    lamp = bulb(B)
    await lamp.set_scene("010e0d00")
    assert lamp.device.last == {20: True, 21: "scene", 25: "010e0d00"}
    for wrong in (1, True, "", None):
        await fails(lamp.set_scene(wrong), ValueError)
    await lamp.set_mode("music")
    assert lamp.mode == "music"
    await fails(lamp.set_mode(True), ValueError)


async def test_what_a_kind_does_not_have():
    lamp = bulb(C)
    assert "colours" in str(await fails(lamp.set_rgb(1, 2, 3), Rejected))
    assert "colours" in str(await fails(lamp.set_hsv(1, 2, 3), Rejected))
    assert "scenes" in str(await fails(lamp.set_scene(1), Rejected))
    assert "mode" in str(await fails(lamp.set_mode("white"), Rejected))
    assert lamp.device.written == []


async def test_a_bulb_that_has_told_nothing_is_asked_once():
    lamp = bulb({}, hidden=B)
    await lamp.set_rgb(255, 0, 0)
    await lamp.switch(False)
    assert lamp.device.statuses == 1 and lamp.kind == "B"
    plug = bulb({}, hidden={1: True, 9: 0})
    assert "[1, 9]" in str(await fails(plug.switch(True), Rejected))
    assert plug.device.written == []


async def test_a_bulb_that_does_not_do_it():
    lamp = bulb(B, fixed=(24,))
    await fails(lamp.set_rgb(255, 0, 0), Rejected)

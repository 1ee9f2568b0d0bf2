from stub_device import StubDevice, fails, refused

from tuya.climate import Climate
from tuya.errors import Rejected

MAPPING = {
    "1": {"code": "switch", "type": "Boolean", "values": "{}"},
    "16": {
        "code": "temp_set",
        "type": "Integer",
        "values": {"min": 50, "max": 350, "scale": 1, "step": 5, "unit": "°C"},
    },
    "24": {"code": "temp_current", "type": "Integer", "values": {"scale": 0, "unit": "°C"}},
    "2": {"code": "mode", "type": "Enum", "values": {"range": ["auto", "manual"]}},
}


def climate(dps=None, fixed=(), **options):
    return Climate(StubDevice(dps, fixed=fixed), **options)


async def test_an_air_conditioner():
    device = climate({1: True, 2: 24, 3: 26, 4: "cold"})
    assert (device.on, device.target, device.current, device.mode) == (True, 24, 26, "cold")
    assert device.modes == [] and device.unit == "" and device.scale == 1
    await device.switch(False)
    await device.set_target(21)
    await device.set_mode("hot")
    assert [dps for dps, _ in device.device.written] == [{1: False}, {2: 21}, {4: "hot"}]
    assert (device.on, device.target, device.mode) == (False, 21, "hot")


def test_the_scale_is_guessed_where_it_can_not_be_another():
    for target, scale in (
        (15, 1),
        (30, 1),
        (150, 10),
        (215, 10),
        (300, 10),
        (2150, 100),
        (14, None),
        (42, None),  # half degrees, or Fahrenheit
        (75, None),
        (120, None),
        (700, None),
        (0, None),
        (-5, None),
        (True, None),
        ("21", None),
    ):
        assert climate({2: target, 3: 20}).scale == scale, target
    assert climate().scale is None


def test_a_guessed_scale_is_kept():
    device = climate({2: 215, 3: 80})
    assert device.target == 21.5 and device.current == 8
    device.device.push({2: 60, 3: -15})
    assert device.target == 6 and device.current == -1.5
    device.device.push({2: 20})
    assert device.target == 2
    assert climate({2: 20}, scale=2).target == 10


async def test_nothing_is_written_or_read_in_an_unknown_scale():
    device = climate({1: True, 2: 42, 3: 40})
    assert device.target is None and device.current is None
    assert "scale=" in str(await fails(device.set_target(21), ValueError))
    assert device.device.written == []
    device = climate({1: True, 2: 42, 3: 41}, scale=2)
    assert device.target == 21 and device.current == 20.5
    await device.set_target(21.5)
    assert device.device.last == {2: 43}


def test_a_scale_is_a_number():
    for wrong in (0, -1, True, "10"):
        assert "scale" in refused(Climate, StubDevice(), None, wrong)


async def test_the_thermostats_whose_second_dp_is_the_mode():
    device = climate({1: True, 2: "auto", 16: 2150, 24: 2010})
    assert (device.target, device.current, device.mode) == (21.5, 20.1, "auto")
    await device.set_target(22)
    assert device.device.last == {16: 2200}
    await device.set_mode("heat")
    assert device.device.last == {2: "heat"}


async def test_a_mapping_tells_dps_and_scales():
    device = climate({1: True, 16: 215, 24: 20, 2: "auto"}, mapping=MAPPING)
    assert (device.on, device.target, device.current, device.mode) == (True, 21.5, 20, "auto")
    assert device.modes == ["auto", "manual"] and device.unit == "°C"
    await device.set_target(22.4)
    assert device.device.last == {16: 225} and device.target == 22.5
    assert "5.0 to 35.0 °C" in str(await fails(device.set_target(36), ValueError))
    assert "'manual'" in str(await fails(device.set_mode("cold"), ValueError))
    await device.set_mode("manual")
    assert device.device.last == {2: "manual"}
    await device.switch(False)
    assert device.device.last == {1: False}


async def test_what_a_mapping_does_not_have():
    device = climate({1: True, 2: 21}, mapping={"1": MAPPING["1"]})
    assert device.target is device.current is device.mode is None
    assert device.modes == [] and device.unit == ""
    await fails(device.set_target(21), Rejected)
    await fails(device.set_mode("auto"), Rejected)


async def test_wrong_types():
    device = climate({1: True, 2: 21})
    for wrong in (True, "21", None, float("nan"), float("inf"), -100):
        assert "DP 2" in str(await fails(device.set_target(wrong), ValueError))
    for wrong in (1, 0, "on", None):
        await fails(device.switch(wrong), ValueError)
    await fails(device.set_mode(4), ValueError)
    assert device.device.written == []
    assert climate({2: 21, 3: True}).current is None


async def test_a_thermostat_that_does_not_do_it():
    device = climate({1: True, 2: 21}, fixed=(2,))
    await fails(device.set_target(22), Rejected)
    assert device.target == 21


def test_before_it_has_reported_anything():
    device = climate()
    assert device.on is device.target is device.current is device.mode is None

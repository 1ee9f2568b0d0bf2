from fake_time import FakeTime
from stub_device import StubDevice, fails
from wire import ID, KEY, Wire, Wires

from tuya.device import Device
from tuya.errors import Rejected
from tuya.outlet import Outlet

CLASSIC = {1: False, 9: 0, 17: 12, 18: 417, 19: 957, 20: 2304, 26: 0, 38: "memory", 40: "relay"}
STRIP = {1: True, 2: False, 3: False, 4: True, 5: False, 7: True, 9: 0, 10: 0, 15: 0}


def outlet(dps=CLASSIC, mapping=None, **quirks):
    return Outlet(StubDevice(dps, **quirks), mapping)


async def test_a_plug_on_the_wire():
    wire = Wire()
    with FakeTime():
        async with Device(ID, "192.0.2.5", KEY, connect=Wires(wire).connect) as device:
            plug = Outlet(device)
            await device.status()
            await plug.switch(True)
            assert plug.is_on() is True and wire.dps[1] is True
            assert plug.power == 95.7


async def test_one_switch():
    plug = outlet()
    assert plug.switches == [1]
    assert plug.is_on() is False and plug.is_on(2) is None
    await plug.switch(True)
    assert plug.is_on() is True and plug.device.last == {1: True}
    assert "only 1" in str(await fails(plug.switch(True, 2), ValueError))
    # 1 is equal to True in Python, and no state of a switch.
    assert "switch_1" in str(await fails(plug.switch(1), ValueError))
    assert len(plug.device.written) == 1


async def test_a_strip():
    strip = outlet(STRIP)
    assert strip.switches == [1, 2, 3, 4, 5, 7]
    await strip.switch(True, 7)
    assert strip.device.last == {7: True}
    await strip.set_countdown(60, 2)
    assert strip.device.last == {10: 60} and strip.countdown(2) == 60
    await strip.set_countdown(5, 7)
    assert strip.device.last == {15: 5}
    assert strip.power is None and strip.current is None
    await fails(strip.switch(True, 6), ValueError)
    await fails(strip.set_countdown(5, 9), ValueError)
    # The alternative meter's DPs are switches here.
    assert strip.read()["switch_4"] is True


async def test_before_the_plug_has_reported_anything():
    plug = outlet({})
    assert plug.switches == [] and plug.is_on() is None
    assert plug.power is plug.voltage is plug.current is plug.added_energy is None
    assert plug.countdown() is None and plug.faults is None and plug.child_lock is None
    assert plug.power_on_state is None and plug.light_mode is None and plug.read() == {}
    await plug.switch(True)
    assert plug.is_on() is True
    plug = outlet({})
    await fails(plug.switch(True, 6), ValueError)
    await fails(plug.switch(True, 18), ValueError)


async def test_a_plug_that_does_not_do_it():
    plug = outlet(fixed=(1,))
    await fails(plug.switch(True), Rejected)
    assert plug.is_on() is False


def test_the_meter_of_all_generations():
    plug = outlet()
    assert (plug.power, plug.voltage, plug.current) == (95.7, 230.4, 0.417)
    assert plug.added_energy == 0.012
    read = plug.read()
    assert read["cur_current"] == plug.current and read["cur_power"] == plug.power
    assert read["switch_1"] is False and read["add_ele"] == plug.added_energy
    plug = outlet({1: True, 2: 0, 4: 417, 5: 957, 6: 2304})
    assert (plug.power, plug.voltage, plug.current) == (95.7, 230.4, 0.417)
    assert plug.added_energy is None and plug.switches == [1]
    plug = outlet({1: True, 6: "CPwAAZAAAGQ="})
    assert (plug.power, plug.voltage, plug.current) == (100, 230.0, 0.4)
    assert plug.added_energy is None
    plug = outlet({1: True, 6: "AAA=", 19: True})
    assert plug.power is None and plug.voltage is None


async def test_refresh_asks_for_the_meter_that_there_is():
    plug = outlet()
    await plug.refresh()
    assert plug.device.refreshed == [(18, 19, 20)]
    plug = outlet({1: True, 4: 0, 5: 0, 6: 2304})
    await plug.refresh()
    assert plug.device.refreshed == [(4, 5, 6)]
    plug = outlet({1: True, 6: "CPwAAZAAAGQ="})
    await plug.refresh()
    assert plug.device.refreshed == [(6,)]


async def test_countdown_is_a_whole_number_of_a_day():
    plug = outlet()
    await plug.set_countdown(86400)
    assert plug.countdown() == 86400
    for wrong in (-1, 86401, True, "60", None):
        assert "0 to 86400 s" in str(await fails(plug.set_countdown(wrong), ValueError))
    await plug.set_countdown(0)
    assert plug.countdown() == 0


async def test_a_countdown_that_counts_while_it_is_confirmed():
    plug = outlet(fixed=(9,))

    async def count(dps):
        plug.device.push({9: dps[9] - 2})

    plug.device.on_set = count
    await plug.set_countdown(60)
    assert plug.countdown() == 58
    plug.device.on_set = None
    await fails(plug.set_countdown(600), Rejected)
    await fails(plug.set_countdown(0), Rejected)


async def test_what_happens_when_power_comes_back():
    plug = outlet()
    assert plug.power_on_state == "memory"
    await plug.set_power_on_state("off")
    assert plug.device.last == {38: "off"} and plug.power_on_state == "off"
    plug = outlet({1: True, 38: "last"})
    assert plug.power_on_state == "memory"
    await plug.set_power_on_state("on")
    assert plug.device.last == {38: "power_on"} and plug.power_on_state == "on"
    for wrong in ("last", True, None):
        assert "DP 38" in str(await fails(plug.set_power_on_state(wrong), ValueError))
    plug = outlet({1: True, 38: "2"})
    assert plug.power_on_state == "memory"
    await plug.set_power_on_state("off")
    assert plug.device.last == {38: "0"}
    assert outlet({38: "7"}).power_on_state == "7"


async def test_settings_and_faults():
    plug = outlet()
    await plug.set_light_mode("pos")
    assert plug.light_mode == "pos" and plug.device.last == {40: "pos"}
    assert "'relay'" in str(await fails(plug.set_light_mode("disco"), ValueError))
    await plug.set_child_lock(True)
    assert plug.child_lock is True and plug.device.last == {41: True}
    await fails(plug.set_child_lock(1), ValueError)
    assert plug.faults == []
    plug.device.push({26: 1 | 4})
    assert plug.faults == ["ov_cr", "ov_pwr"]


MAPPING = {
    "1": {"code": "switch", "type": "Boolean", "values": {}},
    "5": {"code": "switch_usb1", "type": "Boolean", "values": {}},
    "8": {"code": "switch_backlight", "type": "Boolean", "values": {}},
    "9": {
        "code": "countdown_1",
        "type": "Integer",
        "values": {"min": 0, "max": 3600, "unit": "s"},
    },
    "13": {"code": "countdown_usb1", "type": "Integer", "values": {"min": 0, "max": 60}},
    "38": {
        "code": "relay_status",
        "type": "Enum",
        "values": {"range": ["power_off", "power_on", "last"]},
    },
    "101": {"code": "cur_power", "type": "Integer", "values": {"unit": "kW", "scale": 3}},
    "102": {"code": "cur_current", "type": "Integer", "values": {"unit": "A", "scale": 2}},
    "103": {"code": "add_ele", "type": "Integer", "values": {"unit": "kW·h", "scale": 2}},
}


async def test_a_mapping_says_it_all():
    plug = outlet({1: True, 5: False, 8: True, 101: 1500, 102: 652, 103: 7}, MAPPING)
    assert plug.switches == [1, 5]
    assert (plug.power, plug.current, plug.added_energy) == (1500, 6.52, 0.07)
    assert plug.voltage is None
    await plug.refresh()
    assert plug.device.refreshed == [(102, 101)]
    await plug.set_countdown(60)
    assert plug.device.last == {9: 60}
    await plug.set_countdown(60, 5)
    assert plug.device.last == {13: 60}
    await fails(plug.set_countdown(61, 5), ValueError)
    await fails(plug.switch(False, 8), ValueError)
    await plug.set_power_on_state("memory")
    assert plug.device.last == {38: "last"}
    assert "child_lock" in str(await fails(plug.set_child_lock(True), ValueError))
    assert plug.child_lock is None
    await plug.write({"switch": False, "switch_usb1": True})
    assert plug.device.last == {1: False, 5: True}
    await fails(plug.write({"switch_9": True}), ValueError)


async def test_some_plugs_have_their_lock_at_dp_40():
    plug = Outlet(StubDevice({1: True, 19: 0, 39: "relay", 40: False}))
    assert plug.child_lock is False and plug.light_mode == "relay"
    await plug.set_child_lock(True)
    assert plug.device.last == {40: True}

"""What a device is besides a plug: found in what it reports, shown in units, set by name."""

import asyncio

from fake_time import FakeTime
from kind_home import BULB, COVER, FEEDER, STRIP, THERMOSTAT, Face, home_of, plug_of
from stub_device import StubDevice, fails
from wire import ID, KEY, Wire, Wires

import hub.targets.kinds.bulb
import hub.targets.kinds.cover  # noqa: F401 - what keeps time is loaded before FakeTime
from hub.broadcast import Broadcast
from hub.targets.executor import Executor
from hub.targets.group import Group, Scene
from hub.targets.kinds.kind import guess, make
from hub.targets.kinds.outlets import Outlet
from hub.targets.target import Action, Locked, Unfit
from tuya.device import Device
from tuya.errors import Rejected
from tuya.port import sleep_ms


def test_what_a_device_is_stands_in_what_it_reports():
    assert guess(BULB) == "bulb"
    assert guess({1: True, 2: "white", 3: 255, 4: 255, 5: "ff0000", 6: "00"}) == "bulb"
    assert guess(COVER) == "cover" and guess({1: "ZZ", 2: 0}) == "cover"
    assert guess(THERMOSTAT) == "climate"
    assert guess(STRIP) == "strip"
    for outlet in (
        {1: True, 9: 0, 18: 417, 19: 957, 20: 2304},
        {1: True, 2: 0, 4: 100, 5: 957, 6: 2304},  # a plug of the time of 3.1
        {1: True, 7: 3},
        {},
    ):
        assert guess(outlet) is None, outlet


async def test_a_plug_finds_its_kind_when_the_device_shows_itself():
    with FakeTime():
        wire = Wire(dict(BULB))
        device = Device(ID, "192.0.2.5", KEY, connect=Wires(wire).connect)
        plug = plug_of(device)
        assert plug.kind is None and plug.state()["kind"] == "outlet"
        async with device:
            await device.status()
            assert plug.kind.word == "bulb" and plug.on is True
            assert not plug.has_meter  # DP 20 is no voltage
            state = plug.state()
            assert state["kind"] == "bulb" and state["voltage"] is None
            assert state["values"] == {
                "brightness": 50,
                "temperature": 50,
                "mode": "white",
                "colour": "#0000ff",
            }
            await plug.switch(False)
            assert plug.on is False and wire.dps[20] is False


async def test_what_somebody_has_said_stays():
    device = Face()
    plug = plug_of(device, "outlet")
    device.push(BULB)
    assert plug.kind is None and plug.state()["kind"] == "outlet"


async def test_a_bulb_takes_what_people_say():
    device = Face(BULB)
    plug = plug_of(device, "bulb")
    executor = home_of(plug)
    await executor.perform(Action("it", {"brightness": 100}), "a test")
    assert device.last == {20: True, 21: "white", 22: 1000}
    await executor.perform(Action("it", {"colour": "#ff0000", "brightness": 50}), "a test")
    assert device.last[21] == "colour" and plug.kind.values()["brightness"] == 50
    await executor.perform(Action("it", {"temperature": 100, "brightness": 1}), "a test")
    assert device.last == {20: True, 21: "white", 22: 10, 23: 1000}
    await executor.perform(Action("it", {"on": False, "brightness": 5}), "a test")
    assert device.last == {20: False}
    for wrong in ({"colour": "red"}, {"brightness": 101}, {"colour": "#12345g"}):
        count = len(device.written)
        error = await fails(executor.perform(Action("it", wrong), "a test"), Unfit)
        assert next(iter(wrong)) in error.seen and len(device.written) == count


async def test_a_hold_dims_and_the_next_one_the_other_way():
    with FakeTime():
        device = Face(BULB)
        plug = plug_of(device, "bulb")
        seen = []
        for pause in (300, 300, 2000, 300, 2000):
            await plug.set({"dim": 20})
            seen.append(plug.kind.values()["brightness"])
            await sleep_ms(pause)
        assert seen == [70, 90, 100, 80, 60]
        await plug.switch(False)
        await plug.set({"dim": 20})
        assert plug.on is True and plug.kind.values()["brightness"] == 20


async def test_a_cover_opens_stops_and_knows_that_it_moves():
    with FakeTime():
        device = Face(COVER)
        plug = plug_of(device, "cover")
        executor = home_of(plug)
        press = Action("it", "toggle")
        assert plug.on is True and plug.kind.values() == {"moving": None, "position": 40}
        await executor.perform(press, "a test")
        assert device.last == {1: "close"} and plug.kind.values()["moving"] == "close"
        await executor.perform(press, "a test")
        assert device.last == {1: "stop"} and plug.kind.values()["moving"] is None
        await executor.perform(Action("it", "on"), "a test")
        device.push({3: 100})
        assert plug.kind.values() == {"moving": None, "position": 100}
        await executor.perform(Action("it", {"position": 25}), "a test")
        assert device.last == {2: 25}
        await executor.perform(Action("it", "off"), "a test")
        await sleep_ms(61000)
        assert plug.kind.moving is None
        # Who holds the remote control is seen as well.
        device.push({1: "open", 3: 30})
        assert plug.kind.moving == "open"
        error = await fails(executor.perform(Action("it", {"command": "up"}), "a test"), Unfit)
        assert "open, close or stop" in error.seen


async def test_an_inverted_cover_and_one_with_a_mapping():
    device = Face({1: "stop", 2: 0, 3: 0})
    plug = plug_of(device, "cover", inverted=True)
    assert plug.on is True and plug.kind.values()["position"] == 100
    mapping = {
        "101": {"code": "mach_operate", "type": "Enum", "values": {"range": ["FZ", "ZZ", "STOP"]}},
        "102": {"code": "position", "type": "Integer", "values": {"min": 0, "max": 100}},
    }
    device = Face({101: "STOP", 102: 30})
    plug = plug_of(device, "cover", mapping=mapping)
    await plug.switch(False)
    assert device.last == {101: "ZZ"}


async def test_a_thermostat():
    mapping = {
        "1": {"code": "switch", "type": "Boolean"},
        "2": {
            "code": "temp_set",
            "type": "Integer",
            "values": {"unit": "℃", "min": 50, "max": 350, "scale": 1, "step": 5},
        },
        "3": {"code": "temp_current", "type": "Integer", "values": {"scale": 1}},
        "4": {"code": "mode", "type": "Enum", "values": {"range": ["auto", "manual"]}},
    }
    device = Face({1: True, 2: 215, 3: 198, 4: "auto"})
    plug = plug_of(device, "climate", mapping=mapping)
    assert plug.state()["values"] == {"target": 21.5, "current": 19.8, "mode": "auto"}
    fields = plug.kind.fields()
    assert (fields["target"]["min"], fields["target"]["max"], fields["target"]["step"]) == (
        5,
        35,
        0.5,
    )
    assert fields["target"]["unit"] == "°C" and fields["mode"]["options"] == ["auto", "manual"]
    assert fields["current"]["settable"] is False
    await plug.set({"target": 23, "mode": "manual"})
    assert device.dps[2] == 230 and device.dps[4] == "manual"
    await fails(plug.set({"target": 99}), Unfit)


async def test_any_device_by_its_mapping():
    device = Face({1: True, 4: "standby", 5: -55, 6: "low"})
    plug = plug_of(device, "custom", mapping=FEEDER)
    assert plug.on is True
    assert plug.state()["values"] == {
        "feed_state": "standby",
        "va_temperature": -5.5,
        "speed": "low",
    }
    fields = plug.kind.fields()
    assert fields["manual_feed"] == {
        "type": "number",
        "settable": True,
        "step": 1,
        "min": 1,
        "max": 12,
    }
    assert [name for name in sorted(fields) if fields[name]["settable"]] == [
        "manual_feed",
        "speed",
    ]
    await plug.set({"speed": "high", "on": False})
    assert device.last == {1: False, 6: "high"}
    error = await fails(plug.set({"speed": "medium"}), Unfit)
    assert "speed" in error.seen and "'low' or 'high'" in error.seen
    await fails(plug.set({"manual_feed": True}), Unfit)


async def test_a_device_without_a_switch_is_neither_on_nor_off():
    device = Face({5: 215})
    plug = plug_of(device, "custom", mapping={"5": FEEDER["5"]})
    assert plug.on is None
    await fails(plug.switch(True), Unfit)


async def test_a_strip_and_its_outlets():
    broadcast = Broadcast()
    device = Face(STRIP)
    strip = plug_of(device, "strip", broadcast)
    outlets = [Outlet(name, dp, broadcast) for name, dp in (("desk", 1), ("fan", 2))]
    for outlet in outlets:
        outlet.attach(strip)
        outlet.attach(strip)
    desk, fan = outlets
    device.push({26: 0})
    assert strip.on is True and strip.state()["power"] == 95.7
    assert (desk.on, fan.on) == (True, False)
    executor = home_of(strip, desk, fan)
    async with broadcast.listen() as changes:
        await executor.perform(Action("fan", "toggle"), "button hall")
        changed = await changes.__anext__()
    assert "fan" in changed and "desk" not in changed
    assert device.last == {2: True} and fan.cause == "button hall" and desk.cause is None
    state = fan.state()
    assert state["plug"] == "it" and state["dp"] == 2 and state["online"] is True
    await executor.perform(Action("it", "off"), "page")
    assert device.last == {1: False, 2: False, 3: False}
    assert (strip.cause, desk.cause, fan.cause) == ("page",) * 3
    assert strip.state()["values"] == {"switch_1": False, "switch_2": False, "switch_3": False}
    # What locks the strip locks its outlets.
    strip.lock = "locked by rule dry"
    await fails(executor.perform(Action("fan", "on"), "page"), Locked)
    fan.close()
    assert device.listeners == 2


async def test_an_outlet_counts_down_by_itself_where_the_strip_can():
    device = Face(STRIP)
    strip = plug_of(device, "strip")
    fan = Outlet("fan", 2, Broadcast())
    fan.attach(strip)
    assert fan.count_down(60) is True
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert device.last == {10: 60} and fan.state()["countdown"] == 60
    assert strip.count_down(60) is False  # its countdowns are those of its outlets


async def test_groups_and_scenes_mix_kinds():
    bulb = plug_of(Face(BULB), "bulb")
    cover = plug_of(Face(COVER), "cover")
    bulb.name, cover.name = "bulb", "cover"
    targets = {"bulb": bulb, "cover": cover}
    targets["all"] = Group("all", ["bulb", "cover"], targets.__getitem__)
    targets["film"] = Scene("film", {"bulb": {"brightness": 10}, "cover": "off"})
    executor = Executor(targets.__getitem__, lambda is_needed: None, None)
    await executor.perform(Action("all", {"brightness": 20}), "a test")
    assert bulb.kind.values()["brightness"] == 20 and not cover.device.written
    await executor.perform(Action("film", "on"), "a test")
    assert bulb.kind.values()["brightness"] == 10 and cover.device.last == {1: "close"}
    error = await fails(executor.perform(Action("all", {"target": 20}), "a test"), Unfit)
    assert "nothing in all takes target 20" in error.seen
    await executor.perform(Action("all", "off"), "a test")
    assert bulb.on is False


async def test_what_is_no_such_thing_says_so():
    device = Face({1: False})
    plug = plug_of(device)
    error = await fails(plug.set({"brightness": 20}), Unfit)
    assert "brightness" in error.seen and not device.written

    async def refuse(dps):
        raise Rejected("no")

    device = Face(BULB)
    device.on_set = refuse
    error = await fails(plug_of(device, "bulb").set({"brightness": 20}), Rejected)
    assert not isinstance(error, Unfit)


def test_every_kind_can_be_made():
    for word in ("strip", "bulb", "cover", "climate"):
        kind = make(word, StubDevice(), {})
        assert kind.word == word and kind.on is None
        kind.fields()
        kind.values()
    assert make("outlet", StubDevice(), {}) is None

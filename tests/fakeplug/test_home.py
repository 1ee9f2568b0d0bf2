"""The home: what its plugs measure, what they push and when."""

import pytest

from fakeplug import ManualClock, Quirks
from fakeplug.home import Home, Meter


@pytest.fixture
def meter():
    return Meter(0.0)


def test_meter_values(meter):
    values, _ = meter.tick(1.0, 95.7, 230.4, 1.0)
    assert values == {18: 415, 19: 957, 20: 2304}


def test_small_changes_are_damped(meter):
    assert meter.tick(1.0, 100.0, 230.4, 1.0)[1] == [18, 19, 20]
    assert meter.tick(5.0, 100.2, 230.4, 1.0)[1] == []
    assert meter.tick(6.0, 140.0, 230.4, 1.0)[1] == [18, 19, 20]
    assert meter.tick(7.0, 900.0, 230.4, 1.0)[1] == []  # too soon
    assert meter.tick(9.0, 900.0, 230.4, 1.0)[1] == [18, 19, 20]
    assert meter.tick(309.0, 900.0, 230.4, 1.0)[1][:3] == [18, 19, 20]


def test_energy_increments_are_thousandths_of_a_kwh_and_start_over(meter):
    seen = []
    for second in range(1, 3601):
        values, pushes = meter.tick(float(second), 2000.0, 230.4, 1.0)
        if 17 in pushes:
            seen.append(values[17])
    assert seen == [100] * 20
    _, pushes = Meter(0.0).tick(1799.0, 8.5, 230.4, 1.0)
    assert 17 not in pushes
    values, pushes = Meter(0.0).tick(1800.0, 8.5, 230.4, 1.0)
    assert (17 in pushes, values[17]) == (True, 4)


async def test_furniture():
    async with Home(plugs=9, clock=ManualClock()) as home:
        described = home.describe()
        names = [plug["name"] for plug in described]
        assert names[:5] == ["desk lamp", "bed lamp", "floor lamp", "kettle", "fridge"]
        assert names[7:] == ["spare lamp 1", "spare lamp 2"]
        assert len({plug["port"] for plug in described}) == 9
        for plug in described:
            assert (len(plug["id"]), len(plug["key"])) == (22, 16)
    assert not any(socket.plug.listening for socket in home.sockets)


async def test_the_kettle_switches_itself_off():
    clock = ManualClock()
    async with Home(plugs=4, clock=clock) as home:
        kettle = home.sockets[3].plug
        kettle.press({1: True})
        clock.advance(60)
        assert 19500 < kettle.dps[19] < 20500
        clock.advance(120)
        assert kettle.dps[1] is False
        clock.advance(5)
        assert kettle.dps[19] == kettle.dps[18] == 0


async def test_a_session_sees_the_lamp_come_on(dial):
    clock = ManualClock()
    async with Home(plugs=1, clock=clock) as home:
        lamp = home.sockets[0].plug
        async with await dial(lamp) as client:
            await client.ask(9)
            lamp.press({1: True})
            assert (await client.reply()).json["dps"] == {"1": True}
            clock.advance(4)
            dps = (await client.reply()).json["dps"]
            assert 82 <= dps["19"] <= 88
            assert dps["18"] > dps["19"] / 10 / 231 * 1000  # a lamp's power factor


async def test_plugs_that_measure_only_when_asked_push_nothing(dial):
    clock = ManualClock()
    quirks = Quirks(measures="on_updatedps", idle_s=1000)
    async with Home(plugs=1, quirks=quirks, clock=clock) as home:
        lamp = home.sockets[0].plug
        async with await dial(lamp) as client:
            await client.ask(9)
            lamp.press({1: True})
            assert (await client.reply()).json["dps"] == {"1": True}
            clock.advance(60)
            assert (await client.ask(9)).command == 9
            assert (await client.ask(18, {"dpId": [18, 19, 20]})).command == 18
            assert "19" in (await client.reply()).json["dps"]


async def test_a_taken_port_leaves_nothing_running():
    async with Home(plugs=1, clock=ManualClock()) as first:
        second = Home(plugs=2, clock=ManualClock())
        with pytest.raises(OSError):
            await second.start(base_port=first.sockets[0].plug.port - 1)
        assert not any(socket.plug.listening for socket in second.sockets)

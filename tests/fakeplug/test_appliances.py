"""Loads under a clock that the test turns."""

import pytest

from fakeplug.appliances import Fridge, Kettle, Lamp, Television, Washer, mains_volts

NOON = 1_700_049_600.0  # 12:00 UTC


@pytest.mark.parametrize("load", [Lamp, Kettle, Fridge, Washer, Television])
def test_nothing_is_drawn_without_power(load):
    assert load().watts(NOON, False) == 0


def test_lamp_is_steady_but_not_dead():
    seen = {Lamp().watts(NOON + second, True) for second in range(60)}
    assert 8.3 < min(seen) < max(seen) < 8.7
    assert len(seen) > 30


def test_the_same_times_give_the_same_watts():
    first, second = Fridge(), Fridge()
    for second_s in range(0, 4000, 7):
        now_s = NOON + second_s
        assert first.watts(now_s, True) == second.watts(now_s, True)


def boil(kettle, start_s):
    """Seconds until the kettle wants off."""
    for second in range(400):
        watts = kettle.watts(start_s + second, True)
        if kettle.wants_off:
            return second
        assert 1950 < watts < 2050
    raise AssertionError("it never boils")


def test_kettle_boils_and_wants_off():
    kettle = Kettle()
    assert 145 <= boil(kettle, NOON) <= 155
    assert kettle.watts(NOON + 200, True) == 0
    kettle.watts(NOON + 201, False)
    assert not kettle.wants_off


def test_hot_water_boils_sooner():
    kettle = Kettle()
    boil(kettle, NOON)
    kettle.watts(NOON + 300, False)
    assert boil(kettle, NOON + 301) < 30


def test_fridge_cycles():
    fridge = Fridge()
    watts = [fridge.watts(NOON + second, True) for second in range(0, 2 * 32 * 60, 10)]
    running = [value for value in watts if value > 50]
    assert set(watts) - set(running) == {1.5}
    assert 0.33 < len(running) / len(watts) < 0.42
    assert watts[0] > 120


def test_washer_ends_in_standby():
    washer = Washer()
    watts = [washer.watts(NOON + second, True) for second in range(4000)]
    assert max(watts[200:900]) > 2000
    assert watts[-1] == 1.2


def test_television_is_on_in_the_evening():
    television = Television()
    assert television.watts(NOON, True) < 1
    assert television.watts(NOON + 8 * 3600, True) > 70


def test_mains_wander():
    volts = [mains_volts(NOON + second) for second in range(1000)]
    assert 228 < min(volts) < 230
    assert 231 < max(volts) < 233

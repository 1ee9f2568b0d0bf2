"""Rules by the clock and the sun: what they promise."""

from rooms import DAY, HOUR, NOON, room, times

from hub.clock.zone import day_of
from hub.targets.target import Action


def test_at_a_time_on_weekdays():
    home = room({"id": "a", "at": "06:30", "days": "tu,th", "do": {"plug": "lamp", "set": "on"}})
    home.run(7 * DAY)
    assert times(home) == [(18.5, "lamp", True), (66.5, "lamp", True)]


def test_for_turns_back_and_until_too():
    home = room(
        {"id": "a", "at": "13:00", "do": {"plug": "lamp", "set": "on", "for": "45m"}},
        {"id": "b", "at": "13:00", "do": {"plug": "porch", "set": "on"}, "until": "02:00"},
    )
    home.run(DAY - 2 * HOUR)
    assert times(home) == [
        (1, "lamp", True),
        (1, "porch", True),
        (1.75, "lamp", False),
        (14, "porch", False),
    ]


def test_until_holds_although_somebody_presses_and_for_does_not():
    home = room(
        {"id": "a", "at": "13:00", "do": {"plug": "lamp", "set": "on", "for": "2h"}},
        {"id": "b", "at": "13:00", "do": {"plug": "porch", "set": "on"}, "until": "15:00"},
    )
    home.run(HOUR + 60)
    for name in ("lamp", "porch"):
        home.by_hand(name, False)
        home.by_hand(name, True)
    home.run(6 * HOUR)
    assert times(home)[2:] == [(3, "porch", False)]
    assert home.things["lamp"].on is True


def test_the_plugs_own_countdown_turns_back_without_the_hub():
    home = room(
        {"id": "a", "at": "13:00", "do": {"plug": "lamp", "set": "on", "for": "45m"}},
        counts_down=True,
    )
    home.run(HOUR)
    assert home.things["lamp"].countdown == (5 + HOUR + 45 * 60) * 1000
    home.things["lamp"].countdown += 2000  # its clock is not ours
    home.run(2 * HOUR)
    assert home.heard() == [("set", "lamp", True), ("countdown", "lamp", False)]
    home.by_hand("lamp", True)
    home.run(2 * HOUR)
    assert home.things["lamp"].on is True


def test_a_press_ends_the_plugs_own_countdown_too():
    home = room(
        {"id": "a", "at": "13:00", "do": {"plug": "lamp", "set": "on", "for": "45m"}},
        counts_down=True,
    )
    home.run(HOUR)
    home.act(Action("lamp", "off"), None)  # from the page, so that the plug goes on counting
    home.settle()
    assert home.things["lamp"].countdown is None
    home.run(HOUR)
    assert home.things["lamp"].on is False


def test_jitter_is_within_its_width():
    home = room(
        {"id": "a", "at": "13:00", "jitter": "15m", "do": {"plug": "lamp", "set": "toggle"}}
    )
    home.run(10 * DAY)
    offsets = [(at - NOON - HOUR + 900) % DAY - 900 for at, what, _, _ in home.events]
    assert len(offsets) in (10, 11) and all([-900 <= offset <= 900 for offset in offsets])
    assert len(set(offsets)) > 5


def test_a_rule_that_is_switched_off_does_nothing():
    home = room(
        {"id": "a", "enabled": False, "at": "13:00", "do": {"plug": "lamp"}},
        {"id": "b", "enabled": False, "when": {"plug": "pc", "on": True}, "do": {"plug": "lamp"}},
    )
    home.by_hand("pc", True)
    home.run(2 * DAY)
    assert times(home) == []


def test_nothing_runs_by_a_clock_that_is_not_known_but_countdowns_do():
    home = room(
        {"id": "a", "at": "13:00", "do": {"plug": "lamp", "set": "on"}},
        {
            "id": "b",
            "when": {"plug": "pc", "on": True, "for": "1m"},
            "do": {"plug": "porch", "set": "on", "for": "5m"},
        },
        {
            "id": "c",
            "when": {"plug": "pc", "on": True},
            "not": {"between": "01:00-02:00"},
            "do": {"plug": "screen", "set": "on"},
        },
        unix=None,
    )
    home.by_hand("pc", True)
    home.run(DAY)
    assert home.heard("set") == [("set", "porch", True), ("set", "porch", False)]
    home.set_clock(NOON)
    home.run(2)
    assert home.heard("set")[2:] == [("set", "screen", True)]
    home.run(2 * HOUR)
    assert home.heard("set")[3:] == [("set", "lamp", True)]


def test_what_was_missed_runs_within_its_time_once():
    rules = (
        {"id": "a", "at": "13:00", "missed": "10m", "do": {"plug": "lamp", "set": "on"}},
        {"id": "b", "at": "13:00", "do": {"plug": "porch", "set": "on"}},
    )
    for off_s, expected in ((9 * 60, [("set", "lamp", True)]), (12 * 60, [])):
        home = room(*rules)
        home.run(HOUR - 60)
        home.restart(off_s, knows_time=False)
        home.run(30)
        assert home.heard("set") == []
        home.set_clock()
        home.run(60)
        assert home.heard("set") == expected, off_s
        home.restart(power_cut=True)
        home.run(HOUR)
        assert home.heard("set") == expected
        home.run(DAY)
        assert len(home.heard("set")) == len(expected) + 2


def test_a_clock_that_is_set_back_or_forth_runs_nothing_twice():
    home = room({"id": "a", "at": "13:00", "do": {"plug": "lamp", "set": "toggle"}})
    home.run(HOUR + 5)
    assert len(times(home)) == 1
    home.set_clock(NOON + HOUR - 20)
    home.run(300)
    assert len(times(home)) == 1
    home.set_clock(NOON + DAY + HOUR - 10)
    home.run(60)
    assert len(times(home)) == 2
    home.set_clock(NOON + 3 * DAY)  # far beyond: what lay in between was missed
    home.run(60)
    assert len(times(home)) == 2


def test_a_clock_that_is_set_over_a_moment_does_not_lose_it():
    home = room({"id": "a", "at": "13:00", "do": {"plug": "lamp", "set": "toggle"}})
    home.run(HOUR - 10)
    home.set_clock(NOON + HOUR + 3)
    home.run(1)
    assert len(times(home)) == 1


def test_what_the_board_was_too_busy_for_is_done_when_it_is_a_little_late_only():
    for late_s, runs in ((50, 1), (90, 0)):
        home = room({"id": "a", "at": "13:00", "do": {"plug": "lamp", "set": "toggle"}})
        home.run(HOUR - 10)
        home._advance((10 + late_s) * 1000)
        home.settle()
        assert len(times(home)) == runs, late_s


def test_a_sunset_after_the_until_begins_nothing():
    site = {"tz": "CET-1CEST,M3.5.0,M10.5.0/3", "lat": 69.6, "lon": 18.9}
    rule = {"id": "a", "at": "sunset", "do": {"plug": "porch", "set": "on"}, "until": "23:30"}
    home = room(rule, unix=day_of(2026, 7, 20) * 86400, site=site)
    home.run(25 * DAY)
    on_for = []
    for i, event in enumerate(home.events):
        if event[3] is False:
            on_for.append(event[0] - home.events[i - 1][0])
    assert 5 < len(on_for) < 23 and max(on_for) < 18 * HOUR
    assert len(home.heard("set")) == 2 * len(on_for)

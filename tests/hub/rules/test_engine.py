"""What all rules promise: what they do, what survives, what they cost."""

from rooms import CONFIG, DAY, HOUR, NOON, WASHER, room, times

from hub.rules.explain import describe, why
from simulator.room import Room

# --- what is done ---


def test_steps_wait_for_one_another_and_can_be_cancelled():
    steps = [
        {"plug": "lamp", "set": "on"},
        {"plug": "porch", "set": "on", "delay": "1m"},
        {"notify": "both", "delay": "1m"},
    ]
    home = room(
        {"id": "a", "button": 1, "gesture": "long", "do": steps},
        {"id": "stop", "button": 1, "gesture": "double", "do": {"cancel": "a"}},
    )
    home.press("a")
    home.run(59)
    assert home.heard() == [("set", "lamp", True)]
    home.run(62)
    assert home.heard()[1:] == [("set", "porch", True), ("notice", None, "both")]
    home.press("a")
    home.run(30)
    home.press("stop")
    home.run(300)
    assert len(home.events) == 4
    home.press("a")
    home.run(30)
    home.press("a")  # starts again
    home.run(300)
    assert len(home.heard("notice")) == 2


def test_a_scene_ends_the_timer_of_what_it_sets():
    home = room(
        {"id": "a", "button": 1, "gesture": "double", "do": {"plug": "lamp", "for": "10m"}},
        {"id": "b", "button": 1, "gesture": "long", "do": {"scene": "home"}},
        scenes=[{"name": "home", "set": {"all": "on"}}],
    )
    home.press("a")
    home.run(60)
    home.press("b")
    home.run(HOUR)
    assert home.things["lamp"].on is True


def test_cancel_ends_what_a_rule_holds():
    home = room(
        {"id": "a", "at": "13:00", "do": {"plug": "lamp", "set": "on"}, "until": "15:00"},
        {"id": "stop", "at": "14:00", "do": {"cancel": "a"}},
    )
    home.run(DAY - HOUR)
    assert home.heard() == [("set", "lamp", True)]


def test_a_rule_that_runs_too_often_is_paused_and_says_so():
    home = room({"id": "a", "button": 1, "gesture": "long", "do": {"plug": "lamp"}})
    for _ in range(20):
        home.press("a")
        home.run(5)
    assert len(times(home)) == 6
    assert [text for _, _, text in home.heard("notice")] == [
        "rule a is paused for 10 minutes: it ran more than 6 times in a minute"
    ]
    home.run(601)
    home.press("a")
    assert len(times(home)) == 7


def test_two_rules_that_feed_each_other_come_to_rest():
    home = room(
        {"id": "a", "when": {"plug": "lamp", "on": True}, "do": {"plug": "lamp", "set": "off"}},
        {"id": "b", "when": {"plug": "lamp", "on": False}, "do": {"plug": "lamp", "set": "on"}},
        unix=None,
    )
    home.by_hand("lamp", not home.things["lamp"].on)
    home.run(600)
    home.by_hand("lamp", not home.things["lamp"].on)
    home.run(60)
    assert 1 <= len(home.heard("notice")) <= 2
    assert len(home.heard("set")) <= 24  # six of each, before a pause and after it


def test_of_two_safety_rules_against_each_other_off_wins_and_it_is_told():
    home = room(
        {
            "id": "dry",
            "when": {"relay": "fan", "on": False, "for": "2s"},
            "do": {"relay": "fan", "set": "on"},
            "safety": True,
        },
        {
            "id": "hot",
            "when": {"relay": "fan", "on": True},
            "do": {"relay": "fan", "set": "off"},
            "safety": True,
        },
    )
    home.run(300)
    assert home.things["fan"].on is False
    assert len(home.heard("set")) <= 14
    told = [text for _, _, text in home.heard("notice")]
    assert (
        "rule dry switches only off for 10 minutes: it ran more than 6 times in a minute" in told
    )
    assert "switches only off" in why(home.rules["dry"], home.engine)


def test_a_limit_of_one_kind_alone_is_described():
    for limit in ({"max_on": "10m"}, {"min_off": "10m"}):
        home = room({"id": "a", "limit": dict(limit, relay="fan")})
        for on in (True, False):
            home.by_hand("fan", on)
            home.run(5)
            found = describe(home.rules["a"], home.engine, home.timers)
            assert "fan" in found["why"] and found["paused"] is False


def test_safety_comes_first():
    home = room(
        {
            "id": "a",
            "when": {"plug": "heater", "power": ">2200W"},
            "do": {"plug": "lamp", "set": "on"},
        },
        {
            "id": "cut",
            "when": {"plug": "heater", "power": ">2200W"},
            "do": {"plug": "heater", "set": "off"},
            "safety": True,
        },
    )
    for _ in range(10):  # and is never paused: it switches off
        home.things["heater"].on = True
        home.watts("heater", 2300)
        home.watts("heater", 0)
    sets = [name for _, name, _ in home.heard("set")]
    assert sets[:2] == ["heater", "lamp"] and sets.count("heater") == 10
    assert sets.count("lamp") == 6


# --- what survives ---


def test_what_is_pending_survives_a_power_cut_and_runs_once():
    home = room(
        {"id": "a", "at": "13:00", "do": {"plug": "lamp", "set": "on", "for": "45m"}},
        {"id": "b", "at": "13:00", "do": {"plug": "porch", "set": "on"}, "until": "15:00"},
        {
            "id": "c",
            "at": "13:00",
            "do": [{"notify": "one"}, {"notify": "two", "delay": "30m"}],
        },
    )
    home.run(HOUR + 60)
    for minutes in (10, 10, 15, 20, 30):
        home.restart(power_cut=True, knows_time=False)
        home.run(20)
        home.set_clock()
        home.run(minutes * 60)
    assert home.things["lamp"].on is False
    home.run(2 * HOUR)
    assert home.heard("notice") == [("notice", None, "one"), ("notice", None, "two")]
    ends = [event for event in times(home) if event[2] is False]
    assert [name for _, name, _ in ends] == ["lamp", "porch"]
    assert abs(ends[0][0] - 1.75) < 0.02 and abs(ends[1][0] - 3) < 0.02


def test_what_became_due_while_the_board_was_off_is_turned_back_at_once():
    home = room({"id": "a", "at": "13:00", "do": {"plug": "lamp", "set": "on", "for": "45m"}})
    home.run(HOUR + 60)
    home.restart(5 * HOUR, power_cut=True, knows_time=False)
    home.run(60)
    assert home.things["lamp"].on is True  # it may be too early
    home.set_clock()
    home.run(60)
    assert home.things["lamp"].on is False


def test_without_a_clock_what_is_pending_begins_anew():
    home = room(
        {
            "id": "a",
            "when": {"plug": "pc", "on": True},
            "do": {"plug": "lamp", "set": "on", "for": "10m"},
        },
        unix=None,
    )
    home.by_hand("pc", True)
    home.run(300)
    home.restart(power_cut=True, knows_time=False)
    home.run(599)
    assert home.things["lamp"].on is True
    home.run(2)
    assert home.things["lamp"].on is False


def test_a_condition_that_has_had_its_run_has_had_it_after_a_restart():
    home = room(WASHER)
    home.watts("washer", 500)
    home.run(70)
    home.restart()  # that it was washing is remembered
    home.watts("washer", 2)
    home.run(200)
    assert len(home.heard("notice")) == 1
    home.restart()
    home.run(DAY)
    assert len(home.heard("notice")) == 1


def test_a_state_that_lasts_through_a_restart_is_no_new_one():
    home = room({"id": "a", "when": {"plug": "pc", "power": "<8W"}, "do": {"notify": "low"}})
    home.watts("pc", 5)
    home.restart()
    home.run(HOUR)
    assert len(home.heard("notice")) == 1
    home.watts("pc", 50)
    home.watts("pc", 5)
    assert len(home.heard("notice")) == 2


def test_facts_that_somebody_has_spoiled_stop_nothing():
    for facts in (
        '{"rule a": 7, "holds": [1]}',
        '{"rule a": {"done": "x", "step": 3}, "holds": {"x": 1}}',
    ):
        home = Room(
            CONFIG,
            {"rules": [{"id": "a", "at": "13:00", "missed": "5m", "do": {"plug": "lamp"}}]},
            NOON,
            saved=facts,
        )
        home.run(2 * HOUR)
        assert len(times(home)) == 1


def test_a_lack_of_heap_delays_a_rule_and_loses_none():
    home = room(
        {"id": "a", "at": "13:00", "do": {"plug": "lamp", "set": "on"}},
        {"id": "b", "at": "13:00", "do": {"plug": "porch", "set": "on"}, "until": "15:00"},
    )
    ask = home.engine.ask

    def full(question, *arguments):
        raise MemoryError

    home.engine.ask = full
    crashes = 0
    home._advance(HOUR * 1000)
    for _ in range(3):
        try:
            home.settle()
        except MemoryError:
            crashes += 1
        home._advance(5000)
    assert crashes == 3 and times(home) == []
    home.engine.ask = ask
    home.run(2 * HOUR)
    assert home.heard("set")[:2] == [("set", "lamp", True), ("set", "porch", True)]


# --- what it costs ---


def test_nothing_is_looked_at_that_has_not_changed_and_is_not_due():
    home = room(WASHER, {"id": "b", "at": "13:00", "do": {"plug": "lamp"}})
    looked = []
    for rule in home.rules.values():
        see = rule.look
        rule.look = lambda now, unix, rule=rule, see=see: looked.append(rule.id) or see(now, unix)
    home.run(HOUR - 60)
    assert looked == []
    home.by_hand("lamp", True)
    home.watts("heater", 1000)
    assert looked == []
    home.watts("washer", 500)
    assert looked == ["done"]
    home.run(65)
    assert looked == ["done", "b", "done"] or looked.count("done") == 2
    assert home.looks < 200


def test_ticks_that_wrap_change_nothing():
    home = room(
        {"id": "a", "at": "13:00", "do": {"plug": "lamp", "set": "on", "for": "45m"}},
        {"id": "b", "when": {"plug": "pc", "on": True, "for": "1h"}, "do": {"notify": "long"}},
    )
    for _ in range(3):
        home.by_hand("pc", True)
        home.run(12 * HOUR)
        home.by_hand("pc", False)
        home.run(12 * HOUR)
    assert len(times(home)) == 6 and len(home.heard("notice")) == 3

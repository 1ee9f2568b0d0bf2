"""Rules by what is measured or told: what they promise."""

from rooms import DAY, HOUR, WASHER, room, times


def test_the_washer_is_done():
    home = room(WASHER)
    home.watts("washer", 2)
    home.run(600)
    assert home.events == []  # it has not been washing
    home.watts("washer", 500)
    home.run(50)
    home.watts("washer", 2)
    home.run(600)
    assert home.events == []  # nor for a minute
    for watts, seconds in ((500, 70), (2, 170), (500, 60), (3.9, 179)):
        home.watts("washer", watts)
        home.run(seconds)
    assert home.events == []
    home.run(2)
    assert home.heard() == [("notice", None, "washer done")]
    home.run(590)
    assert len(home.events) == 1
    home.run(20)
    assert home.heard()[1:] == [("set", "washer", False)]
    home.run(DAY)
    assert len(home.events) == 2


def test_what_is_still_to_be_done_is_dropped_when_the_condition_ends():
    home = room(WASHER)
    home.watts("washer", 500)
    home.run(70)
    home.watts("washer", 2)
    home.run(300)
    assert home.heard() == [("notice", None, "washer done")]
    home.watts("washer", 500)  # the next load is in already
    home.run(1000)
    assert len(home.events) == 1


def test_it_runs_again_only_after_the_opposite():
    home = room(
        {
            "id": "a",
            "when": {"plug": "pc", "power": ">100W", "for": "5s", "hysteresis": "20W"},
            "do": {"plug": "screen", "set": "on"},
        }
    )
    for watts in (150, 90, 150, 81, 150):  # within the band nothing has changed
        home.watts("pc", watts)
        home.run(60)
    assert len(times(home)) == 1
    home.watts("pc", 80)
    home.run(1)
    home.watts("pc", 101)
    home.run(4)
    assert len(times(home)) == 1
    home.run(2)
    assert len(times(home)) == 2


def test_a_band_on_the_other_side():
    home = room(
        {
            "id": "a",
            "when": {"plug": "pc", "power": "<10W", "hysteresis": "5W"},
            "do": {"plug": "screen", "set": "off"},
        }
    )
    for watts, runs in ((9.9, 1), (14.9, 1), (9, 1), (15, 1), (9.9, 2)):
        home.watts("pc", watts)
        home.run(10)
        assert len(times(home)) == runs, watts


def test_hold_time_counts_on_fresh_samples_only_and_unknown_ends_it():
    rule = {
        "id": "a",
        "when": {"plug": "pc", "power": "<8W", "for": "10m"},
        "do": {"plug": "screen", "set": "on"},
    }
    home = room(rule)
    for _ in range(9):
        home.watts("pc", 5, fresh_s=61)
        home.run(60)
    home.run(30)  # and silence from here on
    home.watts("pc", 5, fresh_s=61)
    home.run(60)
    assert times(home) == []
    for _ in range(10):
        home.watts("pc", 5, fresh_s=61)
        home.run(60)
    assert len(times(home)) == 1

    home = room(rule)
    home.watts("pc", 5)
    home.run(590)
    home.connect("pc", False)
    home.run(5)
    home.connect("pc", True)
    home.run(590)
    assert times(home) == []
    home.run(15)
    assert len(times(home)) == 1


def test_not_at_this_time_is_not_now_but_afterwards():
    home = room(
        {
            "id": "a",
            "when": {"plug": "pc", "power": "<8W", "for": "15m"},
            "not": {"between": "12:00-15:00"},
            "do": {"plug": "pc", "set": "off"},
        }
    )
    home.things["pc"].on = True
    home.watts("pc", 5)
    home.run(3 * HOUR - 10)
    assert times(home) == []
    home.run(20)
    assert times(home) == [(3, "pc", False)]


def test_only_at_this_time():
    home = room(
        {
            "id": "a",
            "button": 1,
            "gesture": "long",
            "do": {"plug": "lamp"},
            "only": {"between": "20:00-06:00"},
        }
    )
    home.press("a")
    assert times(home) == []
    home.run(9 * HOUR)
    home.press("a")
    assert times(home) == [(9 + 1 / HOUR, "lamp", True)]


def test_too_much_is_cut_off_and_locked_until_somebody_clears_it():
    home = room(
        {
            "id": "cut",
            "when": {"plug": "heater", "power": ">2200W", "for": "5s"},
            "do": {"plug": "heater", "set": "off", "lock": "until-cleared"},
            "safety": True,
        },
        {"id": "b", "at": "13:00", "do": {"plug": "heater", "set": "on"}},
    )
    home.things["heater"].on = True
    home.watts("heater", 2300)
    home.run(4)
    home.watts("heater", 2100)
    home.run(1)
    home.watts("heater", 2300)
    home.run(4)
    assert home.events == []
    home.run(2)
    assert home.heard() == [
        ("lock", "heater", "locked by rule cut"),
        ("set", "heater", False),
    ]
    home.watts("heater", 0)
    home.run(2 * HOUR)  # neither a rule
    assert home.things["heater"].on is False
    home.by_hand("heater", True)  # nor a hand at the plug
    home.run(6)
    assert home.things["heater"].on is False
    home.restart(power_cut=True)  # nor a power cut
    assert home.things["heater"].lock
    home.by_hand("heater", True)
    home.run(6)
    assert home.things["heater"].on is False
    home.engine.clear(home.rules["cut"])
    home.by_hand("heater", True)
    home.run(60)
    assert home.things["heater"].on is True and home.things["heater"].lock is None


def test_a_plug_that_is_locked_and_does_not_obey_is_told_again_and_again():
    home = room(
        {
            "id": "cut",
            "when": {"plug": "heater", "power": ">2200W"},
            "do": {"plug": "heater", "set": "off", "lock": "until-cleared"},
            "safety": True,
        }
    )
    home.things["heater"].on = True
    home.things["heater"].fails = True
    home.watts("heater", 2300)
    home.run(60)
    assert 12 <= len(home.heard("failed")) <= 14
    home.things["heater"].fails = False
    home.run(6)
    assert home.things["heater"].on is False


def test_nothing_may_be_on_for_longer_than_its_limit_and_it_rests():
    home = room({"id": "max", "limit": {"plug": "pump", "max_on": "30m", "min_off": "5m"}})
    home.run(300)  # it may have been on right before
    home.events = []
    home.by_hand("pump", True)
    home.run(1795)
    assert home.things["pump"].on is True
    home.run(10)
    assert home.things["pump"].on is False and home.things["pump"].lock
    home.run(200)
    home.by_hand("pump", True)
    home.run(10)
    assert home.things["pump"].on is False
    home.run(310)
    assert home.things["pump"].lock is None
    home.by_hand("pump", True)
    home.things["pump"].fails = True
    home.run(1830)
    home.things["pump"].fails = False
    home.run(10)
    assert home.things["pump"].on is False  # it is tried again until it works


def test_a_limit_goes_on_counting_through_a_restart():
    home = room({"id": "max", "limit": {"plug": "pump", "max_on": "30m"}})
    home.by_hand("pump", True)
    home.run(1200)
    home.restart(60, power_cut=True)
    home.run(530)
    assert home.things["pump"].on is True
    home.run(20)
    assert home.things["pump"].on is False


def test_followers_go_with_their_leader():
    home = room(
        {
            "id": "desk",
            "follow": {
                "leader": "pc",
                "power": ">30W",
                "for": "5s",
                "followers": ["screen", "fan"],
                "off_delay": "20s",
            },
        }
    )
    home.watts("pc", 50)
    home.run(6)
    assert home.heard("set") == [("set", "screen", True), ("set", "fan", True)]
    home.by_hand("screen", False)  # overrides until the next edge
    home.run(HOUR)
    assert home.things["screen"].on is False
    home.watts("pc", 30)
    home.run(15)
    home.watts("pc", 50)
    home.run(30)
    assert len(home.heard("set")) == 2
    home.watts("pc", 3)
    home.run(19)
    assert len(home.heard("set")) == 2
    home.run(2)
    assert home.heard("set")[2:] == [("set", "screen", False), ("set", "fan", False)]
    home.watts("pc", 50)
    home.run(6)
    assert len(home.heard("set")) == 6


# --- by what is told ---


def test_inputs_that_are_told_and_unknown_ones():
    home = room(
        {
            "id": "away",
            "when": {"input": "presence", "is": False, "for": "10m"},
            "do": {"scene": "away"},
        }
    )
    home.run(HOUR)
    assert home.events == []

    home.things["lamp"].on = home.things["fan"].on = True
    for on in (False, True, False):
        home.tell("presence", on)
        home.run(590)
    assert home.events == []
    home.run(11)
    assert sorted(home.heard()) == [("set", "fan", False), ("set", "lamp", False)]


def test_a_plug_that_goes_offline_or_on():
    home = room(
        {
            "id": "a",
            "when": {"plug": "pc", "online": False, "for": "1m"},
            "do": {"notify": "gone"},
        },
        {"id": "b", "when": {"plug": "pc", "online": True}, "do": {"notify": "back"}},
        {
            "id": "c",
            "when": {"relay": "fan", "on": True, "for": "9s"},
            "do": {"relay": "fan", "set": "off"},
        },
        {"id": "d", "when": {"group": "all", "on": False}, "do": {"plug": "screen", "set": "on"}},
    )
    home.connect("pc", False)
    home.run(61)
    home.connect("pc", True)
    home.run(1)
    assert home.heard("notice") == [("notice", None, "gone"), ("notice", None, "back")]
    home.by_hand("fan", True)
    home.run(10)
    assert home.things["fan"].on is False


def test_buttons_and_pins_run_rules():
    home = room(
        {"id": "btn", "button": 1, "gesture": "double", "do": {"group": "all", "set": "on"}},
        {
            "id": "pir",
            "gpio": "pir",
            "edge": "rise",
            "do": {"plug": "screen", "set": "on", "for": "2m", "retrigger": True},
        },
    )
    assert home.checked["buttons"][0]["double"]["name"] == "btn"
    assert home.checked["inputs"][0]["rise"]["name"] == "pir"
    home.press("btn")
    assert home.heard("set") == [("set", "lamp", True), ("set", "porch", True)]
    home.press("pir")
    home.run(100)
    home.press("pir")
    home.run(100)
    assert home.things["screen"].on is True
    home.run(21)
    assert home.things["screen"].on is False

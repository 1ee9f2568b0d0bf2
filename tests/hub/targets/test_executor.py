"""The one executor: whoever wants something switched, timers and causes are kept right."""

import asyncio

from fake_time import FakeTime
from pins import Pin

from hub.broadcast import Broadcast
from hub.targets.executor import Executor
from hub.targets.group import Group, Scene
from hub.targets.relay import Relay, follow
from hub.targets.target import PUBLISH, RUN, Action, Target
from tuya.errors import Offline
from tuya.port import sleep_ms


class Lamp(Target):
    def __init__(self, name, on, error=None):
        self.name = name
        self.on = on
        self.error = error

    async def switch(self, on):
        await sleep_ms(10)
        if self.error:
            raise self.error
        self.on = on
        self.note_cause()


class Timers:
    """Takes down what is asked of it."""

    def __init__(self):
        self.asked = []

    def begin(self, name, on, seconds, retrigger, is_until, cause):
        self.asked.append((name, on, seconds, cause))

    def end(self, name):
        self.asked.append((name, "end"))


class Home:
    def __init__(self, *targets):
        self.targets = {target.name: target for target in targets}
        self.timers = Timers()
        self.ran = []
        self.executor = Executor(self.find, lambda is_needed: self.timers, self.ran.append)

    def find(self, name):
        return self.targets[name]

    async def do(self, name, verb, for_ms=None, cause="a test"):
        return await self.executor.perform(Action(name, verb, for_ms), cause)


async def test_an_action_switches_its_target_which_knows_why():
    lamp = Lamp("lamp", False)
    home = Home(lamp)
    assert await home.do("lamp", "toggle", cause="button hall") is lamp
    assert lamp.on is True and lamp.cause == "button hall" and lamp.asked_by is None
    assert home.timers.asked == [("lamp", "end")]


async def test_an_action_for_a_while_begins_a_timer_that_turns_it_back():
    home = Home(Lamp("lamp", False))
    await home.do("lamp", "on", 45000, "rule evening")
    assert home.timers.asked == [("lamp", False, 45, "rule evening")]


async def test_a_group_is_on_when_one_is_and_all_are_switched_that_can_be():
    a, b, c = Lamp("a", False), Lamp("b", None), Lamp("c", None, Offline("gone"))
    home = Home(a, b, c)
    group = home.targets["all"] = Group("all", ["a", "b"], home.find)
    assert group.on is False
    await home.do("all", "on")
    assert a.on and b.on and group.on is True and group.heading is True
    await home.do("all", "toggle")
    assert a.on is False and b.on is False
    assert Group("none", ["c"], home.find).on is None
    home.targets["all"] = Group("all", ["c", "a"], home.find)
    del home.timers.asked[:]
    try:
        await home.do("all", "on", 5000)
        raise AssertionError("nothing was said of c")
    except Offline:
        assert a.on is True
    # What was switched is turned back; what was not has no timer.
    assert home.timers.asked == [("a", False, 5, "a test")]


async def test_whoever_switches_ends_the_timer_also_by_a_scene_or_a_group():
    a, b, c = Lamp("a", False), Relay("b", Pin(), 1, True, Broadcast()), Lamp("c", True)
    home = Home(a, b, c)
    home.targets["both"] = Group("both", ["b", "c"], home.find)
    scene = home.targets["away"] = Scene("away", {"a": "toggle", "both": "off"})
    await home.do("away", "off")
    assert a.on is False and b.on is True and home.timers.asked == []
    assert await home.do("away", "on", cause="rule gone") is scene
    assert a.on is True and b.on is False and c.on is False
    assert [target.cause for target in (a, b, c)] == ["rule gone"] * 3
    assert sorted(home.timers.asked) == [("a", "end"), ("b", "end"), ("c", "end")]


async def test_a_follower_is_switched_like_anything_else():
    broadcast = Broadcast()
    fan, lamp = Relay("fan", Pin(), 1, False, broadcast), Lamp("lamp", False)
    home = Home(fan, lamp)
    task = asyncio.create_task(follow("fan", "lamp", home.find, home.executor, broadcast))
    await sleep_ms(0)
    await home.do("fan", "on")
    await sleep_ms(30)
    assert lamp.on is True and lamp.cause == "follows fan"
    assert home.timers.asked == [("fan", "end"), ("lamp", "end")]
    # Between two changes of its leader it can be switched by hand.
    await home.do("lamp", "off")
    await sleep_ms(30)
    assert lamp.on is False
    task.cancel()
    await sleep_ms(0)


async def test_a_rule_is_run():
    home = Home()
    assert await home.do("evening", RUN) is None
    assert home.ran[0].name == "evening" and str(home.ran[0]) == "rule evening"


async def test_a_message_is_published():
    home = Home()
    assert await home.do("a/topic", PUBLISH) is None
    assert home.ran[0].name == "a/topic" and home.ran[0].verb == PUBLISH


async def test_what_cannot_be_done_is_told_and_ends_nothing():
    home = Home(Lamp("lamp", False, Offline("gone")))
    assert await home.executor.attempt(Action("lamp", "on"), "a test") is False
    assert await home.executor.attempt(Action("nothing", "on"), "a test") is False
    assert home.timers.asked == []


class Light:
    def __init__(self):
        self.told = []

    def press(self):
        self.told.append("press")

    def release(self, failed):
        self.told.append(failed)


async def test_a_press_is_seen_at_once_and_the_led_tells_how_it_went():
    home, light = Home(Lamp("lamp", False), Lamp("gone", None, Offline("gone"))), Light()
    with FakeTime():
        home.executor.begin(Action("lamp", "on"), "button", light)
        assert light.told == ["press"]
        await sleep_ms(50)
        home.executor.begin(Action("gone", "on"), "button", light)
        await sleep_ms(50)
    assert light.told == ["press", False, "press", True]


async def test_others_give_way_to_what_has_just_begun_but_not_for_long():
    with FakeTime():
        lamp = Lamp("lamp", False)
        lamp.switch = lambda on: sleep_ms(2000)  # it is not to be reached
        home = Home(lamp)
        assert not home.executor.is_busy
        home.executor.begin(Action("lamp", "on"), "a test")
        assert home.executor.is_busy
        await sleep_ms(150)
        assert not home.executor.is_busy
        home.executor.begin(Action("fan", "on"), "a test")
        assert home.executor.is_busy
        await sleep_ms(3000)
        assert not home.executor.is_busy


async def test_a_failure_within_a_group_names_who_failed_and_what_was_switched():
    lamps = [
        Lamp("a", False),
        Lamp("b", False, Offline("gone")),
        Lamp("c", False, Offline("far")),
        Lamp("d", False),
    ]
    home = Home(*lamps)
    home.targets["all"] = Group("all", ["a", "b", "c", "d"], home.find)
    try:
        await home.do("all", "on")
    except Offline as e:
        assert e.seen == "b: gone; not switched either: c; switched: a, d"
    else:
        raise AssertionError("nothing was told")
    home.targets["b"].error = ValueError("a mistake of ours")
    try:
        await home.do("all", "on")
    except ValueError:
        return
    raise AssertionError("a mistake was hidden")

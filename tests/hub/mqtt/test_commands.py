"""What a message asks for: done once, by the executor, or refused in words."""

import asyncio
import json

from fake_hub import FakeTarget
from fake_time import FakeTime

from hub.mqtt import commands
from hub.mqtt.commands import Commands, parse
from hub.targets.executor import Executor
from tuya.errors import Offline


class Timers:
    def __init__(self):
        self.begun = []

    def begin(self, name, on, seconds, retrigger, is_until, cause):
        self.begun.append((name, on, seconds, cause))

    def end(self, name):
        pass


class Input:
    on = None

    def put(self, on):
        self.on = on


class Home:
    def __init__(self):
        self.lamp = FakeTarget("lamp")
        self.timers = Timers()
        self.told = []
        self.inputs = {"presence": Input()}
        executor = Executor({"lamp": self.lamp}.__getitem__, lambda is_needed: self.timers, None)
        tell = lambda name, what, text: self.told.append((name, what, json.loads(text)))  # noqa: E731
        self.commands = Commands(executor, self.inputs, tell)

    async def switch(self, payload, name="lamp"):
        if not isinstance(payload, bytes):
            payload = json.dumps(payload).encode()
        self.commands.switch(name, payload)
        await asyncio.sleep(0.01)


def test_words():
    for text, on in (
        ("ON", True),
        ("on", True),
        (" true ", True),
        ("1", True),
        ("Off", False),
        ("FALSE", False),
        ("0", False),
        ("toggle", "toggle"),
        ('{"on": false}', False),
        ('{"on": "toggle", "for": 5}', "toggle"),
    ):
        assert parse(text.encode())["on"] == on, text


def test_what_makes_no_sense_is_said():
    words = "|ON OFF|ONN|2|{|[true]|{}|{'on': 1}|{'on': 'yes'}|{'on': 3, 'x': 1}|{'on': null}"
    words += "|{'id': 3}|{'on': true, 'id': [1]}|{'on': 0}|{'on': []}|{'on': true}}"
    for text in [word.replace("'", '"').encode() for word in words.split("|")] + [b"\xff\xfe"]:
        try:
            parse(text)
        except ValueError:
            continue
        raise AssertionError(text)


async def test_a_command_is_carried_out_and_answered_when_it_has_an_id():
    home = Home()
    await home.switch(b"ON")
    assert home.lamp.on is True and home.told == []
    await home.switch({"on": False, "for": 60, "id": 7})
    assert home.lamp.on is False
    assert home.timers.begun == [("lamp", True, 60, "MQTT")]
    assert home.told == [("lamp", "result", {"id": 7, "ok": True, "on": False})]
    await home.switch({"on": "toggle", "id": "x"})
    assert home.lamp.on is True


async def test_what_fails_is_answered_in_words():
    home = Home()
    await home.switch(b"ON", "lmap")
    assert home.told[0][2]["ok"] is False and "nothing" in home.told[0][2]["error"]
    home.lamp.error = Offline("no answer")
    await home.switch({"on": True, "id": 1})
    assert home.told[1][2]["id"] == 1 and "no answer" in home.told[1][2]["error"]
    for wrong in ({"on": True, "for": 0}, {"on": True, "for": "1m"}, {"on": True, "for": 86401}):
        await home.switch(wrong)
    await home.switch({"on": True, "for": True})
    await home.switch(b"what?")
    assert [answer["ok"] for _, _, answer in home.told] == [False] * 7
    assert not home.commands._tasks


async def test_values_are_for_what_has_them():
    home = Home()
    assert parse(b"open")["on"] is True and parse(b"STOP") == {"values": {"command": "stop"}}
    await home.switch({"brightness": 40, "on": True, "id": 1})
    assert home.told[0][2]["ok"] is False and "no brightness" in home.told[0][2]["error"]
    taken = []

    async def take(values):
        taken.append(values)

    home.lamp.set = take
    await home.switch({"brightness": 40, "for": 60, "id": 2})
    await home.switch({"colour": "#ff8000", "on": True})
    assert taken == [{"brightness": 40}, {"colour": "#ff8000", "on": True}]
    assert home.told[1][2]["ok"] is True and home.timers.begun == [("lamp", False, 60, "MQTT")]
    for wrong in ({"brightness": [1]}, {"x": {}}, dict.fromkeys("abcdefghi", 1)):
        await home.switch(wrong)
    assert len(taken) == 2 and [answer["ok"] for _, _, answer in home.told[2:]] == [False] * 3


async def test_a_command_that_comes_late_is_not_done():
    home = Home()
    real = commands.known_time
    try:
        commands.known_time = lambda: 1000
        await home.switch({"on": True, "time": 900})
        assert home.lamp.on is False and "late" in home.told[0][2]["error"]
        await home.switch({"on": True, "time": 995})
        assert home.lamp.on is True
        commands.known_time = lambda: None  # nobody can tell
        await home.switch({"on": False, "time": 900})
        assert home.lamp.on is False
    finally:
        commands.known_time = real


async def test_commands_at_a_time_are_bounded():
    home = Home()

    async def switch(on):
        await asyncio.sleep(2)

    with FakeTime():
        home.lamp.switch = switch
        for _ in range(10):
            home.commands.switch("lamp", b"ON")
        assert len(home.told) == 2 and "too many" in home.told[0][2]["error"]
        await asyncio.sleep(3)
        home.commands.switch("lamp", b"ON")
        assert len(home.told) == 2
        home.commands.close()


def test_inputs_of_rules():
    home = Home()
    presence = home.inputs["presence"]
    home.commands.set_input("presence", b"ON")
    assert presence.on is True
    home.commands.set_input("presence", b'{"on": false}')
    assert presence.on is False
    home.commands.set_input("presence", b"toggle")
    home.commands.set_input("nobody", b"ON")
    assert presence.on is False and home.told == []

"""A timer ends when somebody switches its target, by whatever way. On CPython: time is nothing."""

import asyncio
import json
import sys

import pytest
from fake_time import FakeTime

# What keeps time is loaded before that is changed.
from hub import hub as _  # noqa: F401
from hub.components import schema
from hub.config.load import load
from hub.targets import timers  # noqa: F401
from hub.targets.target import Action
from plughub import ROOT
from tuya.port import sleep_ms

sys.path.append(str(ROOT / "tools" / "simulator"))
import machine

from hub.assemble import build

HOME = {
    "watchdog": False,
    "boot_button": None,
    "web": {"port": 8203},
    "relays": [{"name": "lamp", "pin": 26}, {"name": "fan", "pin": 27}],
    "groups": [{"name": "both", "members": ["lamp", "fan"]}],
    "scenes": [
        {"name": "evening", "set": {"lamp": "on"}},
        {"name": "all", "set": {"both": "on"}},
    ],
}


@pytest.mark.parametrize("name", ["lamp", "both", "evening", "all"])
async def test_what_is_switched_on_again_stays_on(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.json").write_text(json.dumps(HOME))
    with FakeTime():
        hub = build(load(schema()), machine)
        task = asyncio.create_task(hub.run())
        await hub.executor.perform(Action("lamp", "on", 600000), "a test")
        await sleep_ms(1000)
        await hub.executor.perform(Action(name, "on"), "a test")
        await sleep_ms(1200000)
        assert hub.targets.relays["lamp"].on is True
        # The timer itself works.
        await hub.executor.perform(Action("lamp", "on", 600000), "a test")
        await sleep_ms(601000)
        assert hub.targets.relays["lamp"].on is False
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_everybody_is_told_how_long_a_timer_has_left(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.json").write_text(json.dumps(HOME))
    with FakeTime():
        hub = build(load(schema()), machine)
        task = asyncio.create_task(hub.run())
        lamp, both = hub.targets.relays["lamp"], hub.targets.groups["both"]
        assert hub.state_of(lamp)["timer"] is None
        await sleep_ms(10)
        await hub.executor.perform(Action("fan", "on", 900000), "a test")
        await sleep_ms(10)
        changes = hub.broadcast.listen()
        await hub.executor.perform(Action("lamp", "on", 600000), "a test")
        assert 599 <= hub.state_of(lamp)["timer"] <= 600
        await sleep_ms(60000)
        assert 539 <= hub.state_of(lamp)["timer"] <= 540
        assert hub.state_of(both)["timer"] == hub.state_of(lamp)["timer"]
        assert "lamp" in await changes.within(0)
        await hub.executor.perform(Action("lamp", "on"), "a test")
        assert hub.state_of(lamp)["timer"] is None and hub.state_of(both)["timer"] > 800
        assert "lamp" in await changes.within(0)  # though it is on as before
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

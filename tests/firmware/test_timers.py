"""A timer ends when somebody switches its target, by whatever way. On CPython: time is nothing."""

import asyncio
import json
import sys

import pytest
from fake_time import FakeTime

from hub.config.load import load

# What keeps time is loaded before that is changed.
from hub.energy import meters  # noqa: F401
from hub.targets import timer_home  # noqa: F401
from hub.targets.action import Action
from plughub import ROOT
from tuya.port import sleep_ms

sys.path.append(str(ROOT / "tools" / "simulator"))
import machine

from hub.assemble import assemble

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
        hub = assemble(load(), machine)
        task = asyncio.create_task(hub.run())
        await hub.perform(Action("lamp", "on", 600000))
        await sleep_ms(1000)
        await hub.perform(Action(name, "on"))
        await sleep_ms(1200000)
        assert hub.relays["lamp"].on is True
        # The timer itself works.
        await hub.perform(Action("lamp", "on", 600000))
        await sleep_ms(601000)
        assert hub.relays["lamp"].on is False
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

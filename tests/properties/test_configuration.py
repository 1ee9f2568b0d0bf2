"""Whatever somebody writes into a configuration, the hub starts, and keeps what it had."""

import asyncio
import copy
import json
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.components import schema
from hub.config.draft import Faulty
from hub.config.entries import entries_of
from hub.config.load import load, move_secrets
from hub.system import staging
from plughub import ROOT

sys.path.append(str(ROOT / "tools" / "simulator"))
import machine

from hub.assemble import build

WHOLE = {
    "name": "plughub",
    "watchdog": False,
    "poll": 10,
    "shared_poll": 300,
    "boot_button": 0,
    "web": {"port": 8080},
    "led": {"pin": 2, "show": "lamp"},
    "mqtt": {"host": "192.0.2.9", "user": "me", "password": "pw", "base": "home", "delta": 5},
    "plugs": [
        {"name": "lamp", "id": "bf" + "a" * 18, "address": "192.0.2.5", "key": "k" * 16},
        {"name": "fan", "id": "bf" + "b" * 18, "key": "l" * 16, "version": "3.5"},
    ],
    "relays": [
        {"name": "up", "pin": 12, "interlock": "blind", "dead_ms": 300, "boot": "last"},
        {"name": "down", "pin": 13, "interlock": "blind", "max_on": "2m", "follow": "lamp"},
    ],
    "groups": [{"name": "all", "members": ["lamp", "fan"]}],
    "scenes": [{"name": "night", "set": {"all": "off", "up": "on"}}],
    "buttons": [{"pin": 4, "press": {"plug": "lamp", "set": "on", "for": "5m"}}],
    "inputs": [{"pin": 5, "rise": {"group": "all"}, "fall": {"scene": "night"}}],
}

words = st.sampled_from(
    [
        *("plugs", "relays", "name", "pin", "press", "set", "lamp", "all", "night", "toggle"),
        *("", "0", "3.3", "192.0.2.5", "5m", "\u00e4" * 50, "//", "k" * 16, "a\x00b"),
    ]
)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-10, 100)
    | st.sampled_from([2**31, 2**70, -1])
    | st.floats(allow_nan=False)
    | words
    | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(words | st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=8,
)


@st.composite
def spoiled(draw):
    """A whole configuration with up to four things in it that are something else now."""
    raw = copy.deepcopy(WHOLE)
    for _ in range(draw(st.integers(1, 4))):
        at = raw
        while True:
            if not at:
                break
            keys = list(at) if isinstance(at, dict) else range(len(at))
            key = draw(st.sampled_from(keys))
            if isinstance(at[key], (dict, list)) and draw(st.booleans()):
                at = at[key]
                continue
            how = draw(st.sampled_from(["replace", "remove", "double", "add"]))
            if how == "replace":
                at[key] = draw(values)
            elif how == "remove":
                del at[key]
            elif how == "double" and isinstance(at, list):
                at.append(copy.deepcopy(at[key]))
            elif isinstance(at, dict):
                at[draw(words)] = draw(values)
            break
    return raw


many = settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def flash(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(machine, "WDT", lambda timeout: None)
    staging.recover()  # as each start does
    return tmp_path


@many
@given(raw=values | spoiled())
def test_anything_is_checked_and_every_fault_has_a_place(raw):
    found = schema().check_values(raw)
    assert all(fault.startswith("config.json: ") for fault in found["faults"])
    again = schema().check_values(json.loads(json.dumps(raw)))
    assert again == found


@many
@given(raw=spoiled())
def test_the_hub_starts_with_whatever_is_left(flash, raw):
    async def start():
        hub = build(schema().check_values(raw), machine)
        task = asyncio.create_task(hub.run())
        await asyncio.sleep(0)
        for kind in ("plugs", "outlets", "relays", "groups", "scenes"):
            for target in getattr(hub.targets, kind).values():
                target.state()
        for plug in list(hub.targets.plugs.values()):
            hub.connections.remove(plug.slot)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(start())


@many
@given(raw=values | spoiled())
def test_a_change_is_taken_whole_or_not_at_all(flash, raw):
    (flash / "config.json").write_text(json.dumps(WHOLE))
    move_secrets()
    before = (flash / "config.json").read_text(), (flash / "secrets.json").read_text()

    async def change():
        hub = build(load(schema()), machine)
        try:
            await hub.changes().change(lambda: entries_of(raw))
        except Faulty as e:
            assert e.faults
        else:
            assert not load(schema())["faults"]
            hub.changes().revert()
            return True
        finally:
            for plug in list(hub.targets.plugs.values()):
                hub.connections.remove(plug.slot)
            await asyncio.sleep(0)
        return False

    if not asyncio.run(change()):
        assert before == (
            (flash / "config.json").read_text(),
            (flash / "secrets.json").read_text(),
        )
    assert not [path for path in flash.rglob("*") if path.suffix in (".new", ".next")]

"""Network settings that lock the user out are reverted. On CPython: a minute is nothing."""

import asyncio
import json
import os
import sys

import pytest
from fake_time import FakeTime

from hub.components import schema
from hub.config.draft import Faulty
from hub.config.entries import entries_of
from hub.config.load import load
from hub.system import staging, store
from plughub import ROOT
from tuya.port import sleep_ms

sys.path.append(str(ROOT / "tools" / "simulator"))
import machine

from hub.assemble import build

OLD = {"name": "home", "watchdog": False, "boot_button": None, "web": {"port": 8201}}
NEW = OLD | {"web": {"port": 8202}}


@pytest.fixture(autouse=True)
def flash(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    staging.recover()  # as each start does
    (tmp_path / "config.json").write_text(json.dumps(OLD))
    return tmp_path


def ports(hub):
    return [hub.furniture["web"]["web"][1]._arguments[1]["port"]]


async def changed(then):
    """Change the port of a running hub, let `then(hub)` happen, and return the hub."""
    with FakeTime():
        hub = build(load(schema()), machine)
        task = asyncio.create_task(hub.run())
        await sleep_ms(1000)
        assert (await hub.changes().change(lambda: entries_of(NEW)))["confirm_within"] == 60
        assert ports(hub) == [8202]
        await then(hub)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    return hub


def kept_port(flash):
    return json.loads((flash / "config.json").read_text())["web"]["port"]


async def test_what_nobody_confirms_is_reverted(flash):
    async def wait(hub):
        await sleep_ms(59000)
        assert ports(hub) == [8202] and hub.unconfirmed
        await sleep_ms(2000)

    hub = await changed(wait)
    assert ports(hub) == [8201] and hub.unconfirmed is None
    assert kept_port(flash) == 8201


async def test_what_is_confirmed_stays(flash):
    async def confirm(hub):
        await sleep_ms(30000)
        assert kept_port(flash) == 8201  # a power cut now brings the old one back
        assert await hub.changes().confirm() is True
        assert await hub.changes().confirm() is False
        await sleep_ms(60000)

    hub = await changed(confirm)
    assert ports(hub) == [8202]
    assert kept_port(flash) == 8202


async def test_another_change_takes_the_place_of_an_unconfirmed_one(flash):
    async def change_again(hub):
        await sleep_ms(1000)
        more = OLD | {"web": {"port": 8204}, "groups": [{"name": "g", "members": []}]}
        with pytest.raises(Faulty):
            await hub.changes().change(lambda: entries_of(more))
        again = OLD | {"web": {"port": 8203}}
        assert (await hub.changes().change(lambda: entries_of(again)))["confirm_within"]
        await sleep_ms(61000)

    hub = await changed(change_again)
    assert ports(hub) == [8201]


async def test_what_a_cancelled_change_has_left_is_not_put_in_force_by_the_next(flash):
    with FakeTime():
        hub = build(load(schema()), machine)
        other = OLD | {"name": "other"}
        cancelled = asyncio.create_task(hub.changes().change(lambda: entries_of(other)))
        while not cancelled.done() and not store.exists(staging.staged(store.CONFIG_FILE)):
            await asyncio.sleep(0)
        cancelled.cancel()
        await asyncio.gather(cancelled, return_exceptions=True)
        await hub.changes().change_rules(lambda: entries_of({"rules": []}))
        assert json.loads((flash / "config.json").read_text()) == OLD
        assert json.loads((flash / "rules.json").read_text()) == {"rules": []}


async def test_on_a_full_flash_nothing_changes(flash, monkeypatch):
    with FakeTime():
        hub = build(load(schema()), machine)
        monkeypatch.setattr(staging, "stage", _full)
        with pytest.raises(OSError, match="ENOSPC"):
            await hub.changes().change(lambda: entries_of(OLD | {"groups": []}))
        assert json.loads((flash / "config.json").read_text()) == OLD


def _fails_from_step(monkeypatch, step):
    """Have the flash take no more from that step of a commit on."""
    real = os.rename
    renamed = []

    def rename(old, new):
        renamed.append(new)
        if len(renamed) >= step:
            raise OSError(28, "ENOSPC")
        real(old, new)

    monkeypatch.setattr(staging.os, "rename", rename)


async def test_a_commit_that_fails_midway_is_finished_by_a_restart(flash, monkeypatch):
    (flash / "secrets.json").write_text("{}")
    more = OLD | {"name": "other"}
    with FakeTime():
        hub = build(load(schema()), machine)
        _fails_from_step(monkeypatch, 2)
        resets = []
        monkeypatch.setattr(machine, "reset", lambda: resets.append(True))
        result = await hub.changes().change(lambda: entries_of(more))
        assert not result["applied"] and result["restart"] == ["all"]
        await sleep_ms(1000)
        assert resets
        monkeypatch.undo()
        monkeypatch.chdir(flash)
        staging.recover()  # as the next start does
        assert json.loads((flash / "config.json").read_text())["name"] == "other"


async def test_settings_that_cannot_be_confirmed_are_reverted_as_before(flash, monkeypatch):
    async def confirm(hub):
        monkeypatch.setattr(staging, "write_to", _full)
        with pytest.raises(OSError, match="ENOSPC"):
            await hub.changes().confirm()
        assert hub.unconfirmed
        monkeypatch.undo()
        monkeypatch.chdir(flash)
        await sleep_ms(61000)

    hub = await changed(confirm)
    assert ports(hub) == [8201] and kept_port(flash) == 8201


def _full(path, write):
    raise OSError(28, "ENOSPC")

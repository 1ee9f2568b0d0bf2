"""Routes of the configuration: what is shown, and what is told of a change that fails."""

import asyncio
import json

from fake_hub import FakeChanges, FakeHub, FakeMemory, Folder, SlowChanges, ask, respond
from fake_time import FakeTime

from hub.config.entries import json_text
from hub.system.store import CONFIG_FILE, SECRETS_FILE, UNDO_FILE, save
from tuya.port import compact_json, sleep_ms

WHOLE = {"name": "home", "plugs": [{"name": "a", "id": "bf1"}, {"name": "b"}], "web": {}, "x": []}


def test_an_object_leaves_an_entry_at_a_time():
    for expected in (WHOLE, {}, {"plugs": [1, 2]}, {"a": 1, "plugs": [{}]}):
        entries = []
        for key, value in expected.items():
            if value and isinstance(value, list):
                entries += [(key, i, one) for i, one in enumerate(value)]
            else:
                entries.append((key, None, value))
        assert json.loads("".join(json_text(iter(entries), compact_json))) == expected
        assert json.loads("".join(json_text(entries, json.dumps, "\n ", "\n  "))) == expected


async def test_keys_and_passwords_are_shown_as_stars():
    with Folder():
        save(CONFIG_FILE, {"wifi": {"ssid": "home"}, "plugs": [{"name": "lamp", "id": "bf1"}]})
        save(SECRETS_FILE, {"wifi": "a secret", "plugs": {"bf1": "0123456789abcdef"}})
        _, config = await ask(FakeHub(), "GET", "/api/v1/config")
        assert config["wifi"] == {"ssid": "home", "password": "***"}
        assert config["plugs"][0]["key"] == "***"


def failing(name, make):
    """Return a FakeHub whose Changes raise what `make()` returns when `name` is called."""

    async def fail(*arguments):
        raise make()

    changes = FakeChanges()
    setattr(changes, name, fail)
    hub = FakeHub()
    hub.changes = lambda: changes
    return hub


def faulty(*faults):
    from hub.config.draft import Faulty  # which a change before this has unloaded

    return Faulty(faults)


async def test_why_a_change_fails_is_told():
    hub = failing("change", lambda: faulty("plugs[0].id: a", "web.port: b"))
    status, answer = await ask(hub, "PUT", "/api/v1/config", {})
    assert (status, answer["detail"]) == (400, "plugs[0].id: a; web.port: b")
    hub = failing("undo", lambda: OSError(28, "no space"))
    with Folder():
        assert (await ask(hub, "POST", "/api/v1/config/undo", {}))[0] == 409
        save(UNDO_FILE, {})
        status, answer = await ask(hub, "POST", "/api/v1/config/undo", {})
    assert (status, answer["title"]) == (503, "Service unavailable")
    assert "28" in answer["detail"]
    assert (await ask(hub, "PUT", "/api/v1/plugs/nobody/key", {"key": "x"}))[0] == 404


async def test_one_change_at_a_time_and_others_run_meanwhile():
    changes = SlowChanges()
    hub = FakeHub()
    hub.changes = lambda: changes
    first = asyncio.create_task(ask(hub, "POST", "/api/v1/config/confirm", {}))
    await sleep_ms(1)
    status, answer = await ask(hub, "POST", "/api/v1/config/confirm", {})
    assert status == 409 and "being changed" in answer["detail"]
    assert (await ask(hub, "GET", "/health"))[0] == 200
    body = {"on": True}
    assert (await ask(hub, "PUT", "/api/v1/plugs/lamp/switch", body))[1]["on"] is True
    assert (await ask(hub, "GET", "/api/v1/plugs"))[0] == 200
    changes.may_end.set()
    assert await first == (200, {"confirmed": True})
    assert hub.is_changing is False


async def test_the_clock_and_discovery_wait_for_a_change_and_a_change_for_neither():
    found = []

    class Seen:
        async def confirm(self):
            found.append(hub.spare.locked())
            return True

    hub = FakeHub()
    hub.changes = Seen
    assert (await ask(hub, "POST", "/api/v1/config/confirm", {}))[0] == 200
    assert found == [True] and not hub.spare.locked()
    await hub.spare.acquire()
    assert (await ask(hub, "POST", "/api/v1/config/confirm", {}))[0] == 200
    assert hub.spare.locked()


async def test_a_body_that_is_broken_is_told_with_its_line():
    with Folder():
        status, answer = await ask(FakeHub(), "PUT", "/api/v1/config", b"{nonsense")
        assert status == 400 and "line 1" in answer["detail"]
        status, answer = await ask(FakeHub(), "PUT", "/api/v1/config", {}, kind="text/plain")
        assert status == 415


async def test_for_a_change_no_more_connections_give_way_than_have_to():
    with FakeTime():
        hub = FakeHub()
        for left, evicted in ((17500, 0), (16000, 1), (12000, 3), (9500, 4)):
            memory = hub.memory = FakeMemory(left)
            hub.connections.idle = [2000] * 4

            def let_go(memory=memory):
                if not hub.connections.idle:
                    return False
                memory.free += hub.connections.idle.pop()
                return True

            hub.connections.let_go = let_go
            hub.connections.has_paused = hub.connections.has_resumed = False
            status, answer = await ask(hub, "POST", "/api/v1/config/confirm", {})
            assert (status, answer) == (200, {"confirmed": False}), left
            assert len(hub.connections.idle) == 4 - evicted
            assert hub.connections.has_paused and hub.connections.has_resumed


async def test_a_change_waits_for_those_who_are_inside_and_leaves_room_for_who_is_slow():
    with FakeTime():
        hub = FakeHub()
        hub.memory = FakeMemory(17500)  # enough beside nobody else
        hub.clients = 3

        async def leave():
            await sleep_ms(150)
            assert hub.is_changing and not hub.connections.idle
            hub.connections.idle = [2000] * 4
            hub.clients = 2

        left = asyncio.create_task(leave())
        status, answer = await ask(hub, "POST", "/api/v1/config/confirm", {})
        await left
        assert (status, answer) == (200, {"confirmed": False})
        assert len(hub.connections.idle) < 4


async def test_without_heap_for_a_change_streams_end_and_nothing_changes():
    with FakeTime():
        hub = FakeHub()
        hub.memory = FakeMemory(9400)
        stream = (await respond(hub, "GET", "/events")).body
        status, answer = await ask(hub, "POST", "/api/v1/config/confirm", {})
        assert status == 503 and "too little heap" in answer["detail"]
        assert not hub.streams and hub.connections.has_resumed
        stream.close()
        hub.memory = FakeMemory(9500)
        assert (await ask(hub, "POST", "/api/v1/config/confirm", {}))[1] == {"confirmed": False}

"""The stream of events: the whole state, what has changed, and who may open one."""

import json

from fake_hub import FakeHub, FakeMemory, respond
from fake_time import FakeTime

from hub.web.events import EventStream


class Notices:
    last = [{"time": None, "text": "the kettle has boiled"}]
    name = None
    seq = 0


def parsed(parts):
    """Return (name, id, data) of an event."""
    lines = b"".join(parts).decode().split("\n")
    fields = dict([line.split(": ", 1) for line in lines if ": " in line])
    return fields["event"], fields.get("id"), json.loads(fields.get("data", "null"))


async def test_first_comes_all_there_is():
    hub = FakeHub()
    hub.faults.append("config.json: web.port: a fault")
    stream = EventStream(hub)
    name, id, data = parsed(await stream.__anext__())
    assert name == "snapshot" and id == hub.broadcast.id
    assert data["name"] == "plughub" and data["open"] is True and len(data["faults"]) == 1
    for kind in ("plugs", "relays", "groups", "scenes"):
        assert data[kind] == [target.state() for target in getattr(hub.targets, kind).values()]
    assert "notices" not in data
    hub.notices = Notices()
    assert parsed(stream.first(None))[2]["notices"] == Notices.last


async def test_then_what_has_changed_several_changes_as_one():
    hub = FakeHub()
    stream = EventStream(hub)
    await stream.__anext__()
    hub.targets.relays["fan"].on = hub.targets.plugs["lamp"].on = True
    for target in (
        hub.targets.relays["fan"],
        hub.targets.plugs["lamp"],
        hub.targets.relays["fan"],
    ):
        hub.broadcast.tell(target)
    name, _, data = parsed(await stream.__anext__())
    assert name == "change" and data["relays"] == [{"name": "fan", "on": True}]
    assert [plug["name"] for plug in data["plugs"]] == ["lamp"]
    assert data["groups"] == [{"name": "all", "on": False}]


async def test_a_known_id_gets_what_has_changed_since():
    hub = FakeHub()
    hub.broadcast.tell(hub.targets.plugs["lamp"])
    before = hub.broadcast.id
    hub.broadcast.tell(hub.targets.plugs["desk lamp"])
    name, id, data = parsed(await EventStream(hub, before).__anext__())
    assert name == "change" and id == hub.broadcast.id
    assert [plug["name"] for plug in data["plugs"]] == ["desk lamp"] and data["relays"] == []
    for odd in ("of another start-7", "nonsense", "-", ""):
        assert parsed(await EventStream(hub, odd).__anext__())[0] == "snapshot"


async def test_in_between_there_are_pings():
    with FakeTime() as time:
        stream = EventStream(FakeHub())
        await stream.__anext__()
        began_at = time.ticks_ms()
        assert b"".join(await stream.__anext__()) == b"event: ping\ndata:\n\n"
        assert time.ticks_ms() - began_at >= 10000


async def test_a_stream_ends_when_it_is_closed():
    hub = FakeHub()
    stream = EventStream(hub)
    await stream.__anext__()
    hub.close_streams()
    stream.close()
    assert not hub.streams
    try:
        await stream.__anext__()
    except StopAsyncIteration:
        return
    raise AssertionError("it goes on")


async def test_streams_are_few_and_need_memory():
    hub = FakeHub()
    for _ in range(2):
        response = await respond(hub, "GET", "/events")
        assert response.is_stream and response.kind == "text/event-stream"
    response = await respond(hub, "GET", "/api/v1/events")
    assert response.status == 503 and "Retry-After" in response.headers
    hub.close_streams()
    hub.memory.is_low = True
    assert (await respond(hub, "GET", "/events")).status == 503
    hub.memory = FakeMemory(5900)
    assert (await respond(hub, "GET", "/events")).status == 503
    assert not hub.streams

"""What a bulb, a cover or any other device has besides on and off, over HTTP."""

import json

from fake_hub import FakeHub, ask
from kind_home import BULB, COVER, FEEDER, STRIP, Face, plug_of

from hub.targets.kinds.outlets import Outlet


def hub_with(dps, word, **settings):
    hub = FakeHub()
    plug = hub.targets.plugs["it"] = plug_of(Face(dps), word, hub.broadcast, **settings)
    return hub, plug


async def test_values_say_what_they_are_and_what_they_take():
    hub, _ = hub_with(BULB, "bulb")
    status, body = await ask(hub, "GET", "/api/v1/plugs/it/values")
    assert status == 200 and sorted(body) == ["brightness", "colour", "mode", "temperature"]
    assert body["brightness"] == {
        "type": "number",
        "min": 0,
        "max": 100,
        "step": 1,
        "unit": "%",
        "settable": True,
        "value": 50,
    }
    assert body["colour"]["value"] == "#0000ff"
    hub, _ = hub_with({1: True, 4: "standby", 5: 215}, "custom", mapping=FEEDER)
    _, body = await ask(hub, "GET", "/api/v1/plugs/it/values")
    assert body["va_temperature"]["value"] == 21.5 and body["va_temperature"]["unit"] == "℃"
    assert body["feed_state"]["options"] == ["standby", "feeding"]
    assert body["manual_feed"]["value"] is None
    assert await ask(FakeHub(), "GET", "/api/v1/plugs/lamp/values") == (200, {})


async def test_values_are_set_and_the_answer_is_what_was_confirmed():
    hub, plug = hub_with(BULB, "bulb")
    path = "/api/v1/plugs/it/values"
    status, state = await ask(hub, "PUT", path, {"colour": "#00ff00", "brightness": 50})
    assert status == 200 and state["values"]["colour"] == "#008000" and state["on"] is True
    status, state = await ask(hub, "PUT", path, {"on": False})
    assert status == 200 and state["on"] is False and plug.cause == "HTTP"
    hub, plug = hub_with(COVER, "cover")
    status, state = await ask(hub, "PUT", path, {"command": "stop"})
    assert status == 200 and plug.device.last == {1: "stop"}


async def test_what_it_does_not_take_is_refused_and_nothing_is_written():
    hub, plug = hub_with(BULB, "bulb")
    path = "/api/v1/plugs/it/values"
    for wrong, expected in (
        ({"position": 5}, "position"),
        ({}, "Expected some of brightness"),
        ({"brightness": [5]}, "plain value"),
        ({"on": 1}, "true or false"),
        ({"brightness": 101}, "brightness is 0 to 100"),
        ({"colour": "red"}, "#ff8000"),
        ({"brightness": "bright"}, "brightness is 0 to 100"),
    ):
        status, body = await ask(hub, "PUT", path, wrong)
        assert status == 400 and expected in body["detail"], (wrong, body)
    assert not plug.device.written
    hub, plug = hub_with({5: 215}, "custom", mapping={"5": FEEDER["5"]})
    status, body = await ask(hub, "PUT", path, {"va_temperature": 5})
    assert status == 400 and not plug.device.written
    status, body = await ask(FakeHub(), "PUT", "/api/v1/plugs/lamp/values", {"brightness": 5})
    assert status == 400


async def test_outlets_have_routes_of_their_own():
    hub, strip = hub_with(STRIP, "strip")
    fan = hub.targets.outlets["fan"] = Outlet("fan", 2, hub.broadcast)
    fan.attach(strip)
    status, states = await ask(hub, "GET", "/api/v1/outlets")
    assert status == 200 and [state["name"] for state in states] == ["fan"]
    status, state = await ask(hub, "PUT", "/api/v1/outlets/fan/switch", {"on": True})
    assert status == 200 and state["on"] is True and strip.device.last == {2: True}
    status, state = await ask(hub, "POST", "/api/v1/outlets/fan/toggle", {})
    assert (status, state["on"], state["plug"]) == (200, False, "it")
    assert (await ask(hub, "GET", "/api/v1/outlets/desk"))[0] == 404


async def test_events_tell_of_kinds_and_outlets():
    from hub.web.events import EventStream

    hub, strip = hub_with(STRIP, "strip")
    fan = hub.targets.outlets["fan"] = Outlet("fan", 2, hub.broadcast)
    fan.attach(strip)
    stream = EventStream(hub)
    snapshot = data_of(b"".join(await stream.__anext__()))
    assert snapshot["outlets"][0]["name"] == "fan"
    assert snapshot["plugs"][-1]["kind"] == "strip"
    assert snapshot["plugs"][-1]["values"]["switch_2"] is False
    await fan.switch(True)
    change = data_of(b"".join(await stream.__anext__()))
    assert change["outlets"] == [hub.state_of(fan)] and change["outlets"][0]["on"] is True
    stream.close()


def data_of(event):
    return json.loads(event.split(b"data: ", 1)[1])

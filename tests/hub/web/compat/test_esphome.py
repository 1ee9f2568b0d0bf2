"""Plugs as ESPHome's web server shows them."""

import json

from fake_hub import FakeHub, ask, respond
from kind_home import BULB, COVER, THERMOSTAT, of_kind

from hub.web.compat.esphome import ESPHomeStream


async def test_switches_and_sensors_are_read():
    hub = FakeHub(esphome=True)
    assert (await ask(hub, "GET", "/switch/desk_lamp"))[1] == {
        "id": "switch-desk_lamp",
        "name": "desk lamp",
        "value": False,
        "state": "OFF",
    }
    for path in ("/sensor/desk lamp power", "/switch/desk lamp"):
        assert (await ask(hub, "GET", path))[1]["name"] == path.split("/")[2]
    _, sensor = await ask(hub, "GET", "/sensor/desk_lamp_power")
    assert (sensor["id"], sensor["state"]) == ("sensor-desk_lamp_power", "95.7 W")
    for path in ("/switch/nobody", "/sensor/nobody_power", "/sensor/lamp", "/sensor/lamp_x"):
        status, answer = await ask(hub, "GET", path)
        assert (status, answer["title"]) == (404, "Not found"), path


async def test_a_plug_is_switched():
    hub = FakeHub(esphome=True)
    for verb, on in (("turn_on", True), ("turn_off", False), ("toggle", True)):
        assert (await ask(hub, "POST", "/switch/lamp/" + verb)) == (200, b"")
        assert hub.targets.plugs["lamp"].on is on
    assert (await ask(hub, "GET", "/switch/lamp/toggle"))[0] == 405


def named(parts, name):
    """Return the data of the events of that name."""
    found = []
    for frame in b"".join(parts).decode().split("\n\n"):
        lines = frame.split("\n")
        if lines[0] == "event: " + name:
            found += [json.loads(line[6:]) for line in lines if line.startswith("data: ")]
    return found


async def test_the_stream_has_both_kinds_of_events():
    hub = FakeHub(esphome=True)
    stream = (await respond(hub, "GET", "/events")).body
    assert isinstance(stream, ESPHomeStream)
    first = b"".join(await stream.__anext__())
    assert named([first], "ping")[0]["title"] == "plughub"
    assert len(named([first], "snapshot")) == 1
    ids = [state["id"] for state in named([first], "state")]
    assert "switch-lamp" in ids and "sensor-desk_lamp_energy" in ids
    hub.targets.plugs["lamp"].on = True
    hub.broadcast.tell(hub.targets.plugs["lamp"])
    hub.broadcast.tell(hub.targets.relays["fan"])
    change = b"".join(await stream.__anext__())
    assert len(named([change], "change")) == 1
    states = named([change], "state")
    assert states[0]["value"] is True
    assert all(["desk_lamp" not in state["id"] for state in states])
    other = (await respond(hub, "GET", "/api/v1/events")).body
    assert not isinstance(other, ESPHomeStream)


def with_kind(dps, word):
    return of_kind(FakeHub(esphome=True), "desk lamp", dps, word)


async def test_a_light():
    hub, bulb = with_kind(BULB, "bulb")
    path = "/light/desk_lamp"
    assert (await ask(hub, "POST", path + "/turn_on?brightness=255&r=255&g=0&b=0"))[0] == 200
    _, state = await ask(hub, "GET", path)
    assert state["color"] == {"r": 255, "g": 0, "b": 0} and state["state"] == "ON"
    assert (state["id"], state["brightness"]) == ("light-desk_lamp", 255)
    await ask(hub, "POST", path + "/toggle")
    assert bulb.on is False
    for wrong in ("?brightness=256", "?brightness=x", "?r=999", "?r=-1"):
        assert (await ask(hub, "POST", path + "/turn_on" + wrong))[0] == 400, wrong
    assert bulb.on is False
    assert (await ask(hub, "POST", "/light/lamp/turn_on"))[0] == 404  # a plug is no light
    assert (await ask(hub, "POST", "/cover/desk_lamp/open"))[0] == 404


async def test_a_cover_and_a_thermostat():
    hub, cover = with_kind(COVER, "cover")
    assert (await ask(hub, "POST", "/cover/desk_lamp/set?position=0.25"))[0] == 200
    assert cover.device.last == {2: 25}
    await ask(hub, "POST", "/cover/desk_lamp/stop")
    assert cover.device.last == {1: "stop"}
    await ask(hub, "POST", "/cover/desk_lamp/open")
    _, state = await ask(hub, "GET", "/cover/desk_lamp")
    assert (state["value"], state["current_operation"]) == (0.4, "OPENING")
    assert (await ask(hub, "POST", "/cover/desk_lamp/set"))[0] == 400
    hub, bath = with_kind(THERMOSTAT, "climate")
    assert (await ask(hub, "POST", "/climate/desk_lamp/set?target_temperature=23"))[0] == 200
    assert bath.device.dps[2] == 23
    await ask(hub, "POST", "/climate/desk_lamp/set?mode=OFF")
    assert (await ask(hub, "GET", "/climate/desk_lamp"))[1] == {
        "id": "climate-desk_lamp",
        "name": "desk lamp",
        "state": "OFF",
        "mode": "OFF",
        "target_temperature": 23,
        "current_temperature": 19,
    }
    assert (await ask(hub, "POST", "/climate/desk_lamp/set"))[0] == 400


async def test_kinds_are_told_of_in_the_stream_as_what_they_are():
    hub, _ = with_kind(COVER, "cover")
    stream = (await respond(hub, "GET", "/events")).body
    ids = [state["id"] for state in named([b"".join(await stream.__anext__())], "state")]
    assert "cover-desk_lamp" in ids and "switch-lamp" in ids and "switch-desk_lamp" not in ids

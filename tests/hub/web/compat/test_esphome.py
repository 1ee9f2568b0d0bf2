"""Plugs as ESPHome's web server shows them."""

import json

from fake_hub import FakeHub, ask, respond

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

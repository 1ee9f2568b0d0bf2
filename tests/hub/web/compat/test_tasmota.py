"""A plug as a Tasmota device."""

from fake_hub import FakeHub, Folder, ask
from kind_home import BULB, COVER, STRIP, of_kind


async def cm(hub, command, method="GET"):
    return await ask(hub, method, "/p/lamp/cm?cmnd=" + command)


async def test_power_is_read_and_switched():
    with Folder():
        hub = FakeHub(tasmota=True)
        assert await cm(hub, "Power") == (200, {"POWER": "OFF"})
        assert await cm(hub, "Power1+1", "POST") == (200, {"POWER": "ON"})
        assert await cm(hub, "POWER%20TOGGLE", "POST") == (200, {"POWER": "OFF"})
        assert (await cm(hub, "Power+on"))[0] == 401  # a GET without a token
        assert (await cm(hub, "Power+blink", "POST"))[0] == 400
        assert hub.targets.plugs["lamp"].on is False


async def test_status_in_parts():
    hub = FakeHub(tasmota=True)
    _, answer = await cm(hub, "Status+8")
    energy = answer["StatusSNS"]["ENERGY"]
    assert (energy["Power"], energy["Voltage"], energy["Total"]) == (95.7, 230.4, 1.5)
    assert energy["ApparentPower"] == 96.1 and energy["Factor"] == 1.0
    assert "Yesterday" not in energy
    _, answer = await cm(hub, "Status+0")
    assert answer["StatusNET"]["IPAddress"] == "192.0.2.7"
    assert answer["Status"]["Topic"] == "bf1" and answer["StatusSTS"]["UptimeSec"] == 77
    assert (await cm(hub, "State"))[1]["POWER"] == "OFF"


async def test_other_commands_and_plugs_are_refused():
    hub = FakeHub(tasmota=True)
    for command in ("", "Backlog", "Status+99"):
        status, answer = await cm(hub, command)
        assert (status, answer["title"]) == (400, "Bad request"), command
    assert (await ask(hub, "GET", "/p/nobody/cm?cmnd=Power"))[0] == 404
    assert (await ask(FakeHub(), "GET", "/p/lamp/cm?cmnd=Power"))[0] == 404


def with_kind(dps, word):
    return of_kind(FakeHub(tasmota=True), "lamp", dps, word)


async def test_a_strip_has_a_power_for_each_outlet():
    hub, strip = with_kind(STRIP, "strip")
    with Folder():
        status, answer = await cm(hub, "Power2+on", "POST")
        assert status == 200 and strip.device.last == {2: True}
        assert [answer["POWER%d" % n] for n in (1, 2, 3)] == ["ON", "ON", "ON"]
        assert (await cm(hub, "Power3+toggle", "POST"))[1]["POWER3"] == "OFF"
        assert (await cm(hub, "Power4+on", "POST"))[0] == 400
        assert (await cm(hub, "Power2+on"))[0] == 401  # a GET without a token


async def test_a_bulb_dims_and_has_a_colour():
    hub, _ = with_kind(BULB, "bulb")
    with Folder():
        _, answer = await cm(hub, "Dimmer+10", "POST")
        assert (answer["Dimmer"], answer["POWER"]) == (10, "ON")
        assert (await cm(hub, "Color+00ff00", "POST"))[1]["Color"] == "00ff00"
        assert (await cm(hub, "Color+255,0,0", "POST"))[1]["Color"] == "ff0000"
        assert (await cm(hub, "CT+153", "POST"))[1]["CT"] == 153
        for wrong in ("Dimmer+101", "Color+red", "CT+1", "Dimmer+x", "Color+1,2"):
            assert (await cm(hub, wrong, "POST"))[0] == 400, wrong
        assert (await cm(hub, "ShutterOpen", "POST"))[0] == 400


async def test_a_cover_is_a_shutter():
    hub, cover = with_kind(COVER, "cover")
    with Folder():
        _, answer = await cm(hub, "ShutterClose1", "POST")
        assert cover.device.last == {1: "close"} and answer["Shutter1"]["Direction"] == -1
        await cm(hub, "ShutterStop", "POST")
        assert cover.device.last == {1: "stop"}
        await cm(hub, "ShutterPosition1+70", "POST")
        assert cover.device.last == {2: 70}
        assert (await cm(hub, "State"))[1]["Shutter1"] == {"Position": 40, "Direction": 0}

"""A plug as a Tasmota device."""

from fake_hub import FakeHub, Folder, ask


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

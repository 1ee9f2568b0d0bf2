"""Routes of plugs, relays, groups and scenes."""

from fake_hub import FakeHub, ask

from hub.targets.target import Locked
from tuya.errors import NoReply, Rejected


async def test_targets_are_listed_and_found_by_name_or_id():
    hub = FakeHub()
    _, plugs = await ask(hub, "GET", "/api/v1/plugs")
    assert [plug["name"] for plug in plugs] == ["lamp", "desk lamp"]
    assert (await ask(hub, "GET", "/api/v1/relays"))[1] == [{"name": "fan", "on": False}]
    for name in ("desk lamp", "bf2"):
        status, plug = await ask(hub, "GET", "/api/v1/plugs/" + name)
        assert (status, plug["id"]) == (200, "bf2")
    for path in ("plugs/nobody", "relays/bf2", "groups/lamp"):
        status, answer = await ask(hub, "GET", "/api/v1/" + path)
        assert (status, answer["title"]) == (404, "Not found"), path
        assert path.split("/")[1] in answer["detail"]


async def test_switching_answers_what_was_confirmed():
    hub = FakeHub()
    for kind, name in (("plugs", "lamp"), ("relays", "fan"), ("groups", "all")):
        path = "/api/v1/%s/%s/" % (kind, name)
        status, state = await ask(hub, "PUT", path + "switch", {"on": True})
        assert (status, state["on"]) == (200, True)
        status, state = await ask(hub, "POST", path + "toggle", {})
        assert (status, state["on"]) == (200, False)
    assert (await ask(hub, "POST", "/api/v1/scenes/away/run", {}))[1]["on"] is True
    path = "/api/v1/plugs/lamp/switch"
    assert (await ask(hub, "PUT", path, {"on": True, "for": 600}))[0] == 200
    for wrong in ({}, [], {"on": 1}, {"on": True, "for": 0}, {"on": True, "for": True}):
        status, answer = await ask(hub, "PUT", path, wrong)
        assert (status, answer["title"]) == (400, "Bad request"), wrong


async def test_what_a_plug_does_not_do_is_told():
    hub = FakeHub()
    for error, status, title in (
        (Locked("lamp is locked by the rule night"), 409, "Conflict"),
        (Rejected("no"), 502, "Bad gateway"),
        (NoReply("nothing came"), 504, "Gateway timeout"),
    ):
        hub.targets.plugs["lamp"].error = error
        for method, verb, body in (
            ("PUT", "switch", {"on": True}),
            ("POST", "refresh", {}),
            ("PUT", "dps", {"dps": {"1": True}}),
        ):
            found, answer = await ask(hub, method, "/api/v1/plugs/lamp/" + verb, body)
            assert (found, answer["title"]) == (status, title)
            assert error.seen in answer["detail"]


async def test_raw_dps():
    hub = FakeHub()
    path = "/api/v1/plugs/lamp/dps"
    assert (await ask(hub, "GET", path))[1] == {"dps": {"1": False, "19": 957}}
    assert (await ask(hub, "PUT", path, {"dps": {"1": True}}))[1]["dps"]["1"] is True
    for wrong in ({}, {"dps": {}}, {"dps": {"x": 1}}, {"dps": {"1": [1]}}, {"dps": {"256": 1}}):
        assert (await ask(hub, "PUT", path, wrong))[0] == 400, wrong
    hub.targets.plugs["lamp"].lock = "locked by the rule night"
    assert (await ask(hub, "PUT", path, {"dps": {"7": True}}))[0] == 409
    assert (await ask(hub, "PUT", path, {"dps": {"7": False}}))[0] == 200


async def test_refresh_and_release():
    hub = FakeHub()
    assert (await ask(hub, "POST", "/api/v1/plugs/lamp/refresh", {}))[0] == 200
    assert hub.targets.plugs["lamp"].device.queries == 1
    path = "/api/v1/plugs/lamp/release"
    assert (await ask(hub, "POST", path, {}))[0] == 200
    assert (await ask(hub, "POST", path, {"seconds": 5}))[0] == 200
    assert hub.connections.released == [("a slot", 60000), ("a slot", 5000)]
    for seconds in (0, 3601, True, "5"):
        assert (await ask(hub, "POST", path, {"seconds": seconds}))[0] == 400


async def test_settings_that_no_plug_has_are_refused():
    hub = FakeHub()
    path = "/api/v1/plugs/lamp/settings"
    for wrong in ({}, {"colour": "red"}):
        status, answer = await ask(hub, "PUT", path, wrong)
        assert status == 400 and answer["detail"], wrong


class History:
    def short(self):
        return [1.5, None]

    def long(self):
        return [2]


async def test_histories():
    hub = FakeHub()
    hub.targets.plugs["lamp"].history = History()
    _, answer = await ask(hub, "GET", "/api/v1/plugs/lamp/history")
    assert answer["power"] == [1.5, None] and answer["long_power"] == [2] and answer["days"] == []
    _, answer = await ask(hub, "GET", "/api/v1/history")
    assert answer["power"] == {"lamp": [1.5, None], "desk lamp": []} and answer["step"] == 5
    hub.targets.plugs = {}
    assert (await ask(hub, "GET", "/api/v1/history"))[1] == {"step": 5, "power": {}}

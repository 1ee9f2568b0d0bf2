"""The paths of tinytuya's API server."""

from fake_hub import FakeHub, Folder, ask

from hub.web.compat import tinytuya
from hub.web.login.passwords import fingerprint
from tuya.errors import Offline
from tuya.port import compact_json

TOKENS = {"controller": "control", "reader": "read", "keeper": "admin"}


def a_hub(**web):
    hub = FakeHub(tinytuya=True, **web)
    for plug in hub.targets.plugs.values():
        plug.device.online = True
        plug.device.version = "3.3"
        plug.device.key = "0123456789abcdef"
        plug.check_lock = lambda on: None
    hub.targets.plugs["lamp"].device.dps = {1: False, 2: True, 9: 0, 19: 957}
    return hub


def give_tokens():
    tokens = [[name, TOKENS[name], fingerprint(name)] for name in TOKENS]
    with open("auth.json", "w") as file:
        file.write(compact_json({"hash": "00", "tokens": tokens}))


async def get(hub, path, token="controller"):
    return await ask(hub, "GET", path, authorization="Bearer " + token)


async def test_without_its_switch_there_is_nothing():
    assert (await ask(FakeHub(), "GET", "/devices"))[0] == 404


async def test_devices_are_told_of_by_id_and_without_keys():
    hub = a_hub()
    status, devices = await ask(hub, "GET", "/devices")
    assert status == 200 and sorted(devices) == ["bf1", "bf2"]
    assert devices["bf1"]["name"] == "lamp" and devices["bf1"]["ip"] == "192.0.2.7"
    assert devices["bf1"]["version"] == "3.3" and devices["bf1"]["key"] == ""
    assert (await ask(hub, "GET", "/device/desk lamp"))[1]["id"] == "bf2"
    hub.targets.plugs["lamp"].device.address = None
    assert (await ask(hub, "GET", "/devices"))[1]["bf1"]["ip"] is None
    assert (await ask(hub, "GET", "/numdevices"))[1]["found"] == 2
    assert (await ask(hub, "GET", "/offline"))[1] == {}
    hub.targets.plugs["lamp"].device.online = False
    assert (await ask(hub, "GET", "/offline"))[1] == {"bf1": {"name": "lamp", "mac": ""}}
    _, count = await ask(hub, "GET", "/numdevices")
    assert (count["found"], count["registered"]) == (1, 2)
    hub.targets.plugs.clear()
    assert await ask(hub, "GET", "/devices") == (200, {})


async def test_a_status_is_asked_for_by_name_and_by_id():
    hub = a_hub()
    for path in ("/status/bf1", "/status/lamp"):
        status, answer = await ask(hub, "GET", path)
        assert status == 200 and answer["devId"] == "bf1"
        assert answer["dps"] == {"1": False, "2": True, "9": 0, "19": 957}
    assert hub.targets.plugs["lamp"].device.queries == 2


async def test_a_get_that_switches_wants_a_token_whatever_else_is_open():
    with Folder():
        hub = a_hub()
        lamp = hub.targets.plugs["lamp"]
        give_tokens()
        assert (await ask(hub, "GET", "/turnon/bf1"))[0] == 401
        assert (await get(hub, "/turnon/bf1", "reader"))[0] == 403
        assert lamp.on is False
        assert await get(hub, "/turnon/bf1") == (200, {"status": "OK"})
        assert lamp.on is True
        assert (await ask(hub, "GET", "/turnoff/lamp?password=controller"))[0] == 200
        assert lamp.on is False
        assert (await ask(hub, "HEAD", "/turnon/bf1", authorization="Bearer controller"))[0] == 405
        assert lamp.on is False
        # A page of another site makes a browser send it.
        status, _ = await ask(
            hub, "GET", "/turnon/bf1?password=controller", sec_fetch_site="cross-site"
        )
        assert status == 403 and lamp.on is False


async def test_other_switches_and_dps_are_written():
    with Folder():
        hub = a_hub()
        dps = hub.targets.plugs["lamp"].device.dps
        give_tokens()
        assert (await get(hub, "/turnoff/bf1/2"))[0] == 200 and dps[2] is False
        assert (await get(hub, "/set/bf1/switch_2/true"))[0] == 200 and dps[2] is True
        assert (await get(hub, "/set/bf1/9/60"))[0] == 403  # which is for administrators
        for text, value in (("60", 60), ("-5", -5), ("memory", "memory"), ('"a"', "a")):
            assert (await get(hub, "/set/bf1/9/" + text, "keeper"))[0] == 200
            assert dps[9] == value, text
        assert (await get(hub, "/set/bf1/1/True"))[0] == 200
        assert hub.targets.plugs["lamp"].on is True


async def test_what_cannot_be_is_an_error_as_its_clients_know_it():
    with Folder():
        hub = a_hub()
        give_tokens()
        assert await get(hub, "/status/nobody") == (
            404,
            {"Error": "Device ID not found.", "id": "nobody"},
        )
        for path in ("/turnon/bf1/x", "/turnon/bf1/9", "/turnon/bf1/999", "/delayoff/bf1/2/5"):
            status, answer = await get(hub, path)
            assert status == 400 and answer["Error"], path
        assert (await get(hub, "/set/bf1/colour/red", "keeper"))[0] == 400
        hub.targets.plugs["lamp"].error = Offline("it is not there")
        status, answer = await get(hub, "/turnon/bf1")
        assert status == 504 and "not there" in answer["Error"]
        status, answer = await get(hub, "/status/bf1")
        assert status == 504 and "not there" in answer["Error"]


async def test_it_is_turned_off_later():
    class Timers:
        def __init__(self):
            self.begun = []

        def begin(self, *arguments):
            self.begun.append(arguments[:3])

        def end(self, name):
            pass

    with Folder():
        hub = a_hub()
        give_tokens()
        timers = Timers()
        hub.timers = lambda is_needed=False: timers
        assert (await get(hub, "/delayoff/bf1"))[1]["OK"] == "Turning off in 10 seconds."
        assert (await get(hub, "/delayoff/lamp/1/90"))[0] == 200
        assert timers.begun == [("lamp", False, 10), ("lamp", False, 90)]
        assert (await get(hub, "/delayoff/lamp/1/0"))[0] == 400


def test_the_text_of_a_path_stands_for_a_value():
    values = (("TRUE", True), ("false", False), ("7", 7), ("-7", -7), ("1.5", "1.5"), ("-", "-"))
    for text, value in values:
        assert tinytuya._value(text) == value, text

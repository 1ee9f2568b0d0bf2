"""Routes that are asked for seldom: days of a year, the logbook, devices that are heard."""

import json
import sys

from fake_hub import FakeHub, Folder, ask, respond

from hub import logbook
from hub.energy import years
from tuya.discovery import Found

TODAY = 20785


class Meter:
    def __init__(self, day):
        self.day = day

    def save(self):
        return {"day": self.day, "days": [500, 70]}


async def test_days_of_a_year_are_those_of_the_file_and_of_the_meter():
    hub = FakeHub()
    path = "/api/v1/plugs/lamp/days"
    assert (await ask(hub, "GET", path))[1] == {"day": None, "days": []}
    with Folder():
        years.keep("bf1", {"day": TODAY - 1, "days": [1000, 400]})
        hub.targets.plugs["lamp"].meter = Meter(TODAY)
        status, found = await ask(hub, "GET", path)
        assert status == 200 and found["day"] == TODAY and len(found["days"]) == 366
        assert found["days"][-3:] == [1.0, 0.5, 0.07]
        assert set(found["days"][:-3]) == {None}
        hub.targets.plugs["lamp"].meter = Meter(None)
        assert (await ask(hub, "GET", path))[1] == {"day": None, "days": [0.5, 0.07]}


async def test_the_logbook_is_told():
    logbook.note("lamp", True, "rule evening")
    status, found = await ask(FakeHub(), "GET", "/api/v1/logbook")
    assert status == 200
    last = found[-1]
    assert (last["name"], last["on"], last["cause"]) == ("lamp", True, "rule evening")


class Heard:
    """Stands for discover(): hears the same on each port."""

    def __init__(self, ms, ports):
        self._left = [
            Found("bf1", "192.0.2.7", "3.3", "a"),  # which is a plug of the hub
            Found("bf9", "192.0.2.9", "3.5", "b"),
        ]

    def __aiter__(self):
        return self

    async def __anext__(self):
        if not self._left:
            raise StopAsyncIteration
        return self._left.pop(0)


def hearing(*ports):
    """Return what stands for discover() where only these ports are free."""

    def discover(ms, ports):
        if ports[0] not in free:
            raise OSError(98)
        return Heard(ms, ports)

    free = ports
    return discover


async def answer_of(discover):
    """Return (status, body) of the search for devices."""
    import tuya.discovery  # it is forgotten after use

    hub = FakeHub()
    discovery = sys.modules["tuya.discovery"]
    before = discovery.discover
    discovery.discover = discover
    try:
        return await ask(hub, "GET", "/api/v1/found")
    finally:
        discovery.discover = before
        assert tuya and not hub.spare.locked()


async def test_devices_that_are_no_plugs_yet_are_found_once():
    new = [{"id": "bf9", "address": "192.0.2.9", "version": "3.5"}]
    assert await answer_of(hearing(6666, 6667, 7000)) == (200, new)
    # One port may be another program's.
    assert await answer_of(hearing(6666)) == (200, new)


async def test_without_a_socket_nothing_is_heard():
    status, answer = await answer_of(hearing())
    assert status == 503 and "No socket is free" in answer["detail"]


async def test_what_makes_an_app_of_the_page_has_the_name_of_the_hub():
    hub = FakeHub()
    hub.name = "attic"
    response = await respond(hub, "GET", "/manifest.json")
    assert response.kind == "application/manifest+json"
    about = json.loads(response.body)
    assert about["name"] == about["short_name"] == "attic" and about["display"] == "standalone"
    assert [icon["src"] for icon in about["icons"]] == ["icon.svg", "icon.png"]


async def test_a_script_that_a_browser_has_is_not_sent_again():
    response = await respond(FakeHub(), "GET", "/more.js")
    if response.status == 503:  # only the firmware has it
        assert b"firmware" in response.body
        return
    tag = response.headers.split("ETag: ")[1].split("\r\n")[0]
    assert (await respond(FakeHub(), "GET", "/more.js", if_none_match=tag)).status == 304


async def test_the_page_and_other_programs_are_told_apart():
    hub = FakeHub()
    asked = []

    async def perform(action, cause):
        asked.append(cause)
        return hub.targets.find(action.name)

    hub.executor.perform = perform
    path = "/api/v1/plugs/lamp/switch"
    assert (await ask(hub, "PUT", path, {"on": True}))[0] == 200
    page = {"host": "localhost", "origin": "http://localhost"}
    assert (await ask(hub, "PUT", path, {"on": True}, **page))[0] == 200
    assert asked == ["HTTP", "page"]

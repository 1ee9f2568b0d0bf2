"""Routes of the board itself, and what the firmware brings as files."""

from fake_hub import FakeHub, ask, respond
from fake_time import FakeTime
from patched import OnBoard, Patched

from hub.log import log
from hub.web import system as routes


class FakeStation:
    IF_STA = 0

    def __init__(self, interface):
        pass

    def isconnected(self):
        return True

    def status(self, what):
        return -57


class FakeNetwork:
    """A board's module `network`, with a good signal."""

    WLAN = FakeStation


async def test_health_and_state():
    hub = FakeHub()
    _, health = await ask(hub, "GET", "/health")
    assert health["ok"] is True
    with OnBoard(FakeNetwork):
        status, system = await ask(hub, "GET", "/api/v1/system")
    assert (status, system["version"], system["uptime"]) == (200, health["version"], 77)
    assert system["rssi"] == -57
    assert system["heap_free"] == 40000 and system["heap_used"] == 72000
    assert system["network_heap_free"] is None and system["connections"] == [1, 5]


class FakeOS:
    """A file system that counts how often somebody asks what is free of it."""

    asked = 0

    def statvfs(self, path):
        self.asked += 1
        return (512, 512, 100, 100 - self.asked, 0, 0, 0, 0, 0, 255)


async def test_a_file_system_is_asked_once_a_minute_what_is_free_of_it():
    hub = FakeHub()
    fake = FakeOS()
    with Patched(routes, os=fake, _flash=None), OnBoard(FakeNetwork), FakeTime() as time:
        for seconds, free in ((0, 99), (59, 99), (2, 98)):
            time.skip(seconds * 1000)
            _, system = await ask(hub, "GET", "/api/v1/system")
            assert system["flash_free"] == free * 512, seconds
    assert fake.asked == 2


async def test_the_log_after_a_line():
    log("first")
    log("second")
    hub = FakeHub()
    _, lines = await ask(hub, "GET", "/api/v1/log")
    assert [line["text"].split(" ")[-1] for line in lines][-2:] == ["first", "second"]
    _, rest = await ask(hub, "GET", "/api/v1/log?after=%d" % lines[-2]["seq"])
    assert rest == lines[-1:]


async def test_a_restart_is_asked_for():
    hub = FakeHub()
    assert (await ask(hub, "POST", "/api/v1/restart", {}))[1] == {"restarting": True}
    assert (await ask(hub, "POST", "/api/v1/restart"))[0] == 415
    assert hub.runtime.restarts == 1


async def test_the_time_of_a_browser_is_not_taken_where_there_is_a_better_one():
    status, answer = await ask(FakeHub(), "PUT", "/api/v1/time", {"time": 1900000000})
    assert (status, answer["taken"]) == (200, False) and answer["time"] != 1900000000
    for time in (1, -1, "x", None, 1.5, 2**60):
        assert (await ask(FakeHub(), "PUT", "/api/v1/time", {"time": time}))[0] == 400, time
    assert (await ask(FakeHub(), "PUT", "/api/v1/time", {}))[0] == 400


async def test_a_page_comes_with_its_tag_or_says_where_it_is():
    response = await respond(FakeHub(), "GET", "/")
    if response.status == 503:  # only the firmware has it
        assert b"firmware" in response.body
        return
    tag = response.headers.split("ETag: ")[1].split("\r\n")[0]
    assert "frame-ancestors 'none'" in response.headers
    assert (await respond(FakeHub(), "GET", "/", if_none_match=tag)).status == 304

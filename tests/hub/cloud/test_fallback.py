"""Plugs that the LAN does not reach, and the stand-in of Tuya's cloud."""

from cloud_world import World
from fake_hub import FakeHub, FakePlug, ask
from fake_time import FakeTime
from openapi_standin import CLIENT_ID, SECRET

import hub.logbook
import tuya
from hub.cloud.fallback import Fallback
from hub.components import schema
from hub.config.secrets import masked, take
from hub.net import fallback
from hub.net.fallback import FallbackDevice
from hub.system.state import State
from tuya.errors import Offline, Rejected, TuyaError
from tuya.port import sleep_ms

ID = "bf000000000000000000xy"
KEY = "0123456789abcdef"
TOKEN, DPS = "/v1.0/token", "/v1.1/devices/%s/specifications" % ID


class Home:
    """A hub with one plug, which is asked for by what stands at the button."""

    def __init__(self, after=30):
        self.world = World()
        self.hub = FakeHub()
        self.fallback = Fallback(self.hub, {"after": after}, self.world.http, self._cloud)
        self.hub.built = lambda section: self.fallback if section == "cloud" else None
        self.hub.state = State("nowhere.json")
        self.plug = FakePlug("lamp", ID)
        self.device = FallbackDevice(
            ID, "192.0.2.7", KEY, "3.3", 6668, None, lambda: self.hub.built("cloud")
        )
        self.plug.device = self.device
        self.plug.asked_by = "button hall"
        self.plug.slot = self
        self.hub.targets.plugs["lamp"] = self.plug

    def _cloud(self, http):
        now_ms = lambda: self.world.ms  # noqa: E731
        return tuya.Cloud(CLIENT_ID, SECRET, "cloud.test", http, now_ms, sleep_ms, patience_ms=0)

    async def set(self, dps):
        """Write DPs; return the error, None where it worked."""
        try:
            await self.device.set(dps)
        except TuyaError as e:
            assert SECRET not in str(e) and KEY not in str(e)
            return e
        return None

    def asked(self):
        paths, self.world.api.asked = self.world.api.asked, []
        return paths


async def test_a_plug_that_is_gone_for_long_is_switched_through_the_cloud():
    with FakeTime():
        home = Home()
        assert await home.set({1: True}) and home.asked() == []  # not for long enough yet
        command = "/v1.0/iot-03/devices/%s/commands" % ID
        seconds = fallback.unix_time
        fallback.unix_time = lambda: seconds() + 31
        try:
            assert await home.set({1: True}) is None
            assert home.asked() == [TOKEN, DPS, command]
            told = {"commands": [{"code": "switch_1", "value": True}]}
            assert home.world.api.commands == [(ID, told)]
            # The next one is a single request.
            assert await home.set({"1": False}) is None
            assert home.asked() == [command]
        finally:
            fallback.unix_time = seconds
        assert home.fallback.about()["calls"] == 4 and home.fallback.about()["commands"] == 2


async def test_it_is_shown_that_it_went_that_way_until_the_plug_is_back():
    with FakeTime():
        home = Home(after=0)
        assert await home.set({1: True}) is None
        assert home.fallback.sent[ID]["set"] == "on"
        entry = list(hub.logbook.entries())[-1]
        assert (entry["name"], entry["on"]) == ("lamp", "on")
        assert entry["cause"] == "button hall, through Tuya's cloud"
        home.device.online = True
        home.device.tell({})
        assert home.fallback.sent == {}
        # What fails while it is online is nothing that the cloud is for.
        assert isinstance(await home.set({1: True}), TuyaError)
        assert len(home.world.api.commands) == 1


async def test_what_the_plug_itself_refuses_is_not_tried_another_way():
    with FakeTime():
        home = Home(after=0)
        home.device.error = Rejected("it says no")
        assert isinstance(await home.set({1: True}), Rejected)
        assert home.asked() == []


async def test_what_the_cloud_cannot_set_is_said_beside_why_the_lan_fails():
    with FakeTime():
        home = Home(after=0)
        for dp in (7, 26):  # one that it has not got, and one of the type Json
            home.device.error = Offline("192.0.2.7 does not answer")
            error = await home.set({dp: True})
            assert isinstance(error, Offline)
            text = (
                "192.0.2.7 does not answer. Tuya's cloud did not help: it does not set the DP %d"
            )
            assert error.seen.startswith(text % dp), error.seen
        assert home.world.api.commands == []


async def test_a_quota_that_is_used_up_ends_it_and_trouble_on_the_way_does_not():
    with FakeTime():
        home = Home(after=0)
        home.world.api.faults = [("/v1.0/token", "drop", 9)]
        assert "cannot be reached" in (await home.set({1: True})).seen
        home.world.api.faults = [("/v1.0/token", 1199, 1)]
        assert await home.set({1: True})  # busy: nobody waits for minutes
        home.world.api.faults = [("/v1.0/token", "slow", 1)]
        assert "no answer within 15 s" in (await home.set({1: True})).seen
        assert home.fallback.stopped is None and await home.set({1: True}) is None
        home.world.api.faults = [("/v1.0/iot-03", 28841004, 1)]
        assert "(28841004)" in (await home.set({1: False})).seen
        home.asked()
        assert "(28841004)" in (await home.set({1: False})).seen
        assert home.asked() == []
        status, about = await ask(home.hub, "GET", "/api/v1/cloud")
        assert status == 200 and "(28841004)" in about["stopped"] and about["commands"] == 1


async def test_calls_are_counted_anew_in_another_month():
    with FakeTime():
        home = Home(after=0)
        home.hub.state.remember("cloud", "month", "2020-01")
        home.hub.state.remember("cloud", "calls", 700)
        assert home.fallback.about()["calls"] == 0
        await home.set({1: True})
        assert home.fallback.about()["calls"] == 3
        assert home.hub.state.recall("cloud", "month") == home.fallback.about()["month"]


async def test_without_a_project_there_is_nothing_to_tell():
    status, answer = await ask(FakeHub(), "GET", "/api/v1/cloud")
    assert status == 404 and '"cloud"' in answer["detail"]


def a_home(cloud=None, **more):
    plug = dict({"name": "lamp", "id": ID, "key": KEY, "cloud_fallback": True}, **more)
    config = {"plugs": [plug]}
    if cloud:
        config["cloud"] = dict({"client_id": CLIENT_ID, "secret": SECRET, "ca": "ca.pem"}, **cloud)
    return schema().check_values(config)


def test_the_configuration_is_checked():
    config = a_home({"region": "us"})
    assert config["faults"] == [] and config["plugs"][0]["cloud_fallback"]
    assert config["cloud"]["region"] == "openapi.tuyaus.com" and config["cloud"]["after"] == 30
    for cloud, words in (
        (None, 'plugs[0].cloud_fallback: it wants "cloud"'),
        ({"region": "moon"}, "cloud.region: not known here; known are eu, us"),
        ({"secret": "two words"}, "cloud.secret: expected a word"),
        ({"after": -1}, "cloud.after: expected a number of seconds"),
    ):
        faults = a_home(cloud)["faults"]
        assert words in faults[0] and "two words" not in faults[0], faults


def test_its_secret_is_one():
    secrets = {}
    left = take("cloud", None, {"client_id": "c", "secret": SECRET}, secrets)
    assert left == {"client_id": "c"} and secrets == {"cloud": SECRET}
    assert masked("cloud", left, secrets) == {"client_id": "c", "secret": "***"}

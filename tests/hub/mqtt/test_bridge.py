"""What a broker is told, when, and what comes of what it says."""

import json

from broker import Broker
from fake_time import FakeTime
from mqtt_home import Home

from tuya.errors import Offline
from tuya.port import sleep_ms


async def test_everything_is_told_at_first_and_that_the_hub_is_there_last():
    with FakeTime():
        async with Home() as home:
            broker = home.broker
            assert broker.topics == ["home/+/set", "home/input/+/set"]
            assert home.last("home/lamp/state") == {
                "on": False,
                "power": 95.7,
                "voltage": 230.4,
                "energy": 1.5,
            }
            assert home.last("home/lamp/availability") == {"state": "online"}
            assert home.last("home/fan/state") == {"on": False}
            assert home.last("home/all/state") == {"on": False}
            assert home.last("home/hub/state")["rssi"] == -58
            assert broker.messages[-1] == ("home/status", "online", True)
            assert all([is_retained for _, _, is_retained in broker.messages])
            assert home.bridge.about() == {"host": "192.0.2.1", "connected": True, "error": None}
        assert broker.messages[-1] == ("home/status", "offline", True)


async def test_a_change_is_told_at_once_and_a_measure_with_its_pace_and_delta():
    with FakeTime():
        async with Home() as home:
            await sleep_ms(2000)
            home.lamp.become(on=True)
            await sleep_ms(10)
            assert home.last("home/lamp/state")["on"] is True
            before = home.count("home/lamp/state")
            home.lamp.become(power=96.0)  # too little
            await sleep_ms(3000)
            assert home.count("home/lamp/state") == before
            home.lamp.become(power=120.0)
            await sleep_ms(10)
            assert home.last("home/lamp/state")["power"] == 120.0
            for power in range(200, 300):  # for 10 s
                home.lamp.become(power=float(power))
                await sleep_ms(100)
            assert home.count("home/lamp/state") - before <= 12
            await sleep_ms(2100)
            assert home.last("home/lamp/state")["power"] >= 293.0  # 2 % of it are no news
            home.lamp.become(on=False)  # switching waits for no pace
            home.lamp.become(on=True)
            await sleep_ms(10)
            home.lamp.become(on=False)
            await sleep_ms(10)
            assert home.last("home/lamp/state")["on"] is False


async def test_all_is_told_again_each_minute():
    with FakeTime():
        async with Home() as home:
            await sleep_ms(600000)
            for name in ("lamp", "fan", "all", "hub"):
                assert 9 <= home.count("home/%s/state" % name) <= 11, name
            assert home.count("home/lamp/availability") == 1


async def test_why_a_plug_is_offline_is_said():
    with FakeTime():
        async with Home() as home:
            home.lamp.become("nothing answers at its address")
            await sleep_ms(10)
            assert home.last("home/lamp/availability") == {
                "state": "offline",
                "reason": "nothing answers at its address",
            }
            home.lamp.become()
            await sleep_ms(10)
            assert home.last("home/lamp/availability") == {"state": "online"}


async def test_commands_are_carried_out_and_retained_or_long_ones_are_not():
    with FakeTime():
        async with Home() as home:
            broker, lamp = home.broker, home.lamp
            broker.publish("home/lamp/set", "ON", 2)
            await sleep_ms(10)
            assert lamp.on is True and home.last("home/lamp/state")["on"] is True
            broker.publish("home/lamp/set", "OFF", 3)  # retained
            broker.publish("home/lamp/set", "OFF" + " " * 900, 2)
            broker.publish("home/lamp/set", "OFF", 10)  # sent again
            await sleep_ms(100)
            assert lamp.on is True
            broker.publish("home/desk lamp/set", '{"on": true, "id": 5}', 2)
            await sleep_ms(10)
            assert home.last("home/desk lamp/result") == {"id": 5, "ok": True, "on": True}
            answers = [kept for where, _, kept in broker.messages if where[-7:] == "/result"]
            assert answers == [False]
            lamp.error = Offline("it is away")
            broker.publish("home/lamp/set", "OFF", 2)
            broker.publish("home/nobody/set", "OFF", 2)
            await sleep_ms(10)
            assert "it is away" in home.last("home/lamp/result")["error"]
            assert home.last("home/nobody/result")["ok"] is False


async def test_the_hub_restarts_when_it_is_told_to():
    with FakeTime():
        async with Home() as home:
            home.broker.publish("home/hub/set", "ON", 2)
            await sleep_ms(10)
            assert not home.hub.runtime.restarts
            home.broker.publish("home/hub/set", "restart", 2)
            await sleep_ms(10)
            assert home.hub.runtime.restarts == 1


async def test_buttons_and_notices_are_told_once_and_never_late():
    class Notices:
        name = None
        seq = 0
        last = []

    with FakeTime():
        away = Broker()
        async with Home(Broker(), OSError(111, "refused"), away) as home:
            hub = home.hub
            home.bridge.tell_button("hall", "press")
            home.bridge.tell_button("hall", "long")
            await sleep_ms(10)
            told = [text for topic, text, _ in home.broker.messages if topic == "home/button/hall"]
            assert [json.loads(text)["event_type"] for text in told] == ["press", "long"]
            hub.notices = Notices()
            for text in ("one", "two"):
                hub.notices.last.append({"time": None, "text": text})
                hub.broadcast.tell(hub.notices)
            await sleep_ms(10)
            hub.notices.last.append({"time": None, "text": "three"})
            hub.broadcast.tell(hub.notices)
            await sleep_ms(10)
            told = [json.loads(t)["text"] for w, t, _ in home.broker.messages if w == "home/log"]
            assert told == ["one", "two", "three"]
            home.broker.hang_up()
            await sleep_ms(100)
            home.bridge.tell_button("hall", "press")
            await sleep_ms(20000)
            assert away.messages and not away.last("home/button/hall")


async def test_what_changes_while_the_broker_is_away_is_told_as_it_is_then():
    with FakeTime():
        second = Broker()
        async with Home(Broker(), OSError(111, "refused"), second) as home:
            home.broker.hang_up()
            await sleep_ms(100)
            for on in (True, False, True):
                home.lamp.become(on=on, power=7.5)
            await sleep_ms(20000)
            states = [text for topic, text, _ in second.messages if topic == "home/lamp/state"]
            assert [json.loads(text)["on"] for text in states] == [True]
            assert second.messages[-1] == ("home/status", "online", True)


async def test_another_configuration_is_told_whole():
    with FakeTime():
        async with Home() as home:
            del home.broker.messages[:]
            home.hub.broadcast.start_again()
            await sleep_ms(100)
            assert home.last("home/fan/state") and home.last("home/lamp/state")


async def test_its_socket_goes_back_to_the_plugs():
    class Job:
        closed = False

        def close(self):
            self.closed = True

    home = Home()
    home.bridge.jobs = (Job(),)
    home.bridge.close()
    assert home.bridge.jobs[0].closed and home.hub.connections.count == 5

"""The firmware and a real broker: what paho sees, and that nothing depends on it."""

import json

from http_client import ask
from mqtt_board import NAME, about, connected, is_on, on_air, on_broker
from simulated_home import BUTTON, home, until

from bench.mosquitto import Judge
from fakeplug.ports import free_port

PASSWORD = "s3cret of the broker"


async def test_a_plug_is_shown_and_switched(tmp_path, interpreter, mosquitto):
    broker = mosquitto()
    async with on_air(tmp_path, interpreter, broker) as (plug, board, _, judge):
        state = json.loads(await judge.expect(f"{NAME}/lamp/state"))
        assert state["on"] is False and state["power"] == 95.7
        assert await judge.expect(f"{NAME}/status") == "online"
        assert await judge.expect(f"{NAME}/lamp/availability") == '{"state":"online"}'
        await judge.expect(f"{NAME}/fan/state")
        async with Judge(broker.port) as later:  # who is told what the broker keeps
            for name in ("lamp/state", "lamp/availability", "status", "fan/state"):
                await later.expect(f"{NAME}/{name}")
            assert all(message.retain for message in later.messages)
        judge.publish(f"{NAME}/lamp/set", "ON")
        await until(plug, lambda p: p.dps[1] is True)
        await judge.expect(f"{NAME}/lamp/state", is_on(True))
        judge.publish(f"{NAME}/lamp/set", json.dumps({"on": "toggle", "id": 7}))
        answer = json.loads(await judge.expect(f"{NAME}/lamp/result"))
        assert answer == {"id": 7, "ok": True, "on": False} and plug.dps[1] is False
        judge.publish(f"{NAME}/lmap/set", "ON")
        assert "nothing" in await judge.expect(f"{NAME}/lmap/result")
        plug.press({1: True})
        await judge.expect(f"{NAME}/lamp/state", is_on(True))
        board.send(f"press {BUTTON}")
        assert json.loads(await judge.expect(f"{NAME}/button/button on pin {BUTTON}")) == {
            "event_type": "press"
        }
        await judge.expect(f"{NAME}/lamp/state", is_on(False))
        # What was sent now is of QoS 1, and answers and events are kept by nobody.
        late = [message for message in judge.messages if "/result" in message.topic]
        assert late and all(message.qos == 1 and not message.retain for message in late)
        await board.cut_power()
        await judge.expect(f"{NAME}/status", lambda payload: payload == "offline")


async def test_a_retained_command_switches_nothing(tmp_path, interpreter, mosquitto):
    broker = mosquitto()
    async with broker, Judge(broker.port) as judge:
        judge.publish(f"{NAME}/lamp/set", "ON", is_retained=True)
        await judge.expect(f"{NAME}/lamp/set")
        async with home(tmp_path, interpreter, **on_broker(broker)) as (plug, board, port):
            await board.expect("MQTT: ignored at plughub/lamp/set: it is retained")
            await connected(port)
            assert plug.dps[1] is False


async def test_a_broker_that_has_forgotten_all_is_told_again(tmp_path, interpreter, mosquitto):
    broker = mosquitto()
    async with on_air(tmp_path, interpreter, broker) as (plug, _, port, _):
        await broker.kill()
        await connected(port, False)
        assert (await ask(port, "PUT", "/api/v1/plugs/lamp/switch", {"on": True}))[0] == 200
        assert plug.dps[1] is True
        assert (await about(port))["error"]
        await broker.start()
        await connected(port)
        async with Judge(broker.port) as judge:
            await judge.expect(f"{NAME}/lamp/state", is_on(True))
            assert await judge.expect(f"{NAME}/status") == "online"


async def test_a_broker_that_hangs_holds_up_nobody(tmp_path, interpreter, mosquitto):
    broker = mosquitto()
    async with on_air(tmp_path, interpreter, broker) as (plug, board, port, judge):
        broker.hang()
        for on in (True, False, True, False, True, False):
            board.send(f"press {BUTTON}")
            # Sooner than the hub gives the broker up.
            await until(plug, lambda p, on=on: p.dps[1] is on)
        assert "does not answer" in (await connected(port, False, 25))["error"]
        broker.hang(False)
        await connected(port, True, 30)
        await judge.expect(f"{NAME}/status", lambda payload: payload == "online")


async def test_why_a_broker_lets_nobody_in_is_said(tmp_path, interpreter, mosquitto):
    broker = mosquitto("allow_anonymous false")
    user = {"user": "me", "password": PASSWORD}
    settings = {"mqtt": {"host": "127.0.0.1", "port": broker.port} | user}
    async with broker, home(tmp_path, interpreter, **settings) as (_, board, port):
        await board.expect("MQTT: the broker at .* refuses: user and password do not allow it")
        found = await about(port)
        assert found["connected"] is False and "refuses" in found["error"]
        _, config = await ask(port, "GET", "/api/v1/config")
        assert config["mqtt"]["password"] == "***"
        assert json.loads((tmp_path / "secrets.json").read_text())["mqtt"] == PASSWORD
        seen = "\n".join(board.lines) + str(found) + (tmp_path / "config.json").read_text()
        assert PASSWORD not in seen


async def test_another_client_of_the_same_id_is_told_of(tmp_path, interpreter, mosquitto):
    broker = mosquitto()
    async with on_air(tmp_path, interpreter, broker) as (_, board, port, _):
        async with Judge(broker.port, id=NAME):
            await board.expect("has another client the id plughub", 20)
        await connected(port, True, 30)


async def test_a_broker_comes_and_goes_with_the_configuration(tmp_path, interpreter, mosquitto):
    broker = mosquitto()
    async with (
        broker,
        home(tmp_path, interpreter) as (plug, board, port),
        Judge(broker.port) as judge,
    ):
        _, before = await ask(port, "GET", "/api/v1/system")
        assert before["mqtt"] is None
        sessions = list(plug.sessions)
        _, config = await ask(port, "GET", "/api/v1/config")
        status, answer = await ask(port, "PUT", "/api/v1/config", config | on_broker(broker))
        assert (status, answer["applied"], answer["restart"]) == (200, True, [])
        await judge.expect(f"{NAME}/lamp/state")
        _, system = await ask(port, "GET", "/api/v1/system")
        assert system["connections"][1] == before["connections"][1] - 1
        board.send(f"press {BUTTON}")
        await judge.expect(f"{NAME}/button/button on pin {BUTTON}")
        await judge.expect(f"{NAME}/lamp/state", is_on(True))
        status, _ = await ask(port, "PUT", "/api/v1/config", config)
        await judge.expect(f"{NAME}/status", lambda payload: payload == "offline")
        _, system = await ask(port, "GET", "/api/v1/system")
        assert system["mqtt"] is None and system["connections"] == before["connections"]
        assert plug.sessions == sessions  # and no plug was connected anew


async def test_messages_run_rules_and_rules_send_them(tmp_path, interpreter, mosquitto):
    rules = [
        {
            "id": "a",
            "mqtt": "zigbee/remote",
            "payload": {"action": "single"},
            "do": [{"plug": "lamp", "set": "on"}, {"mqtt": "told/by", "payload": {"rule": "a"}}],
        },
        {"id": "b", "mqtt": "zigbee/door", "do": {"notify": "the door"}},
    ]
    broker = mosquitto()
    async with on_air(tmp_path, interpreter, broker, rules={"rules": rules}) as (plug, *_, judge):
        judge.publish("zigbee/remote", '{"action": "double"}')
        judge.publish("zigbee/remote", '{"action": "single", "battery": 90}')
        await until(plug, lambda p: p.dps[1] is True)
        assert await judge.expect("told/by") == '{"rule":"a"}'
        judge.publish("zigbee/door", "open")
        assert json.loads(await judge.expect(f"{NAME}/log"))["text"] == "the door"


async def test_a_broker_that_is_not_there_costs_nothing(tmp_path, interpreter):
    settings = {"mqtt": {"host": "127.0.0.1", "port": free_port()}}
    async with home(tmp_path, interpreter, **settings) as (plug, board, port):
        await board.expect("MQTT: nothing listens at 127.0.0.1")
        board.send(f"press {BUTTON}")
        await until(plug, lambda p: p.dps[1] is True)
        assert "nothing listens" in (await about(port))["error"]


async def test_settings_are_tried_before_they_are_saved(tmp_path, interpreter, mosquitto):
    broker = mosquitto()
    async with on_air(tmp_path, interpreter, broker) as (_, board, port, judge):
        path = "/api/v1/mqtt/test"
        section = on_broker(broker)["mqtt"]
        assert await ask(port, "POST", path, {"mqtt": section}) == (200, {"connected": True})
        for body, status, words in (
            (section | {"port": free_port()}, 502, "nothing listens"),
            (section | {"port": 0}, 400, "mqtt.port: expected a port"),
            (section | {"mqtt": 1}, 400, "mqtt.mqtt: not known"),
        ):
            found, problem = await ask(port, "POST", path, {"mqtt": body})
            assert found == status and words in problem["detail"], problem
        assert (await about(port))["connected"] is True  # its own connection goes on
        assert judge.of(f"{NAME}/status")[-1] == "online"
        assert (await board.ask("sockets")) in ("?", "3", "4", "5")  # which CPython does not count

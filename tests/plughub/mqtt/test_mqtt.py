"""`plughub mqtt` as a person runs it."""

import json

import pytest
from interpreters import missing
from newcomer import run

from bench.mosquitto import Judge, Mosquitto, find_mosquitto
from fakeplug.ports import free_port
from hub import VERSION

PASSWORD = "s3cret of the broker"
HOME = {
    "name": "attic",
    "plugs": [
        {"name": "desk lamp", "id": "bf0123456789abcdefghij", "key": "0123456789abcdef"},
        {"name": "fan", "id": "bf0123456789abcdefghik", "key": "0123456789abcdef"},
    ],
    "relays": [{"name": "pump", "pin": 26}],
    "buttons": [{"name": "hall", "pin": 4, "press": {"plug": "fan"}}],
}


def home(tmp_path, port=1883, **more):
    mqtt = {"host": "127.0.0.1", "port": port} | more
    path = tmp_path / "home.json"
    path.write_text(json.dumps(HOME | {"mqtt": mqtt}))
    return path


@pytest.fixture
def mosquitto(tmp_path):
    if not find_mosquitto():
        missing("mosquitto is not installed")
    return Mosquitto(tmp_path, free_port())


async def test_what_would_be_announced_is_shown(tmp_path):
    status, output, errors = await run(tmp_path, "mqtt", "preview", home(tmp_path), "--json")
    assert status == 0, errors
    found = json.loads(output)
    plug = found["homeassistant/device/attic_bf0123456789abcdefghij/config"]
    assert plug["dev"]["name"] == "desk lamp" and "power" in plug["cmps"]
    assert "homeassistant/device/attic_relay_pump/config" in found
    words = ("mqtt", "preview", home(tmp_path), "--no-meter", "fan")
    status, output, _ = await run(tmp_path, *words)
    assert status == 0 and "attic_bf0123456789abcdefghik" in output
    status, output, _ = await run(tmp_path, *words, "--json")
    assert (
        "power"
        not in json.loads(output)["homeassistant/device/attic_bf0123456789abcdefghik/config"][
            "cmps"
        ]
    )


async def test_devices_of_all_kinds_are_shown_as_what_they_are(tmp_path):
    path = home(tmp_path)
    config = json.loads(path.read_text())
    config["plugs"][0]["kind"] = "bulb"
    config["plugs"][1]["kind"] = "strip"
    config["outlets"] = [{"name": "printer", "plug": "fan", "dp": 1}]
    path.write_text(json.dumps(config))
    status, output, errors = await run(tmp_path, "mqtt", "preview", path, "--json")
    assert status == 0, errors
    found = json.loads(output)
    bulb = found["homeassistant/device/attic_bf0123456789abcdefghij/config"]["cmps"]
    assert bulb["light"]["p"] == "light" and "power" not in bulb
    strip = found["homeassistant/device/attic_bf0123456789abcdefghik/config"]["cmps"]
    assert strip["switch_2"]["p"] == "switch" and "switch_1" not in strip
    assert "homeassistant/device/attic_outlet_printer/config" in found


async def test_what_is_wrong_is_one_clear_line(tmp_path):
    for words, more, status, text in (
        (("preview", "--no-meter", "lamp"), {}, 1, "there is no plug lamp"),
        (("publish",), {"port": free_port()}, 4, "is not reached"),
        (("clear",), {"discovery": "x"}, 1, "mqtt.discovery: expected"),
    ):
        found, _, errors = await run(tmp_path, "mqtt", *words, home(tmp_path, **more))
        assert found == status and text in errors, errors
    (tmp_path / "none.json").write_text("{}")
    status, _, errors = await run(tmp_path, "mqtt", "preview", tmp_path / "none.json")
    assert status == 1 and 'has no "mqtt"' in errors


async def test_it_is_announced_and_taken_back_and_others_stay(tmp_path, mosquitto):
    async with mosquitto, Judge(mosquitto.port) as judge:
        path = home(tmp_path, mosquitto.port)
        others = {"o": {"name": "plughub"}, "avty": [{"t": "attic2/status"}]}
        judge.publish("homeassistant/device/attic2_hub/config", json.dumps(others), 1, True)
        judge.publish("homeassistant/sensor/x/config", "no JSON", 1, True)
        judge.publish("attic/desk lamp/state", "{}", 1, True)
        status, output, errors = await run(tmp_path, "mqtt", "publish", path)
        assert status == 0 and "announced: 5 messages" in output, errors
        assert f"newest version: {VERSION}" in output
        await judge.expect("homeassistant/device/attic_hub/config")
        await judge.expect("attic/hub/latest", lambda payload: payload == VERSION)
        status, output, _ = await run(tmp_path, "mqtt", "clear", "--dry", path)
        assert status == 0 and "would be taken away: 7 messages" in output
        status, output, _ = await run(tmp_path, "mqtt", "clear", path)
        assert status == 0 and "taken away: 7 messages" in output
        for topic in ("homeassistant/device/attic_hub/config", "attic/desk lamp/state"):
            await judge.expect(topic, lambda payload: payload == "")
        async with Judge(mosquitto.port) as later:
            await later.expect("homeassistant/sensor/x/config")
            assert len(later.messages) == 2


async def test_a_password_is_never_printed(tmp_path):
    path = home(tmp_path, free_port(), user="me", password=PASSWORD)
    for words in (("preview", path), ("publish", path)):
        _, output, errors = await run(tmp_path, "mqtt", *words)
        assert PASSWORD not in output + errors

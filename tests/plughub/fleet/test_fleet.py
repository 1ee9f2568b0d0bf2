"""`plughub fleet`: the hubs on a broker."""

import contextlib
import json

import pytest
from interpreters import missing
from newcomer import run

from bench.mosquitto import Judge, Mosquitto, find_mosquitto
from fakeplug.ports import free_port
from plughub.fleet.command import hubs_of


def test_what_hubs_have_left_is_read_and_nothing_else():
    hubs = hubs_of(
        {
            "attic/hub/state": b'{"version": "0.1.0", "uptime": 90061}',
            "attic/status": b"online",
            "attic/desk lamp/availability": b'{"state": "online"}',
            "attic/a%2Fb/availability": b'{"state": "offline", "reason": "no power"}',
            "site/cellar/hub/state": b'{"version": "0.1.0", "uptime": 60}',
            "site/cellar/status": b"offline",
            "site/cellar/pump/availability": b'{"state": "online"}',
            "others/hub/state": b"on",
            "others/hub/availability": b"online",
            "strange/hub/state": b"\xff{",
        }
    )
    assert [(hub["base"], hub["online"]) for hub in hubs] == [
        ("attic", True),
        ("site/cellar", False),
    ]
    assert hubs[0]["devices"] == [
        {"name": "a/b", "online": False, "reason": "no power"},
        {"name": "desk lamp", "online": True, "reason": None},
    ]
    # Its hub has gone: what it said last holds no more.
    assert hubs[1]["devices"] == [{"name": "pump", "online": False, "reason": None}]


def leave(judge, base, devices):
    """Leave on a broker what a hub does, {name: whether it is online}."""
    judge.publish(f"{base}/hub/state", json.dumps({"version": "0.1.0", "uptime": 60}), 1, True)
    judge.publish(f"{base}/status", "online", 1, True)
    for name, is_online in devices.items():
        about = {"state": "online"} if is_online else {"state": "offline", "reason": "no power"}
        judge.publish(f"{base}/{name}/availability", json.dumps(about), 1, True)


@contextlib.asynccontextmanager
async def broker(tmp_path):
    if not find_mosquitto():
        missing("no mosquitto")
    port = free_port()
    async with Mosquitto(tmp_path, port):
        yield port


async def test_they_are_listed(tmp_path):
    async with broker(tmp_path) as port, Judge(port) as judge:
        leave(judge, "attic", {"desk lamp": True, "fan": False})
        leave(judge, "site/cellar", {"pump": True})
        await judge.until(lambda: len(judge.messages) >= 7)
        status, output, _ = await run(tmp_path, "fleet", f"127.0.0.1:{port}")
        assert status == 0 and "attic" in output and "cellar" not in output
        words = ("--base", "+", "--base", "site/+", "--json")
        status, output, _ = await run(tmp_path, "fleet", f"127.0.0.1:{port}", *words)
        hubs = json.loads(output)
        assert [(hub["base"], len(hub["devices"])) for hub in hubs] == [
            ("attic", 2),
            ("site/cellar", 1),
        ]
        status, output, _ = await run(tmp_path, "fleet", f"127.0.0.1:{port}", "--devices")
        assert "desk lamp" in output


async def test_a_broker_without_hubs_and_none_at_all(tmp_path):
    async with broker(tmp_path) as port:
        status, output, errors = await run(tmp_path, "fleet", f"127.0.0.1:{port}")
        assert status == 3 and "No hub" in errors and not output
    status, _, errors = await run(tmp_path, "fleet", f"127.0.0.1:{port}")
    assert status == 4 and "not reached" in errors


@pytest.mark.parametrize("address", [":1883", "host:port"])
async def test_an_address_that_is_none(tmp_path, address):
    status, _, errors = await run(tmp_path, "fleet", address)
    assert status == 2 and "no address" in errors


async def test_a_password_is_asked_for_at_a_terminal_only(tmp_path):
    status, _, errors = await run(tmp_path, "fleet", "127.0.0.1", "--user", "me")
    assert status == 2 and "PLUGHUB_MQTT_PASSWORD" in errors

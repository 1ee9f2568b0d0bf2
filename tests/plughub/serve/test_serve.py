"""`plughub serve`, as a process, among fake plugs."""

import asyncio
import contextlib
import json
import socket
import stat
import sys

import pytest
from http_client import ask, ask_fully, event_stream, events
from newcomer import run
from served_home import Served, write_config
from simulated_home import lamp

from fakeplug import FakePlug
from fakeplug.home import Home
from fakeplug.ports import free_port

KEY = "s3cretLocalKey16"
ID = "bf0123456789abcdefghij"
DPS = {1: False, 9: 0, 17: 0, 18: 417, 19: 957, 20: 2304}
LOCAL = ("--host", "127.0.0.1")


def config_for(*plugs, **more):
    return {"web": {"port": free_port(), "auth": False}, "plugs": list(plugs)} | more


async def test_a_plug_is_switched_and_what_was_found_out_is_kept(tmp_path):
    async with FakePlug(ID, KEY, "3.4", dict(DPS)) as plug:
        about = lamp(plug)
        del about["version"]
        write_config(tmp_path, config_for(about))
        async with Served(tmp_path, *LOCAL) as hub:
            port = await hub.page()
            await hub.expect("lamp: online")
            status, state = await ask(port, "PUT", "/api/v1/plugs/lamp/switch", {"on": True})
            assert status == 200 and state["on"] is True and plug.dps[1] is True
            status, page = await ask(port, "GET", "/")
            assert status == 200 and page[:2] == b"\x1f\x8b"
            _, system = await ask(port, "GET", "/api/v1/system")
            assert system["heap_used"] > 5e6 and system["connections"][0] == 1
            assert await hub.stop() == 0
        assert "everything is saved" in hub.lines[-1]
        assert await hub.process.stdout.read() == b""
        state = json.loads((tmp_path / "kept" / "state.json").read_text())
        assert state[ID]["version"] == "3.4"
        assert ID in json.loads((tmp_path / "kept" / "energy.json").read_text())
        assert KEY not in "".join(hub.lines) + (tmp_path / "config.json").read_text()
        mode = (tmp_path / "secrets.json").stat().st_mode
        assert stat.S_IMODE(mode) == 0o600 and KEY in (tmp_path / "secrets.json").read_text()


async def test_twenty_plugs_are_connected_at_a_time_with_many_pages(tmp_path):
    async with Home(20, ("3.3", "3.5", "3.4", "3.1")) as home:
        write_config(tmp_path, config_for(*home.describe()))
        async with Served(tmp_path, *LOCAL) as hub:
            port = await hub.page()
            for plug in home.describe():
                await hub.expect(f"{plug['name']}: online")
            async with asyncio.timeout(30):
                streams = [event_stream(port) for _ in range(12)]
                readers = [await stream.__aenter__() for stream in streams]
                for reader in readers:
                    assert b"snapshot" in await reader.readline()
                for stream in streams:
                    await stream.__aexit__(None, None, None)
            _, system = await ask(port, "GET", "/api/v1/system")
            assert system["connections"][0] == 20
            _, plugs = await ask(port, "GET", "/api/v1/plugs")
            assert not any(plug["shared"] for plug in plugs)


async def test_a_restart_is_one_of_the_hub_in_the_same_process(tmp_path):
    write_config(tmp_path, config_for())
    async with Served(tmp_path, *LOCAL) as hub:
        port = await hub.page()
        after = len(hub.lines)
        assert (await ask(port, "POST", "/api/v1/restart", {}))[0] == 200
        assert await hub.page(after) == port
        _, system = await ask(port, "GET", "/api/v1/system")
        assert system["started"] == "it was reset"
        assert await hub.stop() == 0


async def test_after_five_crashes_it_is_there_without_plugs_and_the_next_time_with_them(tmp_path):
    async with FakePlug(ID, KEY, "3.3", dict(DPS)) as plug:
        write_config(tmp_path, config_for(lamp(plug)))
        (tmp_path / "nvs.json").write_text('{"plughub": {"boots": 4}}')
        for is_safe in (True, False):
            async with Served(tmp_path, *LOCAL) as hub:
                port = await hub.page()
                _, system = await ask(port, "GET", "/api/v1/system")
                _, plugs = await ask(port, "GET", "/api/v1/plugs")
                assert system["safe_mode"] is is_safe and len(plugs) == (not is_safe)
                assert await hub.stop() == 0


async def test_two_cannot_have_one_home_and_two_homes_not_one_port(tmp_path):
    write_config(tmp_path / "a", config_for())
    async with Served(tmp_path / "a", *LOCAL) as hub:
        port = await hub.page()
        status, _, errors = await run(tmp_path, "serve", "--home", tmp_path / "a")
        assert status == 1 and "serves" in errors and "Traceback" not in errors
        words = ("serve", "--home", tmp_path / "b", *LOCAL, "--port", port)
        status, _, errors = await run(tmp_path, *words)
        assert status == 1 and "--port" in errors and "Traceback" not in errors


async def test_the_port_of_the_command_comes_before_that_of_the_configuration(tmp_path):
    write_config(tmp_path, {"web": {"port": 1, "auth": False}})
    port = free_port()
    async with Served(tmp_path, *LOCAL, "--port", port) as hub:
        assert await hub.page() == port
        # Another page, and still at that port.
        change = {"web": {"port": 2, "auth": False, "metrics": True}}
        status, answer = await ask(port, "PUT", "/api/v1/config", change)
        assert status == 200 and answer["applied"], answer
        async with asyncio.timeout(30):
            status = None
            while status != 200:
                with contextlib.suppress(OSError):  # the old one is just being closed
                    status, _, _ = await ask_fully(port, "GET", "/metrics")
                await asyncio.sleep(0.05)


async def test_it_is_served_by_ipv6_as_well(tmp_path):
    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    write_config(tmp_path, config_for())
    async with Served(tmp_path, "--host", "::") as hub:
        port = await hub.page()
        assert (await ask(port, "GET", "/health"))[0] == 200
        reader, writer = await asyncio.open_connection("::1", port)
        writer.write(f"GET /health HTTP/1.1\r\nHost: [::1]:{port}\r\n\r\n".encode())
        assert b" 200 " in await reader.readline()
        writer.close()


async def test_systemd_is_told_when_it_is_ready_and_when_it_ends(tmp_path):
    path = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(path)
        sock.settimeout(20)
        write_config(tmp_path / "home", config_for())
        environment = {"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "1000000"}
        async with Served(tmp_path / "home", *LOCAL, **environment) as hub:
            told = [await asyncio.to_thread(sock.recv, 500) for _ in range(3)]
            assert any(text.startswith(b"READY=1\nSTATUS=The page: http") for text in told)
            assert b"WATCHDOG=1" in told
            # A restart is none of the service: it goes on.
            port = await hub.page()
            await ask(port, "POST", "/api/v1/restart", {})
            told = []
            while not told or not told[-1].startswith(b"READY=1"):
                told.append(await asyncio.to_thread(sock.recv, 500))
            assert b"STATUS=Restarting" in told and b"STOPPING=1" not in told
            assert await hub.stop() == 0
            sock.setblocking(False)
            rest = []
            while not rest or not rest[-1].startswith(b"STOPPING=1"):
                rest.append(sock.recv(500))


async def test_the_first_start_takes_the_plugs_of_devices_json(tmp_path):
    async with FakePlug(ID, KEY, "3.3", dict(DPS)) as plug:
        devices = [
            {"id": ID, "name": "Lamp", "key": KEY, "ip": "127.0.0.1", "port": plug.port}
            | {"version": "3.3", "mapping": {}},
            {"id": "bf" + "9" * 20, "name": "Blind", "key": ""},
        ]
        file = tmp_path / "devices.json"
        file.write_text(json.dumps(devices))
        words = ("--port", free_port(), "--devices", file)
        async with Served(tmp_path / "home", *LOCAL, *words) as hub:
            port = await hub.page()
            await hub.expect("Lamp: online")
            assert any("Blind is left out" in line for line in hub.lines)
            # Nobody has set a password yet, and nobody reads the configuration without one.
            status, problem = await ask(port, "GET", "/api/v1/config")
            assert status == 401 and problem["type"] == "setup"
            await hub.expect(f"at http://localhost:{port}/ with the set-up code [a-z0-9]{{12}}")
        mode = (tmp_path / "home" / "config.json").stat().st_mode
        assert stat.S_IMODE(mode) == 0o600


async def test_an_empty_home_has_a_page_and_says_what_is_missing(tmp_path):
    words = ("--port", free_port())
    async with Served(tmp_path / "home", *LOCAL, *words, XDG_CONFIG_HOME=str(tmp_path)) as hub:
        assert (await ask(await hub.page(), "GET", "/health"))[0] == 200
        await hub.expect("There are no plugs yet")


async def test_a_name_that_is_no_address_is_told(tmp_path):
    words = ("--home", tmp_path, "--host", "no.such.invalid")
    status, _, errors = await run(tmp_path, "serve", *words)
    assert status == 1 and "no.such.invalid" in errors and "Traceback" not in errors


async def test_pins_that_this_pc_has_not_are_a_fault_and_not_the_end(tmp_path):
    relay = {"name": "fan", "pin": 26}
    write_config(tmp_path, config_for(relays=[relay]))
    async with Served(tmp_path, *LOCAL) as hub:
        port = await hub.page()
        _, snapshot = await events(port, lambda name, _: name == "snapshot")
        assert any("relays[0].pin: this board says" in fault for fault in snapshot["faults"])


async def test_it_needs_no_uvloop_and_takes_it_where_it_is(monkeypatch):
    import types

    from plughub.serve.running import _loop_factory

    monkeypatch.setitem(sys.modules, "uvloop", None)
    assert _loop_factory() is asyncio.SelectorEventLoop
    fast = types.SimpleNamespace(new_event_loop=lambda: "fast")
    monkeypatch.setitem(sys.modules, "uvloop", fast)
    assert _loop_factory()() == "fast"

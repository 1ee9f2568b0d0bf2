"""boot.py and main.py, unmodified, on MicroPython: driven by pins, by HTTP and by the plugs."""

import asyncio
import contextlib

import pytest
from http_client import ask, events
from simulated_home import BUTTON, ID, KEY, LED, RELAY, config_for, home, lamp, until

from fakeplug import FakePlug, Quirks
from plughub.checkout import prepare_flash, simulated
from simulator.ntp_server import start_ntp_server

#: The version of the last one is not in the configuration.
VERSIONS = (
    ("3.1", None),
    ("3.3", Quirks(device22=True)),
    ("3.4", Quirks(pad_empty=True)),
    ("3.5", Quirks.vendor35(zero_keys=1)),
    ("3.5", None),
)


async def test_a_button_switches_the_plug_and_page_relay_and_led_show_it(tmp_path, micropython):
    async with home(tmp_path, micropython) as (plug, board, port):
        watching = asyncio.create_task(
            events(port, lambda name, data: name == "change" and data["plugs"][0]["on"])
        )
        await asyncio.wait_for(events(port, lambda name, data: name == "snapshot"), 10)
        after = len(board.lines)
        board.send(f"press {BUTTON}")
        await until(plug, lambda p: p.dps[1] is True)
        _, change = await watching
        assert [state["name"] for state in change["plugs"]] == ["lamp"]
        await board.expect(f"@ pin {LED} 1", after=after)
        await board.expect(f"@ pin {RELAY} 1", after=after)
        await board.expect("done: lamp toggle", after=after)
        status, state = await ask(port, "GET", "/api/v1/plugs/lamp")
        assert status == 200
        assert state.pop("seq") >= change["plugs"][0]["seq"] > 0
        assert state | {"age": 0} == {
            "name": "lamp",
            "id": ID,
            "kind": "outlet",
            "on": True,
            "online": True,
            "reason": None,
            "power": 95.7,
            "voltage": 230.4,
            "current": 0.417,
            "energy": 0,
            "today": 0,
            "yesterday": None,
            "countdown": 0,
            "timer": None,
            "lock": None,
            "cause": "button on pin 4",
            "fault": None,
            "age": 0,
            "address": "127.0.0.1",
            "version": "3.3",
            "shared": False,
        }


async def test_plugs_of_every_version_named_or_not(tmp_path, micropython):
    async with contextlib.AsyncExitStack() as stack:
        plugs = [
            await stack.enter_async_context(
                FakePlug(f"bf{number:020}", KEY, version, {1: False, 19: 957}, quirks)
            )
            for number, (version, quirks) in enumerate(VERSIONS)
        ]
        named = [
            lamp(plug, name=f"plug {plug.version} {plug.id[-1]}", id=plug.id) for plug in plugs
        ]
        del named[-1]["version"]
        config = config_for(*named, relays=[], led=None, buttons=[])
        flash = prepare_flash(tmp_path, config)
        async with simulated(flash, micropython) as board:
            for settings in named:
                await board.expect(f"{settings['name']}: online")
            for settings, plug in zip(named, plugs, strict=True):
                path = f"/api/v1/plugs/{plug.id}/switch"
                status, state = await ask(config["web"]["port"], "PUT", path, {"on": True})
                assert (status, state["on"], plug.dps[1]) == (200, True, True), settings
                assert (state["version"], state["power"]) == (plug.version, 95.7)


async def test_the_api_switches_and_answers_what_the_plug_confirmed(tmp_path, micropython):
    async with home(tmp_path, micropython) as (plug, _, port):
        status, state = await ask(port, "PUT", f"/api/v1/plugs/{ID}/switch", {"on": True})
        assert (status, state["on"], plug.dps[1]) == (200, True, True)
        status, state = await ask(port, "POST", "/api/v1/plugs/lamp/toggle", {})
        assert (status, state["on"], plug.dps[1]) == (200, False, False)
        status, state = await ask(port, "PUT", "/api/v1/relays/fan/switch", {"on": True})
        assert state.pop("seq") > 0
        fan = {"name": "fan", "on": True, "lock": None, "cause": "HTTP", "timer": None}
        assert (status, state) == (200, fan)


async def test_errors_are_problems_with_the_right_status(tmp_path, micropython):
    async with home(tmp_path, micropython, Quirks(executes=False)) as (_, _, port):
        assert (await ask(port, "PUT", "/api/v1/plugs/lamp/switch", {"on": 1}))[0] == 400
        assert (await ask(port, "PUT", "/api/v1/plugs/lamp/switch"))[0] == 415
        assert (await ask(port, "PUT", "/api/v1/plugs/nobody/switch", {"on": True}))[0] == 404
        assert (await ask(port, "POST", "/api/v1/plugs/lamp/toggle"))[0] == 415
        assert (await ask(port, "GET", "/nowhere"))[0] == 404
        status, problem = await ask(port, "PUT", "/api/v1/plugs/lamp/switch", {"on": True})
        assert status == 502
        assert "kept DP 1 at False" in problem["detail"]


async def test_a_killed_plug_comes_back_by_itself(tmp_path, micropython):
    async with home(tmp_path, micropython) as (plug, board, port):
        await plug.stop()
        await board.expect("lamp: the plug closed the connection|lamp: .*lost")
        status, problem = await ask(port, "PUT", "/api/v1/plugs/lamp/switch", {"on": True})
        assert status == 504
        assert "127.0.0.1" in problem["detail"]
        after = len(board.lines)
        board.send(f"press {BUTTON}")
        await board.expect("failed: lamp toggle \\(button on pin 4\\): .*refuses", after=after)
        plug.press({1: True})
        await plug.start("127.0.0.1", plug.port)
        await board.expect("lamp: online", after=after)
        _, state = await ask(port, "GET", "/api/v1/plugs/lamp")
        assert (state["online"], state["on"]) == (True, True)


async def test_a_change_made_elsewhere_reaches_the_page(tmp_path, micropython):
    async with home(tmp_path, micropython) as (plug, _, port):
        watching = asyncio.create_task(events(port, lambda name, data: name == "change"))
        await asyncio.wait_for(events(port, lambda name, data: name == "snapshot"), 10)
        plug.press({1: True, 19: 1234})
        _, change = await watching
        assert change["plugs"][0]["power"] == 123.4


async def test_a_bouncing_contact_is_one_press(tmp_path, micropython):
    async with home(tmp_path, micropython) as (plug, board, _):
        for wanted in (True, False):
            board.send(f"bounce {BUTTON} 0 7")
            await until(plug, lambda p, wanted=wanted: p.dps[1] is wanted)
            board.send(f"bounce {BUTTON} 1 7")
            # One press is one CONTROL: had a bounce counted, a second would come at once.
            await ask_twice(board, BUTTON)
        assert sum(frame.command == 7 for frame in plug.received) == 2


async def ask_twice(board, pin):
    """Let the firmware run past the 50 ms in which contacts settle."""
    for _ in range(2):
        board.send(f"press {pin + 1} 80")
        await board.ask(f"read {pin}")
    await asyncio.sleep(0.2)


async def test_a_button_that_hangs_at_boot_is_ignored_until_released(tmp_path, micropython):
    async with FakePlug(ID, KEY, "3.3", {1: False}) as plug:
        config = config_for(lamp(plug))
        async with simulated(prepare_flash(tmp_path, config), micropython) as board:
            board.send(f"drive {BUTTON} 0")
            await board.expect("lamp: online")
            board.send(f"drive {BUTTON} 1")
            await asyncio.sleep(0.2)
            board.send(f"press {BUTTON}")
            await until(plug, lambda p: p.dps[1] is True)
            assert sum(frame.command == 7 for frame in plug.received) == 1


async def test_a_faulty_configuration_is_told_and_the_rest_works(tmp_path, micropython):
    async with FakePlug(ID, KEY, "3.3", {1: False}) as plug:
        config = config_for(lamp(plug), {"name": "bad", "id": ID[::-1], "key": "short"})
        async with simulated(prepare_flash(tmp_path, config), micropython) as board:
            await board.expect(r"config.json: plugs\[1\].key: expected a local key of 16 char")
            await board.expect("lamp: online")
            port = config["web"]["port"]
            _, system = await ask(port, "GET", "/api/v1/system")
            assert any("plugs[1].key" in fault for fault in system["faults"])
            _, snapshot = await events(port, lambda name, data: name == "snapshot")
            assert snapshot["faults"] == system["faults"]
            assert "short" not in str(snapshot["faults"])


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"plugs": [{"name" "x"}]', "\xff\xfe"])
async def test_whatever_is_in_the_file_the_hub_starts(tmp_path, micropython, text):
    prepare_flash(tmp_path, None)
    (tmp_path / "config.json").write_bytes(text.encode("latin-1"))
    async with simulated(tmp_path, micropython) as board:
        await board.expect("config.json: ")
        await board.expect("plughub runs: 0 plugs")


async def test_a_wrong_key_is_said_in_words(tmp_path, micropython):
    async with FakePlug(ID, "another-key-16ch", "3.3", {1: False}) as plug:
        config = config_for(lamp(plug))
        async with simulated(prepare_flash(tmp_path, config), micropython) as board:
            await board.expect("lamp: a body that the local key does not decrypt. The local key")
            _, state = await ask(config["web"]["port"], "GET", "/api/v1/plugs/lamp")
            assert "local key is wrong" in state["reason"]
            assert KEY not in "\n".join(board.lines)


async def test_the_clock_is_set_from_the_network(tmp_path, micropython):
    ntp, ntp_port = await start_ntp_server()
    try:
        settings = {"ntp": {"host": "127.0.0.1", "port": ntp_port}}
        async with home(tmp_path, micropython, **settings) as (_, board, port):
            await board.expect("the clock is set")
            _, system = await ask(port, "GET", "/api/v1/system")
            assert system["time"] > 1760000000
    finally:
        ntp.close()


async def test_pages_left_open_and_reloaded_cost_no_sockets(tmp_path, micropython):
    async with home(tmp_path, micropython) as (plug, board, port):
        for _ in range(30):
            await events(port, lambda name, data: name == "snapshot")
            assert (await ask(port, "GET", "/"))[0] == 200
        # A client that says nothing, and garbage, must not stay either.
        for noise in (b"", b"\x00\xff\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/1.0\r\n" * 3):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(noise)
            writer.close()
        while int(await board.ask("sockets")) > 2:
            await asyncio.sleep(0.05)
        board.send(f"press {BUTTON}")
        await until(plug, lambda p: p.dps[1] is True)


async def test_without_wifi_the_button_still_works_and_the_led_tells(tmp_path, micropython):
    async with home(tmp_path, micropython) as (plug, board, _):
        board.send("wifi off")
        for level in (1, 0, 1):
            await board.expect(f"@ pin {LED} {level}", after=len(board.lines))
        board.send(f"press {BUTTON}")
        await until(plug, lambda p: p.dps[1] is True)

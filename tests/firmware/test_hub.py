"""What a home needs beyond a lamp: settings while it runs, many plugs, restarts, pins."""

import asyncio
import contextlib
import json

from http_client import ask, events, serving
from simulated_home import BUTTON, ID, KEY, LED, RELAY, config_for, home, lamp, until

from fakeplug import FakePlug, Quirks
from fakeplug.ports import free_port
from hub.system.store import ENERGY_FILE, STATE_FILE
from plughub.checkout import prepare_flash, simulated

OTHER_KEY = "fedcba9876543210"
SECRET = "a secret word"


async def test_keys_and_passwords_move_to_their_own_file_and_are_told_to_nobody(
    tmp_path, micropython
):
    async with home(tmp_path, micropython) as (_, board, port):
        config = (tmp_path / "config.json").read_text()
        assert KEY not in config and SECRET not in config
        assert json.loads((tmp_path / "secrets.json").read_text()) == {
            "wifi": SECRET,
            "plugs": {ID: KEY},
        }
        answers = [
            await ask(port, "GET", f"/api/v1/{path}")
            for path in ("config", "log", "system", "plugs", f"plugs/{ID}/settings")
        ]
        assert [status for status, _ in answers] == [200] * 5
        assert answers[0][1]["plugs"][0]["name"] == "lamp"
        for text in (str(answers), "\n".join(board.lines)):
            assert KEY not in text and SECRET not in text


async def test_an_edited_button_works_at_once_and_no_plug_is_connected_anew(tmp_path, micropython):
    async with home(tmp_path, micropython) as (plug, board, port):
        (session,) = plug.sessions
        _, config = await ask(port, "GET", "/api/v1/config")
        config["buttons"] = [{"pin": 5, "press": {"group": "all"}, "long": {"scene": "off"}}]
        config["groups"] = [{"name": "all", "members": ["lamp", "fan"]}]
        config["scenes"] = [{"name": "off", "set": {"all": "off"}}]
        status, answer = await ask(port, "PUT", "/api/v1/config", config)
        assert (status, answer) == (
            200,
            {"applied": True, "restart": [], "confirm_within": None},
        )
        board.send("press 5")
        await until(plug, lambda p: p.dps[1] is True)
        await board.expect(f"@ pin {RELAY} 1")
        board.send("press 5 900")
        await until(plug, lambda p: p.dps[1] is False)
        await board.expect("done: off on")
        board.send(f"press {BUTTON}")  # this one is gone
        await board.ask("sockets")
        assert plug.sessions == [session] and plug.dps[1] is False
        status, groups = await ask(port, "GET", "/api/v1/groups")
        assert [(group["name"], group["on"]) for group in groups] == [("all", False)]
        kept = json.loads((tmp_path / "config.json").read_text())
        assert kept["buttons"] == config["buttons"]
        assert KEY in (tmp_path / "secrets.json").read_text()


async def test_a_faulty_configuration_is_refused_whole_with_every_fault(tmp_path, micropython):
    async with home(tmp_path, micropython) as (_, _, port):
        before = (tmp_path / "config.json").read_text()
        _, config = await ask(port, "GET", "/api/v1/config")
        config["buttons"][0]["press"] = {"plug": "lmap"}
        config["plugs"][0]["address"] = "nowhere"
        config["groups"] = [{"name": "lamp", "members": []}]
        status, answer = await ask(port, "PUT", "/api/v1/config", config)
        assert status == 400
        for place in ("buttons[0].press.plug", "plugs[0].address", "groups[0].members"):
            assert place in answer["detail"]
        assert (tmp_path / "config.json").read_text() == before
        status, _ = await ask(port, "PUT", "/api/v1/plugs/lamp/switch", {"on": True})
        assert status == 200


async def test_a_new_key_is_taken_without_losing_the_plug(tmp_path, micropython):
    async with home(tmp_path, micropython) as (plug, board, port):
        plug.rekey(OTHER_KEY)
        await board.expect("paired again")
        status, _ = await ask(port, "PUT", f"/api/v1/plugs/{ID}/key", {"key": "short"})
        assert status == 400
        status, answer = await ask(port, "PUT", f"/api/v1/plugs/{ID}/key", {"key": OTHER_KEY})
        assert (status, answer["applied"]) == (200, True)
        after = len(board.lines)
        await board.expect("lamp: online", after=after)
        status, _ = await ask(port, "PUT", "/api/v1/plugs/lamp/switch", {"on": True})
        assert (status, plug.dps[1]) == (200, True)
        assert OTHER_KEY in (tmp_path / "secrets.json").read_text()
        assert OTHER_KEY not in "\n".join(board.lines) + (tmp_path / "config.json").read_text()


async def test_what_gets_another_name_keeps_its_button_and_its_rules(tmp_path, micropython):
    rule = {"id": "night", "at": "23:00", "do": [{"plug": "lamp", "set": "off"}]}
    rule["do"].append({"relay": "fan", "set": "off"})
    async with home(tmp_path, micropython, rules={"rules": [rule]}) as (plug, board, port):
        (session,) = plug.sessions
        _, before = await ask(port, "GET", "/api/v1/plugs/lamp")
        for old, new in (("plugs/lamp", "desk lamp"), ("relays/fan", "hall fan")):
            path = f"/api/v1/{old}/name"
            status, answer = await ask(port, "PUT", path, {"name": new})
            assert (status, answer["applied"]) == (200, True)
            assert (await ask(port, "PUT", path, {"name": new}))[0] == 404
        _, after = await ask(port, "GET", "/api/v1/plugs/desk%20lamp")
        assert after["energy"] == before["energy"] and plug.sessions == [session]
        board.send(f"press {BUTTON}")
        await until(plug, lambda p: p.dps[1] is True)
        config = json.loads((tmp_path / "config.json").read_text())
        assert config["relays"][0] == {"name": "hall fan", "pin": RELAY, "follow": "desk lamp"}
        assert config["led"]["show"] == "desk lamp"
        (kept,) = json.loads((tmp_path / "rules.json").read_text())["rules"]
        assert [one.get("plug") or one["relay"] for one in kept["do"]] == ["desk lamp", "hall fan"]


async def test_a_name_that_is_none_or_taken_is_refused(tmp_path, micropython):
    async with home(tmp_path, micropython) as (_, _, port):
        path = "/api/v1/plugs/lamp/name"
        for name, why in (
            ("fan", "relays[0].name: the same as of plugs[0]"),
            ("", "name: expected a text of 1 to 40 characters"),
            (["x"], "name: expected a text of 1 to 40 characters"),
        ):
            status, answer = await ask(port, "PUT", path, {"name": name})
            assert status == 400 and why in answer["detail"], answer
        assert (await ask(port, "GET", "/api/v1/plugs/lamp"))[0] == 200


async def test_the_board_shows_which_one_it_is(tmp_path, micropython):
    async with home(tmp_path, micropython) as (_, board, port):
        after = len(board.lines)
        asked = asyncio.create_task(ask(port, "POST", "/api/v1/identify", {}))
        await board.expect(f"@ pin {LED} 1", after=after)
        await board.expect(f"@ pin {LED} 0", after=after)
        assert await asked == (200, {"name": "plughub", "led": True})
        await board.expect("this is plughub at 127.0.0.1", after=after)


async def test_network_settings_wait_to_be_confirmed(tmp_path, micropython):
    async with home(tmp_path, micropython) as (plug, _, port):
        (session,) = plug.sessions
        _, config = await ask(port, "GET", "/api/v1/config")
        config["web"] = {"port": free_port(), "auth": False}
        status, answer = await ask(port, "PUT", "/api/v1/config", config)
        assert (status, answer["confirm_within"]) == (200, 60)
        other = config["web"]["port"]
        await serving(other)
        assert json.loads((tmp_path / "config.json").read_text())["web"]["port"] == port
        assert await ask(other, "POST", "/api/v1/config/confirm", {}) == (
            200,
            {"confirmed": True},
        )
        assert json.loads((tmp_path / "config.json").read_text())["web"]["port"] == other
        assert plug.sessions == [session]


async def test_a_plug_can_be_left_to_others_for_a_while(tmp_path, micropython):
    async with home(tmp_path, micropython, Quirks(slots=1)) as (plug, board, port):
        status, _ = await ask(port, "POST", "/api/v1/plugs/lamp/release", {"seconds": 600})
        assert status == 200
        await until(plug, lambda p: not p.sessions)
        _, state = await ask(port, "GET", "/api/v1/plugs/lamp")
        assert "released" in state["reason"]
        board.send(f"press {BUTTON}")  # a press takes it back
        await until(plug, lambda p: p.dps[1] is True)


async def test_what_a_plug_can_be_told(tmp_path, micropython):
    dps = {1: False, 9: 0, 18: 417, 19: 957, 20: 2304, 26: 2, 38: "memory", 40: False}
    async with FakePlug(ID, KEY, "3.3", dps) as plug:
        config = config_for(lamp(plug))
        async with simulated(prepare_flash(tmp_path, config), micropython) as board:
            await board.expect("lamp: online")
            port = config["web"]["port"]
            path = "/api/v1/plugs/lamp/settings"
            _, settings = await ask(port, "GET", path)
            assert settings["power_on"] == "memory" and settings["child_lock"] is False
            assert len(settings["faults"]) == 1
            wanted = {"power_on": "off", "child_lock": True, "countdown": 90}
            status, settings = await ask(port, "PUT", path, wanted)
            assert status == 200 and plug.dps[38] == "off" and plug.dps[40] is True
            assert plug.dps[9] == 90 and settings["countdown"] == 90
            assert (await ask(port, "PUT", path, {"colour": 1}))[0] == 400
            assert (await ask(port, "PUT", path, {"power_on": "maybe"}))[0] == 400


async def test_five_starts_that_fail_lead_to_safe_mode_and_a_good_one_out_of_it(
    tmp_path, micropython
):
    async with FakePlug(ID, KEY, "3.3", {1: False}) as plug:
        relays = [{"name": "fan", "pin": RELAY, "boot": "on"}]
        config = config_for(lamp(plug), relays=relays)
        prepare_flash(tmp_path, config)
        for start in range(5):
            async with simulated(tmp_path, micropython) as board:
                await board.expect("runs: [01] plugs")
                assert any("safe mode" in line for line in board.lines) == (start == 4)
                assert any(f"@ pin {RELAY} 1" in line for line in board.lines) == (start < 4)
        async with simulated(tmp_path, micropython) as board:
            await board.expect("safe mode: five starts")
            port = config["web"]["port"]
            await serving(port)
            assert (await ask(port, "GET", "/"))[0] == 200
            _, system = await ask(port, "GET", "/api/v1/system")
            assert system["safe_mode"] is True and "safe mode" in system["faults"][0]
            # Mended from the page, it is what the next start uses.
            _, config = await ask(port, "GET", "/api/v1/config")
            config["relays"] = []
            _, answer = await ask(port, "PUT", "/api/v1/config", config)
            assert answer["applied"] is False and answer["restart"] == ["all"]


async def test_after_a_reset_by_the_watchdog_the_reason_is_told(tmp_path, micropython):
    config = config_for(relays=[], led=None, buttons=[])
    prepare_flash(tmp_path, config)
    for memory, reason in (
        (b"plughub:no sign of life from meters, LED", "no sign of life from meters, LED"),
        (b"", "everything stood still"),
    ):
        (tmp_path / ".reset").write_bytes(bytes((3,)) + memory)
        async with simulated(tmp_path, micropython) as board:
            await board.expect("started because the watchdog reset the board: " + reason)
            await serving(config["web"]["port"])
            _, system = await ask(config["web"]["port"], "GET", "/api/v1/system")
            assert reason in system["started"] and system["lag_ms"] >= 0


async def test_a_reset_that_was_cut_off_itself_is_a_power_cut(tmp_path, micropython):
    prepare_flash(tmp_path, config_for(relays=[], led=None, buttons=[]))
    (tmp_path / ".reset").write_bytes(b"")
    async with simulated(tmp_path, micropython) as board:
        await board.expect("started because power was switched on")
        assert not any("Error" in line for line in board.lines), board.lines


async def test_a_relay_remembers_and_a_restart_writes_what_is_known(tmp_path, micropython):
    relays = [{"name": "fan", "pin": RELAY, "boot": "last"}]
    async with home(tmp_path, micropython, relays=relays) as (_, board, port):
        _, state = await ask(port, "PUT", "/api/v1/relays/fan/switch", {"on": True})
        assert state["on"] is True
        assert (await ask(port, "POST", "/api/v1/restart", {}))[0] == 200
        await board.expect("@ reset")
        assert await board.ended() == 5
    async with simulated(tmp_path, micropython) as board:
        await board.expect(f"@ pin {RELAY} 1")
        await board.expect("started because it was reset")


async def test_an_input_switches_and_its_time_ends(tmp_path, micropython):
    inputs = [{"name": "pir", "pin": 27, "rise": {"plug": "lamp", "set": "on", "for": 1}}]
    async with home(tmp_path, micropython, inputs=inputs) as (plug, board, _):
        board.send("drive 27 1")
        await until(plug, lambda p: p.dps[1] is True)
        await until(plug, lambda p: p.dps[1] is False)


async def test_the_boards_button_opens_the_access_point_and_erases_all(tmp_path, micropython):
    async with home(tmp_path, micropython) as (_, board, _):
        board.send("press 0 200")
        await board.expect("this is plughub at 127.0.0.1")
        board.send("press 0 5500")
        line = await board.expect(r"access point is (plughub-\w+), its password (\w{12})", 15)
        await board.expect("@ wifi point on")
        board.send("press 0 15500")
        await board.expect("everything is erased", 25)
        await board.expect("@ reset")
    nvs = tmp_path / ".nvs"
    assert line[2].encode().hex() not in nvs.read_text()
    for name in ("config.json", "secrets.json", STATE_FILE, ENERGY_FILE, "checked.json"):
        assert not (tmp_path / name).exists(), name
    async with simulated(tmp_path, micropython) as board:
        await board.expect("there is no config.json yet")
        # What lets a stranger into the network does not let him set the password.
        code = (await board.expect(r"set-up code (\w{12})"))[1]
        board.send("press 0 5500")
        again = await board.expect(r"access point is plughub-\w+, its password (\w{12})", 15)
        assert len({line[2], code, again[1]}) == 3


async def test_more_plugs_than_sockets(tmp_path, micropython):
    """Twelve plugs; the simulator has ten sockets, and every eleventh raises as the board does."""
    versions = ("3.3", "3.4", "3.5", "3.1")
    async with contextlib.AsyncExitStack() as stack:
        plugs = [
            await stack.enter_async_context(
                FakePlug(f"bf{n:020}", KEY, versions[n % 4], {1: False, 18: 5, 19: 957, 20: 2300})
            )
            for n in range(12)
        ]
        named = [lamp(plug, name=f"plug {n}", id=plug.id) for n, plug in enumerate(plugs)]
        buttons = [{"pin": BUTTON, "press": {"plug": "plug 11"}}]
        led = {"pin": LED}
        config = config_for(*named, relays=[], led=led, buttons=buttons)
        async with simulated(prepare_flash(tmp_path, config), micropython) as board:
            for settings in named:
                await board.expect(f"{settings['name']}: online", 40)
            port = config["web"]["port"]
            _, states = await ask(port, "GET", "/api/v1/plugs")
            shared = [state["name"] for state in states if state["shared"]]
            # Bound first, then 3.4, then the others as they come.
            assert not {"plug 11", "plug 1", "plug 5", "plug 9"} & set(shared)
            assert len(shared) == 8 and all(state["power"] == 95.7 for state in states)
            watching = asyncio.create_task(events(port, lambda name, data: name == "never"))
            await asyncio.wait_for(events(port, lambda name, data: name == "snapshot"), 10)
            for plug in plugs:  # each press is on another plug: most have no connection
                path = f"/api/v1/plugs/{plug.id}/switch"
                status, state = await ask(port, "PUT", path, {"on": True})
                assert (status, state["on"], plug.dps[1]) == (200, True, True), state
                assert int(await board.ask("sockets")) <= 10
            board.send(f"press {BUTTON}")
            await until(plugs[11], lambda p: p.dps[1] is False)
            watching.cancel()
        assert not any("no socket" in line or "crashed" in line for line in board.lines)


async def test_clients_that_say_nothing_keep_the_door_for_seconds_only(tmp_path, micropython):
    async with home(tmp_path, micropython) as (plug, board, port), asyncio.timeout(15):
        silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(6)]
        board.send(f"press {BUTTON}")
        await until(plug, lambda p: p.dps[1] is True)
        assert int(await board.ask("sockets")) <= 10
        assert (await ask(port, "GET", "/health"))[0] == 200
        for _, writer in silent:
            writer.close()


async def test_what_is_to_be_turned_back_is_after_a_power_cut(tmp_path, micropython):
    inputs = [{"name": "pir", "pin": 27, "rise": {"relay": "fan", "set": "on", "for": 3}}]
    relays = [{"name": "fan", "pin": RELAY, "boot": "on"}]
    async with home(tmp_path, micropython, inputs=inputs, relays=relays) as (_, board, _):
        board.send("drive 27 1")
        await board.expect("done: fan on")
        await board.cut_power()
    async with simulated(tmp_path, micropython) as board:
        await board.expect("done: fan off")


async def test_a_group_that_is_on_for_a_while_is_turned_back_although_one_of_it_is_gone(
    tmp_path, micropython
):
    gone = {"name": "gone", "id": "bf" + "g" * 18, "address": "192.0.2.1", "key": OTHER_KEY}
    async with FakePlug(ID, KEY, "3.3", {1: False}) as plug:
        inputs = [{"name": "pir", "pin": 27, "rise": {"group": "all", "set": "on", "for": 1}}]
        groups = [{"name": "all", "members": ["lamp", "gone"]}]
        config = config_for(lamp(plug), gone, inputs=inputs, groups=groups)
        async with simulated(prepare_flash(tmp_path, config), micropython) as board:
            await board.expect("lamp: online")
            board.send("drive 27 1")
            await until(plug, lambda p: p.dps[1] is True)
            await board.expect("failed: all on")
            await until(plug, lambda p: p.dps[1] is False)

"""Rules on the board: boot.py and main.py on MicroPython, driven from outside."""

import asyncio
import calendar
import json
import time

from http_client import ask, events
from simulated_home import BUTTON, ID, home, until

from plughub.checkout import simulated

LAMP = {"plug": "lamp", "set": "on"}


async def state_of(port, id, want):
    """Return the state of a rule when `want` accepts it."""
    async with asyncio.timeout(30):
        while True:
            status, state = await ask(port, "GET", f"/api/v1/rules/{id}")
            if status == 200 and want(state):
                return state
            await asyncio.sleep(0.1)


async def test_a_power_that_is_too_high_cuts_the_plug_off_until_it_is_cleared(
    tmp_path, micropython
):
    cut = {
        "id": "cut",
        "safety": True,
        "when": {"plug": "lamp", "power": ">2200W", "for": "1s"},
        "do": [{"plug": "lamp", "set": "off", "lock": "until-cleared"}, {"notify": "too much"}],
    }
    async with home(tmp_path, micropython, rules={"rules": [cut]}) as (plug, board, port):
        state = await state_of(port, "cut", lambda state: True)
        assert state["fired"] is None and state["why"].startswith("lamp is at 95.7 W; it waits")
        plug.press({1: True})
        plug.press({19: 23000})
        await until(plug, lambda p: p.dps[1] is False)
        plug.press({19: 0})
        await events(port, lambda name, data: data and data.get("notices"))
        status, problem = await ask(port, "PUT", f"/api/v1/plugs/{ID}/switch", {"on": True})
        assert (status, problem["detail"]) == (
            409,
            "lamp was not switched on: lamp is locked by rule cut",
        )
        board.send(f"press {BUTTON}")
        await board.expect("failed: lamp toggle \\(button on pin 4\\): lamp is locked by rule cut")
        assert plug.dps[1] is False
        plug.press({1: True})  # at the plug itself
        await until(plug, lambda p: p.dps[1] is False)
        _, plugs = await ask(port, "GET", "/api/v1/plugs")
        assert plugs[0]["lock"] == "locked by rule cut"
        await board.cut_power()
        async with simulated(tmp_path, micropython) as again:
            await again.expect("lamp: online")
            status, _ = await ask(port, "PUT", f"/api/v1/plugs/{ID}/switch", {"on": True})
            assert status == 409
            status, state = await ask(port, "POST", "/api/v1/rules/cut/clear", {})
            assert (status, state["locks"]) == (200, [])
            status, _ = await ask(port, "PUT", f"/api/v1/plugs/{ID}/switch", {"on": True})
            assert (status, plug.dps[1]) == (200, True)


async def test_rules_run_by_a_button_an_input_and_the_clock(tmp_path, micropython):
    soon = time.gmtime(time.time() + 61)
    rules = [
        {"id": "double", "button": 1, "gesture": "double", "do": LAMP},
        {
            "id": "away",
            "when": {"input": "presence", "is": False, "for": "1s"},
            "do": {"plug": "lamp", "set": "off"},
        },
        {"id": "at", "at": f"{soon.tm_hour:02}:{soon.tm_min:02}", "do": {"notify": "now"}},
    ]
    async with home(tmp_path, micropython, rules={"rules": rules}) as (plug, _, port):
        status, found = await ask(port, "POST", "/api/v1/rules/double/run", {})
        assert status == 200 and found["fired"] is not None
        await until(plug, lambda p: p.dps[1] is True)
        status, dry = await ask(port, "POST", "/api/v1/rules/away/run?dry=1", {})
        assert status == 200 and dry["would"] == ["lamp: off"]
        assert dry["why"] == "it is not known whether presence is off for 1 s"
        assert plug.dps[1] is True
        assert (await ask(port, "PUT", "/api/v1/inputs/presence", {"on": 5}))[0] == 400
        assert (await ask(port, "PUT", "/api/v1/inputs/nobody", {"on": True}))[0] == 404
        status, value = await ask(port, "PUT", "/api/v1/inputs/presence", {"on": False})
        assert (status, value) == (200, {"name": "presence", "on": False})
        await until(plug, lambda p: p.dps[1] is False)
        _, states = await ask(port, "GET", "/api/v1/rules/states")
        assert [state["id"] for state in states] == ["double", "away", "at"]
        assert "due at" in states[2]["why"]
        assert (await ask(port, "GET", "/api/v1/rules/nothing"))[0] == 404


async def test_rules_are_changed_while_the_hub_runs_and_only_when_they_are_right(
    tmp_path, micropython
):
    async with home(tmp_path, micropython) as (plug, _, port):
        (session,) = plug.sessions
        status, answer = await ask(port, "GET", "/api/v1/rules")
        assert (status, answer) == (200, {"rules": []})
        book = {"rules": [{"id": "a", "when": {"plug": "lamp", "power": ">100W"}, "do": LAMP}]}
        wrong = {"rules": [{"id": "a", "when": {"plug": "tv", "power": "1W"}}]}
        status, problem = await ask(port, "PUT", "/api/v1/rules", wrong)
        assert status == 400 and "no plug is named" in problem["detail"]
        assert "when.power" in problem["detail"] and "do: missing" in problem["detail"]
        status, answer = await ask(port, "PUT", "/api/v1/rules?dry=1", book)
        assert (status, answer["applied"]) == (200, False)
        assert (await ask(port, "GET", "/api/v1/rules"))[1] == {"rules": []}
        status, answer = await ask(port, "PUT", "/api/v1/rules", book)
        assert (status, answer["applied"], answer["warnings"]) == (200, True, [])
        assert (await ask(port, "GET", "/api/v1/rules"))[1] == book
        plug.press({19: 2000})
        await until(plug, lambda p: p.dps[1] is True)
        assert plug.sessions == [session]
        # Its plug cannot be taken away under it, but it can have another name.
        _, config = await ask(port, "GET", "/api/v1/config")
        for name, id in (([1], ID), ("lamp", [1]), ({}, None)):
            spoiled = dict(config, plugs=[dict(config["plugs"][0], name=name, id=id)])
            assert (await ask(port, "PUT", "/api/v1/config", spoiled))[0] == 400, (name, id)
        others = dict(config, plugs=[], buttons=[], relays=[], led=None)
        status, problem = await ask(port, "PUT", "/api/v1/config", others)
        assert status == 400 and "rules[0] (a)" in problem["detail"]
        text = json.dumps(config).replace('"lamp"', '"bed lamp"')
        status, answer = await ask(port, "PUT", "/api/v1/config", json.loads(text))
        assert status == 200, answer
        _, book = await ask(port, "GET", "/api/v1/rules")
        assert book["rules"][0]["when"]["plug"] == book["rules"][0]["do"]["plug"] == "bed lamp"
        plug.press({1: False, 19: 0})
        await state_of(port, "a", lambda state: "it waits" in state["why"])
        plug.press({19: 2000})
        await until(plug, lambda p: p.dps[1] is True)
        status, answer = await ask(port, "PUT", "/api/v1/rules", {"rules": []})
        assert status == 200 and (await ask(port, "GET", "/api/v1/rules/states"))[1] == []


async def test_the_plugs_own_countdown_survives_the_hub(tmp_path, micropython):
    press = {"plug": "lamp", "set": "on", "for": "2s"}
    rules = {"rules": [{"id": "a", "button": 1, "gesture": "long", "do": press}]}
    async with home(tmp_path, micropython, rules=rules) as (plug, board, port):
        await ask(port, "POST", "/api/v1/rules/a/run", {})
        await until(plug, lambda p: p.dps[9] > 0)
        assert plug.dps[1] is True
        await board.cut_power()
        await until(plug, lambda p: p.dps[1] is False)


async def test_what_is_pending_goes_on_after_a_restart(tmp_path, micropython):
    steps = [LAMP, {"plug": "lamp", "set": "off", "delay": "3s"}]
    rules = {"rules": [{"id": "a", "button": 1, "gesture": "long", "do": steps}]}
    async with home(tmp_path, micropython, rules=rules) as (plug, board, port):
        await ask(port, "POST", "/api/v1/rules/a/run", {})
        await until(plug, lambda p: p.dps[1] is True)
        state = await state_of(port, "a", lambda state: state["pending"])
        assert state["pending"][0].endswith("after 3 s lamp: off")
        await board.cut_power()
        async with simulated(tmp_path, micropython):
            await until(plug, lambda p: p.dps[1] is False)


async def test_without_a_clock_rules_wait_and_a_browser_tells_the_time(tmp_path, micropython):
    monday = calendar.timegm((2026, 11, 16, 6, 29, 58))
    rule = {"id": "a", "at": "06:30", "days": "mo", "do": LAMP}
    async with home(tmp_path, micropython, rules={"rules": [rule]}) as (plug, board, port):
        status, answer = await ask(port, "PUT", "/api/v1/time", {"time": monday})
        assert (status, answer["taken"]) == (200, False)  # there is a better one
        board.send("clock 946684800")
        await state_of(port, "a", lambda state: state["why"] == "the time is not known yet")
        assert (await ask(port, "GET", "/api/v1/system"))[1]["time"] is None
        assert (await ask(port, "PUT", "/api/v1/time", {"time": 5}))[0] == 400
        status, answer = await ask(port, "PUT", "/api/v1/time", {"time": monday})
        assert (status, answer["taken"]) == (200, True)
        await until(plug, lambda p: p.dps[1] is True)
        state = await state_of(port, "a", lambda state: state["fired"])
        assert monday + 2 <= state["fired"] < monday + 60
        assert state["why"] == "it is due at Mon 06:30"


async def test_a_rules_file_with_faults_stops_nothing(tmp_path, micropython):
    rules = {
        "rules": [
            {"id": "a", "at": "25:00"},
            {"id": "b", "button": 1, "gesture": "long", "do": LAMP},
        ]
    }
    async with home(tmp_path, micropython, rules=rules) as (_, board, port):
        assert any("rules.json: rules[0].at" in line for line in board.lines)
        _, states = await ask(port, "GET", "/api/v1/rules/states")
        assert [state["id"] for state in states] == ["b"]
        _, system = await ask(port, "GET", "/api/v1/system")
        assert len(system["faults"]) == 2
        # Another configuration does not write over what is no rules file yet.
        broken = '{"rules": [{"id": "a", '
        (tmp_path / "rules.json").write_text(broken)
        _, config = await ask(port, "GET", "/api/v1/config")
        assert (await ask(port, "PUT", "/api/v1/config", config | {"poll": 20}))[0] == 200
        assert (tmp_path / "rules.json").read_text() == broken

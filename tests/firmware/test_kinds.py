"""Devices of all kinds with the real firmware: what they are is found, and all of it works."""

import asyncio
import contextlib

from http_client import ask
from kind_home import BULB, COVER, STRIP, THERMOSTAT
from simulated_home import BUTTON, KEY, config_for, lamp, until

from fakeplug import FakePlug
from plughub.checkout import prepare_flash, simulated

CIDS = ("a4c138e51d9c71a2", "a4c138e51d9c71a3")
DEVICES = (("bulb", BULB, "3.3"), ("cover", COVER, "3.4"), ("bath", THERMOSTAT, "3.5"))
RULES = {
    "rules": [
        {
            "id": "cold",
            "when": {"climate": "bath", "temperature": "<18"},
            "do": [{"bulb": "bulb", "colour": "#0000ff"}, {"cover": "cover", "set": "close"}],
        }
    ]
}


async def seen(port, path, fits):
    """Return the answer under a path as soon as it fits."""
    for _ in range(200):
        status, body = await ask(port, "GET", path)
        if status == 200 and fits(body):
            return body
        await asyncio.sleep(0.05)
    raise AssertionError(body)


def are_known(found):
    return [plug["kind"] for plug in found] == ["bulb", "cover", "climate", "strip"]


async def test_a_home_of_kinds(tmp_path, micropython):
    async with contextlib.AsyncExitStack() as stack:
        plugs = {}
        for number, (name, dps, version) in enumerate((*DEVICES, ("desk", STRIP, "3.3"))):
            plug = FakePlug(f"bf{number:020}", KEY, version, dict(dps))
            plugs[name] = await stack.enter_async_context(plug)
        named = [lamp(plug, name=name, id=plug.id) for name, plug in plugs.items()]
        config = config_for(
            *named,
            relays=[],
            led=None,
            outlets=[{"name": "printer", "plug": "desk", "dp": 2}],
            scenes=[{"name": "film", "set": {"bulb": {"brightness": "10%"}, "printer": "on"}}],
            buttons=[
                {
                    "pin": BUTTON,
                    "press": {"cover": "cover"},
                    "hold": {"bulb": "bulb", "dim": "20%"},
                }
            ],
        )
        board = await stack.enter_async_context(
            simulated(prepare_flash(tmp_path, config, RULES), micropython)
        )
        port = config["web"]["port"]
        await board.expect("desk: it is of the kind strip")
        await board.expect("cover: it is of the kind cover")
        states = await seen(port, "/api/v1/plugs", are_known)
        assert states[0]["values"]["brightness"] == 50 and states[0]["power"] is None
        assert states[2]["values"] == {"target": 21, "current": 19, "mode": "auto"}

        # A press, and the next one while it is on its way.
        board.send(f"press {BUTTON}")
        await until(plugs["cover"], lambda p: p.dps[1] == "close")
        board.send(f"press {BUTTON}")
        await until(plugs["cover"], lambda p: p.dps[1] == "stop")
        # A hold dims.
        board.send(f"press {BUTTON} 2500")
        await until(plugs["bulb"], lambda p: p.dps[22] > 900)
        # The page's ways.
        status, state = await ask(
            port, "PUT", "/api/v1/plugs/bulb/values", {"colour": "#ff0000", "brightness": 100}
        )
        assert status == 200 and state["values"]["colour"] == "#ff0000", state
        assert plugs["bulb"].dps[24] == "000003e803e8"
        status, state = await ask(port, "PUT", "/api/v1/plugs/bath/values", {"target": 23})
        assert status == 200 and plugs["bath"].dps[2] == 23
        status, state = await ask(port, "PUT", "/api/v1/outlets/printer/switch", {"on": True})
        assert status == 200 and plugs["desk"].dps[2] is True and state["on"] is True
        status, _ = await ask(port, "POST", "/api/v1/scenes/film/run", {})
        assert status == 200
        assert (plugs["bulb"].dps[21], plugs["bulb"].dps[22]) == ("white", 100) or plugs[
            "bulb"
        ].dps[24].endswith("0064")
        # A rule on a temperature, as the thermostat measures it.
        plugs["bath"].press({3: 17})
        await until(plugs["bulb"], lambda p: p.dps[24] == "00f003e803e8")
        await until(plugs["cover"], lambda p: p.dps[1] == "close")


async def test_what_is_behind_a_gateway(tmp_path, micropython):
    children = {cid: {1: False, 4: "mode"} for cid in CIDS}
    async with FakePlug(f"bf{0:020}", KEY, "3.4", children=children) as gateway:
        named = [
            {"name": name, "id": f"bf{number:020}", "gateway": "hub", "node": cid}
            for number, (name, cid) in enumerate(zip(("valve", "lamp"), CIDS, strict=True), 1)
        ]
        plugs = [*named, lamp(gateway, name="hub", id=gateway.id)]
        config = config_for(*plugs, relays=[], led=None)
        flash = prepare_flash(tmp_path, config)
        async with simulated(flash, micropython) as board:
            await board.expect("lamp: online")
            port = config["web"]["port"]
            are_there = lambda found: [plug["on"] for plug in found] == [None, False, False]  # noqa: E731
            found = await seen(port, "/api/v1/plugs", are_there)
            assert [plug["name"] for plug in found] == ["hub", "valve", "lamp"]
            board.send(f"press {BUTTON}")
            await board.expect("done: lamp toggle")
            assert gateway.datapoints(CIDS[1]).values[1] is True
            assert gateway.datapoints(CIDS[0]).values[1] is False
            gateway.press({1: True}, CIDS[0])
            await seen(port, "/api/v1/plugs/valve", lambda plug: plug["on"] is True)

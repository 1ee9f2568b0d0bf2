"""`plughub get`, `set`, `on`, `off`, `toggle` and `watch`, as people use them, on fake devices."""

import asyncio
import json

from newcomer import run, start

from fakeplug import FakePlug
from plughub import devices

ID, KEY = "bf0123456789abcdefghij", "0123456789abcdef"
BULB = {20: True, 21: "white", 22: 1000, 23: 0, 24: "000003e803e8", 25: ""}
MAPPING = {
    "1": {"code": "switch_1", "type": "Boolean", "values": {}},
    "9": {"code": "countdown_1", "type": "Integer", "values": {"unit": "s", "max": 86400}},
    "19": {"code": "cur_power", "type": "Integer", "values": {"unit": "W", "scale": 1}},
    "38": {"code": "relay_status", "type": "Enum", "values": {"range": ["off", "on", "memory"]}},
}


class Home:
    """Fake devices with their devices.json, and the command beside them."""

    def __init__(self, folder):
        self.folder = folder
        self._entries = []
        self.plugs = []

    async def __aenter__(self):
        return self

    async def __aexit__(self, *exception):
        for plug in self.plugs:
            await plug.stop()

    async def add(self, name, dps, version="3.3", **entry):
        plug = FakePlug(f"bf{len(self.plugs):020}", KEY, version, dps)
        await plug.start()
        self.plugs.append(plug)
        self._entries.append(
            {"name": name, "id": plug.id, "key": KEY, "ip": "127.0.0.1", "port": plug.port}
            | {"version": version}
            | entry
        )
        devices.save(self._entries, self.folder / "devices.json")
        return plug

    async def run(self, *words):
        """Return (status, what was printed, what was complained of)."""
        status, output, errors = await run(self.folder, *words)
        assert KEY not in output + errors
        return status, output, errors


async def test_a_plug_by_the_names_of_its_mapping(tmp_path):
    async with Home(tmp_path) as home:
        plug = await home.add("Desk lamp", {1: False, 9: 0, 19: 957, 38: "off"}, mapping=MAPPING)
        status, output, _ = await home.run("get", "desk lamp")
        assert status == 0
        told = dict(line.split(maxsplit=1) for line in output.splitlines())
        assert told["switch_1"] == "off" and told["cur_power"] == "95.7 W"
        assert (await home.run("get", "desk", "power"))[0] == 1
        assert (await home.run("get", "desk", "cur_power"))[1] == "95.7\n"
        _, output, _ = await home.run("get", "desk", "--json")
        assert json.loads(output)["relay_status"] == "off"
        assert (await home.run("on", "desk"))[:2] == (0, "Desk lamp is on\n") and plug.dps[
            1
        ] is True
        assert (await home.run("toggle", plug.id))[1] == "Desk lamp is off\n"
        status, output, _ = await home.run("set", "desk", "switch=on", "countdown=60", "38=memory")
        assert status == 0 and plug.dps == {1: True, 9: 60, 19: 957, 38: "memory"}
        assert "relay_status" in output
        status, _, errors = await home.run("set", "desk", "relay_status=loud")
        assert status == 1 and "'memory'" in errors


async def test_a_bulb_takes_words(tmp_path):
    async with Home(tmp_path) as home:
        bulb = await home.add("Ceiling", BULB, "3.4", category="dj")
        assert (await home.run("set", "ceiling", "brightness=40%"))[0] == 0
        assert bulb.dps[22] == 400 and bulb.dps[21] == "white"
        assert (await home.run("set", "ceiling", "colour=red"))[0] == 0
        assert bulb.dps[21] == "colour" and bulb.dps[24] == "000003e803e8"
        await home.run("set", "ceiling", "colour=#0000ff", "brightness=50")
        assert bulb.dps[24].startswith("00f0") and bulb.dps[24].endswith("01f5")
        assert (await home.run("off", "ceiling"))[1] == "Ceiling is off\n" and bulb.dps[
            20
        ] is False
        for wrong, expected in (("colour=nice", "#ff8000"), ("brightness=200%", "0% to 100%")):
            status, _, errors = await home.run("set", "ceiling", wrong)
            assert status == 1 and expected in errors


async def test_a_strip_a_cover_and_a_thermostat(tmp_path):
    async with Home(tmp_path) as home:
        strip = await home.add("Strip", {1: False, 2: False}, "3.5")
        await home.run("on", "strip", "--switch", 2)
        assert strip.dps == {1: False, 2: True}
        cover = await home.add("Blind", {1: "stop", 2: 0, 3: 0}, category="cl")
        await home.run("set", "blind", "cover=open", "position=40%")
        assert cover.dps[1] == "open" and cover.dps[2] == 40
        heater = await home.add("Heater", {1: True, 2: 200, 3: 190, 4: "auto"}, category="wk")
        status, _, errors = await home.run("set", "heater", "target=21.5")
        assert status == 0, errors
        assert heater.dps[2] in (215, 43)


async def test_watch_tells_what_happens(tmp_path):
    async with Home(tmp_path) as home:
        plug = await home.add("Desk lamp", {1: False, 19: 957}, mapping=MAPPING)
        process = await start(home.folder, "watch", "desk", "--json")
        async with asyncio.timeout(60):
            first = json.loads(await process.stdout.readline())
            assert first["device"] == "Desk lamp" and first["cur_power"] == 95.7
            plug.press({1: True})
            told = {}
            while "switch_1" not in told:
                told = json.loads(await process.stdout.readline())
            assert told["switch_1"] is True
            process.send_signal(2)
            assert await process.wait() == 130


async def test_what_goes_wrong_has_words_and_a_code(tmp_path):
    async with Home(tmp_path) as home:
        assert (await home.run("on", "lamp"))[0] == 3
        plug = await home.add("Desk lamp", {1: False})
        for words, code, expected in (
            (("on", "kettle"), 3, "known are: Desk lamp"),
            (("set", "desk", "on"), 2, "is no name and value"),
            (("set", "desk", "colour=red"), 1, "there is no colour"),
            (("on", "desk", "--switch", "9"), 1, "Desk lamp"),
        ):
            status, _, errors = await home.run(*words)
            assert status == code and expected in errors and "Traceback" not in errors, errors
        await plug.stop()
        status, _, errors = await home.run("on", "desk")
        assert status == 4 and "refuses" in errors and "Traceback" not in errors

"""Programs that people have already: what they ask is answered as they want it."""

import asyncio
import json
import re
import shutil
import subprocess

import httpx
from http_client import ask, ask_fully, event_stream
from httpx_sse import aconnect_sse
from interpreters import missing
from jsonschema import Draft202012Validator
from locked_home import PASSWORD, first_token, locked
from openapi_spec_validator import validate
from prometheus_client.parser import text_string_to_metric_families
from simulated_home import home, until
from tasmotadevicecontroller import TasmotaDevice, tasmota_types

from fakeplug.ports import free_port
from hub.web import routes
from hub.web.routes import ROWS
from plughub.firmware.api_answers import ANSWERS, TEXTS
from plughub.firmware.api_sent import BODIES, PARAMETERS
from plughub.firmware.openapi import describe

TARGETS = (("plug", "lamp"), ("relay", "fan"), ("group", "all"))


async def test_tasmotadevicecontroller(tmp_path, micropython):
    async with locked(tmp_path, micropython, tasmota=True) as (plug, _, port, code):
        await first_token(port, code)
        address = f"localhost:{port}/p/lamp"
        device = await TasmotaDevice.connect(address, "admin", PASSWORD)
        assert await device.getPower() is False
        assert await device.setPower(tasmota_types.PowerType.ON) is True
        assert plug.dps[1] is True and await device.getPower() is True
        assert await device.setPower(tasmota_types.PowerType.TOGGLE) is False


async def test_digest_of_httpx_and_curl(tmp_path, micropython):
    """Programs that know Digest never send the password."""
    async with locked(tmp_path, micropython, tasmota=True, metrics=True) as (plug, _, port, code):
        await first_token(port, code)
        url = f"http://127.0.0.1:{port}"
        sent = []
        async with httpx.AsyncClient(
            auth=httpx.DigestAuth("admin", PASSWORD),
            event_hooks={"request": [lambda request: _note(sent, request)]},
        ) as client:
            for word, on in (("on", True), ("off", False), ("toggle", True)):
                answer = await client.get(f"{url}/p/lamp/cm?cmnd=Power%20{word}")
                assert answer.json() == {"POWER": "ON" if on else "OFF"} and plug.dps[1] is on
            assert (await client.get(f"{url}/metrics")).status_code == 200
        kinds = [shown.split(" ")[0] for shown in sent]
        assert kinds == ["", "Digest", "Digest", "Digest", "Digest"]
        curl = shutil.which("curl")
        for password, expected in ((PASSWORD, b'{"POWER":"ON"}'), ("wrong", b"Unauthorized")):
            words = [curl, "-sS", "-m", "10", "--digest", "-u", f"admin:{password}"]
            process = await asyncio.create_subprocess_exec(
                *words, f"{url}/p/lamp/cm?cmnd=Power", stdout=subprocess.PIPE
            )
            output, _ = await process.communicate()
            assert expected in output, output


async def _note(sent, request):
    sent.append(request.headers.get("authorization", ""))


async def test_tasmota_by_address(tmp_path, micropython):
    """As evcc, exporters and scripts ask, with the password or a token in the address."""
    async with locked(tmp_path, micropython, tasmota=True) as (plug, _, port, code):
        admin = await first_token(port, code)
        body = {"name": "meter", "scope": "read"}
        _, meter = await ask(port, "POST", "/api/v1/tokens", body, token=admin)

        async def cm(command, word=PASSWORD, method="GET"):
            path = f"/p/lamp/cm?user=admin&password={word}&cmnd={command}"
            return await ask(port, method, path.replace(" ", "%20"))

        assert await cm("Power1+on") == (200, {"POWER": "ON"})
        assert plug.dps[1] is True
        assert await cm("POWER", meter["token"]) == (200, {"POWER": "ON"})
        assert (await cm("Power off", meter["token"]))[0] == 403 and plug.dps[1] is True
        assert (await cm("Power off", "wrong"))[0] == 401
        assert (await ask(port, "GET", "/p/lamp/cm?cmnd=Power%20off"))[0] == 401
        _, answer = await cm("Status 8", meter["token"])
        energy = answer["StatusSNS"]["ENERGY"]
        assert (energy["Power"], energy["Voltage"], energy["Current"]) == (95.7, 230.4, 0.417)
        assert {"Total", "Today"} <= energy.keys() and 0.9 < energy["Factor"] <= 1
        _, everything = await cm("Status 0")
        assert everything["StatusSTS"]["POWER"] == "ON"
        assert everything["StatusNET"]["IPAddress"] == "127.0.0.1"
        assert re.match(r"\d{4}-\d\d-\d\dT", everything["StatusSNS"]["Time"] or "2000-01-01T")
        for which in ("2", "5", "10", "11"):
            assert (await cm(f"Status {which}"))[0] == 200
        assert (await cm("Backlog Reset 1"))[0] == 400
        assert (await ask(port, "GET", "/p/nobody/cm?cmnd=Power"))[0] == 404


async def test_a_get_that_switches_needs_a_password_also_where_the_page_needs_none(
    tmp_path, micropython
):
    web = {"port": free_port(), "auth": False, "tasmota": True, "esphome": True}
    async with home(tmp_path, micropython, web=web) as (plug, _, port):
        assert (await ask(port, "GET", "/p/lamp/cm?cmnd=Power"))[0] == 200
        assert (await ask(port, "GET", "/p/lamp/cm?cmnd=Power%20on"))[0] == 401
        assert plug.dps[1] is False
        assert (await ask(port, "POST", "/switch/lamp/turn_on"))[0] == 200
        evil = "Origin: null\r\n"
        assert (await ask(port, "POST", "/switch/lamp/turn_off", headers=evil))[0] == 403
        assert plug.dps[1] is True


async def test_esphome_by_httpx_sse(tmp_path, micropython):
    async with locked(tmp_path, micropython, esphome=True) as (plug, _, port, code):
        token = await first_token(port, code)
        base = f"http://localhost:{port}"
        bearer = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(base_url=base, timeout=10) as client:
            assert (await client.post("/switch/lamp/turn_on")).status_code == 401
            async with aconnect_sse(client, "GET", "/events", headers=bearer) as source:
                events = source.aiter_sse()
                first = await anext(events)
                assert first.event == "ping" and first.json()["title"] == "plughub"
                assert await state(events, "switch-lamp") == {
                    "id": "switch-lamp",
                    "name": "lamp",
                    "value": False,
                    "state": "OFF",
                }
                assert (await state(events, "sensor-lamp_power"))["state"] == "95.7 W"
                answer = await client.post("/switch/lamp/turn_on", auth=("admin", PASSWORD))
                assert (answer.status_code, answer.text) == (200, "")
                assert plug.dps[1] is True
                assert (await state(events, "switch-lamp"))["value"] is True
            answer = await client.get("/sensor/lamp_voltage", headers=bearer)
            assert answer.json()["value"] == 230.4
            await client.post("/switch/lamp/toggle", headers=bearer)
            answer = await client.get("/switch/lamp", headers=bearer)
            assert answer.json()["state"] == "OFF"


async def state(events, id):
    async with asyncio.timeout(30):
        async for event in events:
            if event.event == "state" and event.json()["id"] == id:
                return event.json()
    return None


async def test_prometheus(tmp_path, micropython):
    web = {"port": free_port(), "metrics": True}
    async with home(tmp_path, micropython, web=web) as (_, board, port):
        await board.expect("set-up code")
        status, head, text = await ask_fully(port, "GET", "/metrics")
        assert status == 200 and "text/plain; version=0.0.4" in head
        found = {
            sample.name: sample
            for family in text_string_to_metric_families(text.decode())
            for sample in family.samples
        }
        assert found["plughub_plug_power_watts"].value == 95.7
        assert found["plughub_plug_power_watts"].labels["plug"] == "lamp"
        assert found["plughub_plug_on"].value == 0 and found["plughub_plug_up"].value == 1
        assert found["plughub_plug_energy_joules_total"].value == 0
        assert found["plughub_heap_free_bytes"].value > 10000
    promtool = shutil.which("promtool")
    if not promtool:
        missing("no promtool")
    judged = subprocess.run(
        [promtool, "check", "metrics"], input=text, capture_output=True, check=False, timeout=20
    )
    assert (judged.returncode, judged.stderr) == (0, b"")


async def test_curl(tmp_path, micropython):
    curl = shutil.which("curl")
    if not curl:
        missing("no curl")
    async with home(tmp_path, micropython) as (plug, _, port):

        async def run(*arguments):
            process = await asyncio.create_subprocess_exec(
                *(curl, "-sS", "--max-time", "10", *arguments), stdout=subprocess.PIPE
            )
            return json.loads((await process.communicate())[0])

        url = f"http://localhost:{port}/api/v1/plugs/lamp"
        assert (await run(url))["power"] == 95.7
        assert (await run("-X", "PUT", "--json", '{"on": true}', url + "/switch"))["on"] is True
        assert plug.dps[1] is True
        problem = await run("-X", "PUT", "-d", "on=true", url + "/switch")
        assert problem["status"] == 415 and "Content-Type" in problem["detail"]


async def test_a_page_that_a_browser_has_already_is_not_sent_again(tmp_path, micropython):
    async with home(tmp_path, micropython) as (_, _, port):
        _, head, page = await ask_fully(port, "GET", "/")
        tag = re.search(r"ETag: (\S+)", head)[1]
        known = f"If-None-Match: {tag}\r\n"
        status, _, nothing = await ask_fully(port, "GET", "/", headers=known)
        assert (status, nothing) == (304, b"")
        # The tag is that of the text, not of its length: another one is sent.
        other = f'If-None-Match: "{page[-8:-4].hex()[::-1]}{page[-4:].hex()}"\r\n'
        status, _, again = await ask_fully(port, "GET", "/", headers=other)
        assert other != known and (status, again) == (200, page)


async def test_switching_for_a_while(tmp_path, micropython):
    async with home(tmp_path, micropython) as (plug, _, port):
        path = "/api/v1/plugs/lamp/switch"
        for body in ({"on": True, "for": 0}, {"on": True, "for": "1s"}, {"on": True, "for": True}):
            assert (await ask(port, "PUT", path, body))[0] == 400
        status, answer = await ask(port, "PUT", path, {"on": True, "for": 2})
        assert (status, answer["on"]) == (200, True)
        await until(plug, lambda p: p.dps[1] is False)


async def test_raw_dps_history_and_what_came_since(tmp_path, micropython):
    async with home(tmp_path, micropython) as (plug, _, port):
        path = "/api/v1/plugs/lamp/dps"
        status, answer = await ask(port, "GET", path)
        assert (status, answer["dps"]["20"]) == (200, 2304)
        assert (await ask(port, "PUT", path, {"dps": {"1": True}}))[0] == 200
        assert plug.dps[1] is True
        for wrong in ({}, {"dps": {}}, {"dps": {"x": 1}}, {"dps": {"1": [1]}}, {"dps": {"0": 1}}):
            assert (await ask(port, "PUT", path, wrong))[0] == 400, wrong
        assert (await ask(port, "POST", "/api/v1/plugs/lamp/refresh", {}))[0] == 200
        _, history = await ask(port, "GET", "/api/v1/history")
        assert history["step"] == 5 and len(history["power"]["lamp"]) == 120
        _, log = await ask(port, "GET", "/api/v1/log")
        assert [line["seq"] for line in log] == list(range(log[0]["seq"], log[-1]["seq"] + 1))
        _, rest = await ask(port, "GET", f"/api/v1/log?after={log[-2]['seq']}")
        assert rest[0] == log[-1]


async def test_a_stream_goes_on_where_it_ended(tmp_path, micropython):
    async with home(tmp_path, micropython) as (_, _, port):
        frames = await first_frame(port)
        assert "event: snapshot" in frames and "retry: 2000" in frames
        last = re.search(r"^id: (\S+)$", frames, re.M)[1]
        assert (await ask(port, "PUT", "/api/v1/plugs/lamp/switch", {"on": True}))[0] == 200
        frame = await first_frame(port, f"Last-Event-ID: {last}\r\n")
        assert "event: change" in frame
        change = json.loads(re.search(r"^data: (.*)$", frame, re.M)[1])
        assert [state["name"] for state in change["plugs"]] == ["lamp"]
        assert change["plugs"][0]["on"] is True
        for odd in ("of another start-7", "nonsense", "-"):
            assert "event: snapshot" in await first_frame(port, f"Last-Event-ID: {odd}\r\n")


async def first_frame(port, headers=""):
    async with event_stream(port, "/api/v1/events", headers) as reader:
        return (await reader.readuntil(b"\n\n")).decode()


async def test_a_configuration_is_tried_changed_and_undone(tmp_path, micropython):
    async with home(tmp_path, micropython) as (_, _, port):
        _, config = await ask(port, "GET", "/api/v1/config")
        more = config | {"relays": [], "groups": [{"name": "all", "members": ["lamp"]}]}
        faulty = config | {"groups": [{"name": "all", "members": ["nobody"]}]}
        assert (await ask(port, "PUT", "/api/v1/config?dry=1", more))[0] == 200
        status, problem = await ask(port, "PUT", "/api/v1/config?dry=1", faulty)
        assert status == 400 and "groups[0].members" in problem["detail"]
        assert (await ask(port, "GET", "/api/v1/config"))[1] == config
        assert (await ask(port, "POST", "/api/v1/config/undo", {}))[0] == 409
        assert (await ask(port, "PUT", "/api/v1/config", more))[0] == 200
        assert (await ask(port, "GET", "/api/v1/groups/all"))[0] == 200
        without = more | {"plugs": [], "groups": [], "led": None, "buttons": []}
        assert (await ask(port, "PUT", "/api/v1/config", without))[0] == 200
        assert (await ask(port, "POST", "/api/v1/config/undo", {}))[0] == 200
        # The key of the plug is there again, though nobody has said it.
        status, state = await ask(port, "PUT", "/api/v1/plugs/lamp/switch", {"on": True})
        assert (status, state["on"]) == (200, True)


async def test_the_description_of_the_api_is_what_the_hub_does(tmp_path, micropython):
    described = describe()
    validate(described)

    def check(method, path, answer):
        operation = described["paths"][path][method.lower()]
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        Draft202012Validator(schema | {"components": described["components"]}).validate(answer)

    groups = [{"name": "all", "members": ["lamp"]}]
    # There is no challenge either while there is no password, and a board keeps no years, knows
    # nobody but its administrator, asks no cloud, and has one slot.
    no_json = ("events", "/", "openapi.json", "login", "login.js", "backup.js", "more.js", "found")
    no_json += (
        "manifest.json",
        "icon.svg",
        "icon.png",
        "setup",
        "course",
        "users",
        "cloud",
        "update",
    )
    async with home(tmp_path, micropython, groups=groups) as (_, _, port):
        async with httpx.AsyncClient(base_url=f"http://localhost:{port}", timeout=10) as client:
            assert (await client.get("/api/v1/openapi.json")).json() == describe()
        for method, path, _, _, switch in ROWS:
            if method != "GET" or switch or path.endswith(no_json):
                continue
            kind, name = next(
                (k, n) for k, n in (*TARGETS, ("", "x")) if f"/{k}s/" in path or not k
            )
            status, answer = await ask(port, "GET", path.replace("*", name))
            assert status == (200 if kind or "*" not in path else 404), (path, answer)
            if status == 200:
                check("GET", path.replace("*", "{" + kind + "}"), answer)
        for kind, name in TARGETS:
            for method, verb, body in (("PUT", "switch", {"on": True}), ("POST", "toggle", {})):
                path = f"/api/v1/{kind}s/%s/{verb}"
                status, answer = await ask(port, method, path % name, body)
                assert status == 200
                check(method, path % ("{" + kind + "}"), answer)
        for wrong in ("POST /api/v1/log", "DELETE /api/v1/plugs/lamp/switch", "PUT /health"):
            method, path = wrong.split()
            status, head, _ = await ask_fully(port, method, path)
            assert status == 405 and re.search(r"Allow: [A-Z]+", head), wrong


def test_each_path_says_what_it_is_for_and_what_it_takes_and_answers():
    operations = [
        operation for path in describe()["paths"].values() for operation in path.values()
    ]
    # tinytuya's own paths are described where they come from.
    rows = {row[:2] for row in ROWS if row[4] != "tinytuya"}
    assert len(operations) == len(rows) > 50
    assert all(operation["summary"] for operation in operations)
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names) and {"switchPlug", "listRelays", "runScene"} < set(names)
    tags = {tag["name"] for tag in describe()["tags"]}
    assert {operation["tags"][0] for operation in operations} == tags
    functions = {row[2] for row in ROWS}
    assert set(BODIES) | set(PARAMETERS) | set(ANSWERS) | set(TEXTS) <= functions
    assert set(PARAMETERS) == set(routes._WITH_QUERY)

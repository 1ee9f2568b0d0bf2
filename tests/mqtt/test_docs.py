"""The examples of docs/mqtt.md: its configuration, its rule, the flow and the dashboard."""

import asyncio
import json
import os
import re
import shutil
import subprocess

import pytest
from interpreters import missing

from bench.mosquitto import Judge
from fakeplug.ports import free_port
from hub.components import schema
from hub.web.compat import metrics
from plughub import BUILD, ROOT

DOCS = ROOT / "docs"
EXAMPLES = re.findall(r"```json\n(.*?)```", (DOCS / "mqtt.md").read_text(), re.DOTALL)
LAMP = {"name": "lamp", "id": "bf0123456789abcdefghij", "key": "0123456789abcdef"}
_START_S = 60


def test_the_configuration_and_the_rule_are_right():
    config, rule = map(json.loads, EXAMPLES)
    checked = schema().check_values(config | {"plugs": [LAMP]}, {}, {"rules": [rule]})
    assert checked["faults"] == [] and len(checked["rules"]) == 1


def test_each_field_is_told_of():
    from hub.mqtt.broker import SCHEMA

    text = (DOCS / "mqtt.md").read_text()
    for name, *_ in SCHEMA:
        assert f"`{name}`" in text, name


def dashboard():
    return json.loads((DOCS / "grafana.json").read_text())


def queries():
    """Return the queries of all panels, with "all" in the place of their variables."""
    found = [target["expr"] for panel in dashboard()["panels"] for target in panel["targets"]]
    return [re.sub(r"\$(hub|plug)", ".*", query) for query in found]


def test_the_dashboard_asks_for_what_there_is(tmp_path):
    promtool = shutil.which("promtool")
    if not promtool:
        missing("no promtool")
    rules = [{"record": f"panel:{i}", "expr": query} for i, query in enumerate(queries())]
    file = tmp_path / "rules.json"  # which YAML takes
    file.write_text(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}))
    found = subprocess.run(
        [promtool, "check", "rules", file], capture_output=True, text=True, check=False, timeout=20
    )
    assert found.returncode == 0, found.stdout + found.stderr
    source = (ROOT / "lib/hub/web/compat/metrics.py").read_text()
    known = {"plug_" + row[0] for row in metrics._OF_PLUGS}
    known |= {"info", "uptime_seconds", "loop_lag_seconds", "heap_free_bytes"}
    known |= {"network_heap_free_bytes"}
    asked = set(re.findall(r"plughub_(\w+)", " ".join(queries())))
    assert asked and asked <= known, asked - known
    assert all(name.removeprefix("plug_") in source for name in known)
    ids = [panel["id"] for panel in dashboard()["panels"]]
    assert len(set(ids)) == len(ids)


@pytest.fixture
def node_red():
    program = BUILD / "node/node_modules/node-red/red.js"
    if not shutil.which("node") or not program.exists():
        missing(f"node-red is not in {program.parent}")
    return program


async def test_the_flow_switches_and_hears_the_state(tmp_path, mosquitto, node_red):
    flow = json.loads((DOCS / "node-red.json").read_text())
    assert not [node for node in flow if node["type"].startswith("ui")]
    broker = mosquitto()
    for node in flow:
        if node["type"] == "mqtt-broker":
            node |= {"broker": "127.0.0.1", "port": str(broker.port)}
        if node["type"] == "inject" and node["payload"] != "OFF":
            node |= {"once": True, "onceDelay": 1}  # nobody is there to click it
        if node["type"] == "debug":
            node["console"] = True
    (tmp_path / "flows.json").write_text(json.dumps(flow))
    async with broker, Judge(broker.port) as judge:
        process = await asyncio.create_subprocess_exec(
            *("node", node_red, "--userDir", tmp_path, "--port", str(free_port())),
            *("-D", "disableEditor=true", "-D", "httpAdminRoot=false", "flows.json"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=os.environ | {"NO_UPDATE_NOTIFIER": "1"},
        )
        lines = []
        reading = asyncio.create_task(_read(process.stdout, lines))
        try:
            command = await judge.expect("plughub/desk lamp/set", seconds=_START_S)
            assert json.loads(command) == {"on": True, "for": 600, "id": "node-red"}
            judge.publish("plughub/desk lamp/state", '{"on":true,"power":95.7}')
            await judge.until(lambda: any("95.7" in line for line in lines), 20)
        finally:
            process.terminate()
            await process.wait()
            await reading


async def _read(stream, lines):
    async for line in stream:
        lines.append(line.decode(errors="replace"))

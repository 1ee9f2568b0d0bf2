"""The description of the API, and what the hub does, compared by schemathesis."""

import asyncio
import json
import sys
from pathlib import Path

from interpreters import need_micropython
from locked_home import PASSWORD, first_token
from simulated_home import home

from fakeplug.ports import free_port
from plughub.firmware.openapi import describe

_SETTINGS = {38: "off", 40: "relay", 41: False}
#: What there is of each thing that a path names, so that requests get beyond 404.
_NAMES = {
    "plug": "lamp",
    "outlet": "left",
    "relay": "fan",
    "group": "all",
    "scene": "night",
    "name": "presence",
}
# Streams never end; a restart, another password, key or name would end the test and not the hub;
# who is to be identified blinks for 3 s, devices are listened for 9 s; another Wi-Fi would be
# joined; files and updates have rules of their own, which a schema cannot say: see
# test_configuration.py, test_rules.py and test_update.py. What values there are depends on the
# device; any word is the name of somebody, "null" too.
_LEFT_OUT = (
    "events|/restart|/identify|/password|/login|/logout|/key$|/name$"
    "|/metrics|^/p/|^/switch|^/sensor|^/light|^/cover|^/climate|/values$|/found$"
    "|/wifi$|/users/"
)
_FILES = tuple(
    "/api/v1/" + at for at in ("config", "rules", "backup", "restore", "mqtt/test", "update")
)
#: A plug that does not do as it is told is a 502, and no fault of the hub.
_ALLOWED = """
[checks.not_a_server_error]
expected-statuses = ["2xx", "3xx", "4xx", 502]
"""


def named(described):
    """Return the description with the names of what there is in its paths."""
    for path, operations in described["paths"].items():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "path" and "/tokens/" not in path:
                    known = "night-off" if "/rules/" in path else _NAMES[parameter["name"]]
                    parameter["schema"] = {"enum": [known]}
    return described


async def run(folder, port, token, *words):
    """Run schemathesis; return (status, what it has printed)."""
    process = await asyncio.create_subprocess_exec(
        *(Path(sys.executable).with_name("schemathesis"), "run", "openapi.json"),
        *("--url", f"http://127.0.0.1:{port}", "-H", f"Authorization: Bearer {token}"),
        *("--seed", "1", "--no-shrink", "--phases", "coverage,fuzzing", "--warnings", "off"),
        *("--max-examples", "5", "--request-timeout", "10", *words),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=folder,
    )
    output, _ = await process.communicate()
    return process.returncode, output.decode()


async def test_what_is_described_is_what_is_done(tmp_path):
    rule = {"id": "night-off", "when": {"input": "presence", "is": False, "for": "10s"}}
    rules = {"rules": [rule | {"do": {"plug": "lamp", "set": "off"}}]}
    more = {"groups": [{"name": "all", "members": ["lamp"]}], "rules": rules}
    more["outlets"] = [{"name": "left", "plug": "lamp", "dp": 1}]
    more["scenes"] = [{"name": "night", "set": {"lamp": "off"}}]
    (tmp_path / "openapi.json").write_text(json.dumps(named(describe())))
    (tmp_path / "schemathesis.toml").write_text(_ALLOWED)
    flash = tmp_path / "flash"
    flash.mkdir()
    web = {"port": free_port()}
    async with home(flash, need_micropython(64), web=web, **more) as (plug, board, port):
        plug.measure(_SETTINGS)
        code = (await board.expect(r"set-up code (\w{12})"))[1]
        token = await first_token(port, code)
        files = [word for path in _FILES for word in ("--exclude-path", path)]
        status, output = await run(
            tmp_path, port, token, "--exclude-path-regex", _LEFT_OUT, *files
        )
        assert status == 0, output
        files = [word for path in _FILES for word in ("--include-path", path)]
        words = (*files, "--exclude-checks", "positive_data_acceptance")
        status, output = await run(tmp_path, port, token, *words)
        assert status == 0, output
        assert PASSWORD not in output
        assert not [line for line in board.lines if "Traceback" in line or "crashed" in line]

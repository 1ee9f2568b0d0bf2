"""Which client comes through what real plugs do: each scenario, ours and the peers'.

Writes build/survival.json, {scenario: {client: "ok" or what went wrong}}, and prints the table.
"""

import asyncio
import contextlib
import json
import os
import shutil
import sys
from pathlib import Path

from bench.scenarios import SCENARIOS
from fakeplug import FakePlug
from plughub import BUILD, ROOT
from plughub.checkout import find_micropython

ID = "bf0123456789abcdefghij"
KEY = "0123456789abcdef"
DPS = {1: False, 9: 0, 18: 417, 19: 957, 20: 2304}
#: Ours needs 3 s at the most. rustuya waits up to 5 s, by chance, before it connects.
DEADLINE_S = 10
#: A client that has to tell a cause may look for it first.
TOLD_DEADLINE_S = 20
_AT_ONCE = 4
_STEPS = 5
_HERE = Path(__file__).resolve().parent
_NODE_MODULES = BUILD / "node" / "node_modules"


def our_command(program):
    """Return the command of our client on an interpreter, without the plug."""
    return [program, _HERE / "upy" / "steps.py", ROOT / "lib"]


def clients():
    """Return {name: command}."""
    found = {}
    if find_micropython(64):
        found["ours"] = our_command(find_micropython(64))
    found["ours, CPython"] = our_command(sys.executable)
    for peer in ("tinytuya", "rustuya"):
        found[peer] = [sys.executable, "-m", "bench.peer_steps", peer]
    node = shutil.which("node")
    if node and _NODE_MODULES.is_dir():
        found["tuyapi"] = [node, _HERE / "tuyapi_steps.js"]
    return found


async def survive(scenario, command):
    """Send a client through a scenario. Returns "ok", or a few words on what went wrong."""
    async with FakePlug(ID, KEY, scenario.version, dict(DPS), scenario.quirks) as plug:
        about = {"key": KEY, "version": scenario.version} | scenario.configured
        process = await asyncio.create_subprocess_exec(
            *map(str, (*command, ID, about["key"], about["version"] or "-", plug.port)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=os.environ | {"NODE_PATH": str(_NODE_MODULES)},
        )
        judge = _Judge(scenario, plug)
        try:
            async with asyncio.timeout(TOLD_DEADLINE_S if scenario.told else DEADLINE_S):
                await judge.watch(process)
        except TimeoutError:
            pass
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        return judge.verdict


class _Judge:
    """Reads what a client says of its steps and compares it with the plug."""

    def __init__(self, scenario, plug):
        self.verdict = "hangs"
        self._scenario = scenario
        self._plug = plug
        self._steps = 0
        self._on = False

    async def watch(self, client):
        await self._next_step()
        async for line in client.stdout:
            try:
                about = json.loads(line)
            except ValueError:
                continue  # what a client prints for its own pleasure
            if await self._is_over(about):
                return
            client.stdin.write(b"\n")

    async def _is_over(self, about):
        told = self._scenario.told
        if "error" in about:
            self.verdict = about["error"]
            if told and about["error"].startswith(told):
                self.verdict = "ok"
            return self.verdict == "ok"
        if "set" in about:
            self._on = about["set"]
            if self._plug.dps[1] is not self._on:
                self.verdict = "said it had switched"
                return True
        elif about["status"] != {str(dp): value for dp, value in (DPS | {1: self._on}).items()}:
            self.verdict = f"wrong status: {json.dumps(about['status'])}"
            return True
        self._steps += 1
        self.verdict = "hangs" if told or self._steps < _STEPS else "ok"
        await self._next_step()
        return self.verdict == "ok"

    async def _next_step(self):
        action = self._scenario.meanwhile.get(self._steps)
        if action:
            await action(self._plug)


async def run(commands, scenarios=SCENARIOS):
    """Return {scenario: {client: verdict}}, a few at once."""
    turns = asyncio.Semaphore(_AT_ONCE)
    table = {scenario.name: dict.fromkeys(commands) for scenario in scenarios}

    async def cell(scenario, client):
        async with turns:
            table[scenario.name][client] = await survive(scenario, commands[client])

    async with asyncio.TaskGroup() as tasks:
        for scenario in scenarios:
            for client in commands:
                tasks.create_task(cell(scenario, client))
    return table


def main():
    table = asyncio.run(run(clients()))
    (BUILD / "survival.json").write_text(json.dumps(table, indent=1) + "\n")
    names = list(clients())
    print("".join(f"{name:34}" for name in ("what the plug does", *names)))
    for scenario, verdicts in table.items():
        print("".join(f"{cell[:32]:34}" for cell in (scenario, *verdicts.values())))
    for name in names:
        survived = sum(verdicts[name] == "ok" for verdicts in table.values())
        print(f"{name}: survives {survived} of {len(table)}")


if __name__ == "__main__":
    main()

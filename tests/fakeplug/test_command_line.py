"""`python -m fakeplug` as a process."""

import asyncio
import json
import os
import signal
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

DEADLINE_S = 20
TOOLS = Path(__file__).parents[2] / "tools"


@asynccontextmanager
async def running(*arguments):
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "fakeplug",
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(TOOLS)},
    )
    try:
        async with asyncio.timeout(DEADLINE_S):
            yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def test_home_prints_one_json_line_and_ends_with_stdin():
    async with running("home", "--plugs", "2", "--base-port", "0") as process:
        plugs = json.loads(await process.stdout.readline())
        assert [plug["name"] for plug in plugs] == ["desk lamp", "bed lamp"]
        assert set(plugs[0]) == {"name", "id", "key", "address", "port", "version"}
        process.stdin.close()
        assert await process.wait() == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_signals_end_it(number):
    async with running("home", "--plugs", "1", "--base-port", "0") as process:
        await process.stdout.readline()
        process.send_signal(number)
        assert await process.wait() == 0


async def test_one_plug_prints_a_line_for_each_frame(dial, make_plug):
    async with running("--port", "0", "--version", "3.3") as process:
        line = (await process.stdout.readline()).decode()
        assert line.startswith("listening on 127.0.0.1:")
        twin = make_plug()
        twin.host, twin.port = "127.0.0.1", int(line.split(":")[1].split(",")[0])
        async with await dial(twin) as client:
            await client.ask(10)
        lines = [(await process.stdout.readline()).decode() for _ in range(2)]
        assert "> 0a #1 b'{}'" in lines[0]
        assert "< 0a #1" in lines[1]


@pytest.mark.parametrize(
    "arguments", [["--quirk", "slots=many"], ["--version", "3.9"], ["home", "--quirk", "x=1"]]
)
async def test_mistakes_are_explained(arguments):
    async with running(*arguments) as process:
        _, stderr = await process.communicate()
        assert process.returncode == 2
        assert b"Error" in stderr

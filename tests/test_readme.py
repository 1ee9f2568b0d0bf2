"""The programs of README.md, run as they stand against a fake plug."""

import asyncio
import re
import sys

import pytest

from fakeplug import FakePlug
from plughub import ROOT

ID, KEY = "bf0123456789abcdefghij", "0123456789abcdef"
PROGRAMS = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda text: text.split("\n")[0])
async def test_a_program_does_what_it_says(program):
    plug = FakePlug(ID, KEY, "3.3", {1: False, 18: 417, 19: 957, 20: 2304})
    await plug.start("127.0.1.55", 6668)
    try:
        assert "192.168.1.55" in program
        text = program.replace("192.168.1.55", plug.host)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-u", "-c", text),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={"PYTHONPATH": str(ROOT / "lib")},
        )
        if "changes()" in program:  # which it prints for ever
            async with asyncio.timeout(30):
                assert b"1: False" in await process.stdout.readline()
                # A press in the middle of its write would have that fail, and rightly so.
                await plug.wait_for(lambda p: any(frame.command == 7 for frame in p.received))
                line = asyncio.create_task(process.stdout.readline())
                while not line.done():  # it may not listen yet
                    await asyncio.wait((line,), timeout=0.1)
                    plug.press({1: not plug.dps[1]})
                assert line.result() in (b"{1: True}\n", b"{1: False}\n")
            process.terminate()
        output, errors = await asyncio.wait_for(process.communicate(), 30)
        if "changes()" not in program:
            assert process.returncode == 0, errors.decode()
            assert output == b"95.7 W\n" and plug.dps[1] is True
    finally:
        await plug.stop()


def test_all_programs_are_there():
    assert len(PROGRAMS) == 3

"""`python -m tuya`, as somebody uses it who has the library alone."""

import asyncio
import contextlib
import json
import sys

import pytest

from fakeplug import FakePlug
from fakeplug.discovery import Announcer
from plughub import ROOT
from tuya.__main__ import dps_of

ID, KEY = "bf0123456789abcdefghij", "0123456789abcdef"


async def tuya(*words, given=b""):
    """Run the command; return (status, what it has printed, its errors)."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tuya", *map(str, words)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={"PYTHONPATH": str(ROOT / "lib")},
    )
    output, errors = await asyncio.wait_for(process.communicate(given), 60)
    return process.returncode, output.decode(), errors.decode()


async def test_status_and_set():
    plug = FakePlug(ID, KEY, "3.4", {1: False, 18: 417})
    await plug.start()
    try:
        reached = (ID, "127.0.0.1", KEY, "--port", plug.port, "--version", 3.4)
        status, output, _ = await tuya("status", *reached)
        assert (status, json.loads(output)) == (0, {"1": False, "18": 417})
        given = (ID, "127.0.0.1", "-", "1=true", "--port", plug.port, "--version", "3.4")
        status, output, _ = await tuya("set", *given, given=KEY.encode() + b"\n")
        assert (status, json.loads(output.splitlines()[-1])) == (0, {"1": True})
        assert plug.dps[1] is True
    finally:
        await plug.stop()


@contextlib.asynccontextmanager
async def lines_of(*words):
    """Run the command, and end it after the block; yields what waits for its next line."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tuya", *map(str, words)),
        stdout=asyncio.subprocess.PIPE,
        env={"PYTHONPATH": str(ROOT / "lib")},
    )
    try:
        async with asyncio.timeout(60):
            yield process.stdout.readline
    finally:
        process.terminate()
        await process.wait()


async def test_watch():
    plug = FakePlug(ID, KEY, "3.3", {1: False})
    await plug.start()
    reached = (ID, "127.0.0.1", KEY, "--port", plug.port, "--version", "3.3")
    try:
        async with lines_of("watch", *reached) as line:
            assert json.loads(await line()) == {"1": False}
            plug.press({1: True})
            told = b"online\n"
            while told == b"online\n":
                told = await line()
            assert json.loads(told) == {"1": True}
    finally:
        await plug.stop()


async def test_scan():
    plug = FakePlug(ID, KEY, "3.5", {1: False})
    await plug.start("127.0.0.7", 0)
    announcer = Announcer(plug, "127.0.0.1", listen="127.0.0.7")
    await announcer.start()
    try:
        async with lines_of("scan", "127.0.0.7", "--seconds", 50) as line:
            assert await line() == f"{ID} 127.0.0.7 3.5\n".encode()
    finally:
        announcer.stop()
        await plug.stop()
    assert await tuya("scan", "127.0.0.7", "--seconds", 0.1) == (0, "", "")


async def test_what_goes_wrong_is_told_in_words():
    for words, expected in (
        (("status", ID, "127.0.0.1", "short"), "16 characters"),
        (("set", ID, "127.0.0.1", KEY, "on"), "on is no number"),
        (("status", ID, "127.0.0.1", KEY, "--version", "9"), "not known"),
        (("status", ID, "127.0.0.1", KEY, "--port", "1"), "refuses"),
    ):
        status, output, errors = await tuya(*words)
        assert status == 1 and expected in errors and "Traceback" not in errors, errors
        assert KEY not in output + errors


@pytest.mark.parametrize(
    ("word", "value"),
    [("1=true", True), ("1=50", 50), ("1=1.5", 1.5), ("1=white", "white"), ("1=null", "null")],
)
def test_values(word, value):
    assert dps_of([word]) == {1: value}

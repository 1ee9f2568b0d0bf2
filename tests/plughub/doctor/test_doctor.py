"""`plughub doctor` on fake devices: each fault is named by its cause, and none by another one."""

import contextlib
import json
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
from fake_time import FakeTime
from loop_clock import LoopClock
from newcomer import run

import tuya
from fakeplug import FakePlug, Quirks
from fakeplug.discovery import Announcer
from plughub import devices
from plughub.doctor.examination import LINES, examine
from plughub.doctor.examination import _settled as settled
from plughub.doctor.steps import State

KEY, OTHER_KEY = "a key of 16 byte", "fedcba9876543210"
ID = "bf6789012345doctorabcd"
DPS = {1: False, 9: 0, 18: 417, 19: 957, 20: 2304}
VERSIONS = ("3.1", "3.2", "3.3", "3.4", "3.5")


@dataclass(frozen=True)
class Fault:
    """`cause`: what is to be named, "" for nothing; `line`: where the checklist shows it."""

    name: str
    cause: str = ""
    line: str = ""
    version: str = "3.3"
    quirks: Quirks = field(default_factory=Quirks)
    entry: dict = field(default_factory=dict)  # what devices.json says instead
    is_there: bool = True  # it has power
    announces: bool = False
    dps: dict = field(default_factory=lambda: dict(DPS))


def each(text, versions=VERSIONS, **more):
    return [Fault(f"{text}, {version}", version=version, **more) for version in versions]


FAULTS = [
    *each("nothing"),
    *each("nothing, and the version is not in the file", entry={"version": ""}),
    *each("a meter that is asked in vain", ("3.3", "3.5"), quirks=Quirks(updatedps="ignore")),
    *each("it is slow", ("3.3", "3.5"), quirks=Quirks(delay_s=0.6)),
    *each("in pieces", ("3.4",), quirks=Quirks(split=7, split_gap_s=0.001)),
    *each("device22", ("3.3", "3.4"), quirks=Quirks(device22=True)),
    *each("it pushes nothing", ("3.3",), quirks=Quirks(push="none")),
    *each("one place", ("3.3", "3.4"), quirks=Quirks(slots=1)),
    *each("no meter", ("3.3",), dps={1: False}),
    Fault("vendor code", version="3.5", quirks=Quirks.vendor35()),
    *each("no power", cause="Refused", line="port open", is_there=False),
    *each(
        "it answers in its app alone",
        ("3.3", "3.5"),
        cause="LanClosed",
        line="port open",
        is_there=False,
        announces=True,
    ),
    Fault("no address", "Offline", "found", is_there=False, entry={"ip": ""}),
    *each("no key", ("3.3",), cause="NoKey", entry={"key": ""}),
    *each("half a key", ("3.3",), cause="WrongKey", line="key", entry={"key": "0123"}),
    *each(
        "another key",
        ("3.2", "3.3", "3.4", "3.5"),
        cause="WrongKey",
        line="key",
        entry={"key": OTHER_KEY},
    ),
    *each(
        "another key, and it hangs up",
        ("3.3",),
        cause="WrongKey",
        line="key",
        entry={"key": OTHER_KEY},
        quirks=Quirks(wrong_key="close"),
    ),
    Fault("3.1, another key", "WrongKey", "writes", "3.1", entry={"key": OTHER_KEY}),
    *[
        Fault(
            f"{version}, and the file says {said}",
            "WrongVersion",
            "version",
            version,
            entry={"version": said},
        )
        for version, said in (
            *(("3.4", "3.3"), ("3.5", "3.3"), ("3.3", "3.4"), ("3.3", "3.5")),
            *(("3.5", "3.4"), ("3.4", "3.5"), ("3.1", "3.3")),
        )
    ],
    *each("full", ("3.3", "3.5"), cause="SlotTaken", line="slot free", quirks=Quirks(slots=0)),
    Fault("wedged", "SlotTaken", "slot free", quirks=Quirks(wedge_after=1)),
    *each("mute", cause="NoReply", line="answers", quirks=Quirks(mute=True)),
    *each("half a frame", ("3.3",), cause="NoReply", line="answers", quirks=Quirks(stall_frame=1)),
    *each(
        "each sixth frame is broken",
        ("3.3", "3.4", "3.5"),
        cause="BadFrame",
        line="writes",
        quirks=Quirks(bad_check_frame=6),
    ),
    Fault(
        "refuses to be asked",
        "Rejected",
        "answers",
        quirks=Quirks(query_text="query is not allowed"),
    ),
    Fault(
        "refuses to be switched",
        "Rejected",
        "writes",
        quirks=Quirks(control_text="device is locked"),
    ),
    *each(
        "says that it did, and did not",
        ("3.3", "3.5"),
        cause="Rejected",
        line="writes",
        quirks=Quirks(executes=False),
    ),
]


@contextlib.asynccontextmanager
async def faulty(fault):
    """Yield what devices.json knows of a fake plug with a fault."""
    plug = FakePlug(ID, KEY, fault.version, fault.dps, fault.quirks, clock=LoopClock())
    await plug.start()
    entry = {"id": ID, "name": "Lamp", "key": KEY, "ip": "127.0.0.1", "port": plug.port}
    known = devices.known(entry | {"version": fault.version} | fault.entry)
    try:
        async with contextlib.AsyncExitStack() as stack:
            if fault.announces:
                announcer = Announcer(plug, "127.0.0.1", listen="127.0.0.1", interval_s=0.2)
                await stack.enter_async_context(announcer)
            if not fault.is_there:
                plug._unlisten()
            yield known
    finally:
        await plug.stop()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
async def test_a_fault_is_named_by_its_cause(fault):
    with FakeTime(patience_s=0.002):
        async with faulty(fault) as known:
            steps = {}
            verdict = await examine(known, [known], lambda s: steps.update({s.name: s}), True)
    told = [(step.name, step.state.value, step.seen) for step in steps.values()]
    assert verdict.cause == fault.cause, (verdict, told)
    bad = [step.name for step in steps.values() if step.state is State.BAD]
    assert bad == ([fault.line] if fault.line else []), told
    assert bool(verdict.advice) is bool(fault.cause)
    assert KEY not in str(told) and OTHER_KEY not in str(told)
    if not fault.cause:
        assert set(steps) == set(LINES)


async def test_one_that_has_not_answered_by_the_end_is_told_to_be_silent(monkeypatch):
    monkeypatch.setattr("plughub.doctor.examination._TALK_S", 0)
    with FakeTime(patience_s=0.002):
        async with faulty(Fault("mute", version="3.2", quirks=Quirks(mute=True))) as known:
            verdict = await examine(known, [known], lambda step: None)
    assert verdict.cause == "NoReply" and "has not answered for 0 s" in verdict.seen
    assert verdict.advice


async def test_that_nothing_has_failed_yet_is_no_verdict():
    async def status():
        raise errors.pop(0)

    pending = tuya.TuyaError("it is still being connected: try again in a moment")
    silent = tuya.NoReply("no answer to a query")
    errors = [pending, pending, pending, silent, silent]
    device = SimpleNamespace(status=status, is_looking=False, error=None)
    assert await settled(device) is silent and not errors


def test_at_least_thirty_faults_are_told_apart():
    assert len([fault for fault in FAULTS if fault.cause]) >= 30
    assert len({fault.cause for fault in FAULTS}) >= 10


async def test_the_command(tmp_path):
    """As a newcomer runs it: the right key for one device, another one's for the second."""
    plug = FakePlug(ID, KEY, "3.3", dict(DPS))
    await plug.start()
    entry = {"id": ID, "ip": "127.0.0.1", "port": plug.port, "version": "3.3"}
    entries = [entry | {"name": "Lamp", "key": KEY}, entry | {"name": "Fan", "key": ""}]
    devices.save(entries, tmp_path / "devices.json")

    async def doctor(*words):
        status, output, errors = await run(tmp_path, "doctor", *words)
        assert KEY not in output + errors
        return status, output

    try:
        status, output = await doctor("lamp", "--write")
        assert status == 0 and output.endswith("Nothing is wrong with it.\n"), output
        assert "it was switched, and said so" in output
        status, output = await doctor("fan")
        assert status == 1 and "plughub keys" in output
        status, output = await doctor("--json")
        lamp, fan = json.loads(output)
        assert (status, lamp["cause"], fan["cause"]) == (1, "", "NoKey")
        assert [step["state"] for step in lamp["steps"]].count("ok") >= 5
    finally:
        await plug.stop()

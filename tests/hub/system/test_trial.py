"""A set of code on trial: what keeps it, and what takes it back."""

import asyncio
import os

from fake_hub import FakeHub, Folder
from fake_time import FakeTime

from hub.system import trial
from hub.system.store import save


class Choice:
    """As much of codeset.choice as a trial asks for."""

    def __init__(self, **found):
        self.found = found
        self.told = []

    def load(self):
        return self.found

    def keep(self):
        self.told.append("kept")

    def note(self, why):
        self.told.append(why)

    def sweep(self):
        self.told.append("swept")


class Page:
    """A connection to the page."""

    def __init__(self, answer):
        self._answer = answer
        self.is_open = True

    def send(self, data):
        assert data.startswith(b"GET /health HTTP/1.1\r\n")

    async def readinto(self, buf):
        buf[:] = self._answer
        return len(buf)

    def close(self):
        self.is_open = False


class Supervisor:
    def __init__(self):
        self.names = []
        self.jobs = []

    def late(self):
        return self.names

    def add(self, name, run, timeout, *arguments):
        self.jobs.append((name, arguments[1:3]))


async def judged(answer=trial._OK, wants_plug=False, online=True, is_safe=False, late_until=0):
    """Return ([what the choice was told], s until then) of a trial."""
    hub = FakeHub()
    hub.supervisor = Supervisor()
    hub.runtime.is_safe = is_safe
    hub.runtime.restart_because = lambda why: None
    for plug in hub.targets.plugs.values():
        plug.device.online = online
    page = Page(answer)

    async def connect(host, port, ms):
        assert (host, port) == ("127.0.0.1", 8080)
        if answer is None:
            raise OSError(111)
        return page

    real = trial.connect
    choice = Choice()
    trial.connect = connect
    try:
        with FakeTime() as time:
            began = time.ticks_ms()
            hub.supervisor.names = ["page"] if late_until else []

            def beat():
                if time.ticks_ms() - began >= late_until * 1000:
                    hub.supervisor.names = []

            task = asyncio.create_task(trial.judge(hub, 8080, wants_plug, choice, beat))
            while not choice.told:
                await trial.sleep_ms(500)
            seconds = (time.ticks_ms() - began) // 1000
            task.cancel()
            return choice.told, seconds
    finally:
        trial.connect = real
        assert choice.told != ["kept"] or not page.is_open


async def test_a_minute_in_which_all_is_well_keeps_it():
    told, seconds = await judged(wants_plug=True)
    assert told == ["kept"] and 59 <= seconds <= 62
    told, seconds = await judged(late_until=30)
    assert told == ["kept"] and 89 <= seconds <= 92


async def test_what_is_not_well_takes_it_back_and_is_told():
    for more, expected in (
        ({"wants_plug": True, "online": False}, "no plug is online any more"),
        ({"answer": None}, "its page cannot be reached"),
        ({"answer": b"HTTP/1.0 500"}, "its page is not served"),
        ({"is_safe": True}, "it ran in safe mode"),
        ({"late_until": 1000}, "no sign of life from page"),
    ):
        told, seconds = await judged(**more)
        assert len(told) == 1 and told[0].startswith(expected), told
        assert 149 <= seconds <= 152


def test_what_was_taken_back_is_told_and_what_nobody_wants_is_removed():
    real = trial._choice
    try:
        for found, faults, told, jobs in (
            ({"set": 1}, [], ["swept"], []),
            ({"set": 1, "failed": "2 was taken back"}, ["2 was taken back"], ["swept"], []),
            ({"trial": 3, "plugs": True}, [], [], [("trial", (80, True))]),
        ):
            choice = Choice(**found)
            trial._choice = lambda choice=choice: choice
            hub = FakeHub()
            hub.supervisor = Supervisor()
            with Folder():
                trial.begin(hub, {"web": {"port": 80}})
                assert not choice.told  # there are no sets
                os.mkdir("sets")
                save("sets/choice.json", found)
                trial.begin(hub, {"web": {"port": 80}})
            assert hub.faults == faults and hub.supervisor.jobs == jobs
            assert choice.told == told
    finally:
        trial._choice = real

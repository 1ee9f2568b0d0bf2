"""What the archive is told, minute by minute."""

import asyncio
import itertools
import sqlite3
from concurrent.futures import Executor, Future
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from fake_time import FakeTime

from hub.clock import location
from hub.energy.history import History
from plughub.serve.archive import DAY, HOUR, Archive
from plughub.serve.recording import Recorder, day_of, measured

BEGIN = 1_790_000_040  # a whole minute


def a_plug(id, *powers, wh=0):
    """Return a plug that has measured powers in 0.1 W, one every 5 s."""
    history = History()
    for power in powers:
        history.add(power)
    meter = SimpleNamespace(wh=wh)
    return SimpleNamespace(device=SimpleNamespace(id=id), history=history, meter=meter)


def a_hub(*plugs):
    by_name = {plug.device.id: plug for plug in plugs}
    return SimpleNamespace(targets=SimpleNamespace(plugs=by_name))


def test_a_minute_is_the_mean_of_what_is_known():
    silent = SimpleNamespace(device=SimpleNamespace(id="c"), history=None, meter=None)
    found = measured(
        [
            a_plug("a", *[0] * 50, *[200] * 6, *[300] * 6, wh=7),
            a_plug("b", *[200] * 11, None),
            a_plug("d", *[None] * 12),
            silent,
        ]
    )
    a, b, d = found
    assert a[0] == "a" and a[2] == 7 and 24 <= a[1] <= 26
    assert 19 <= b[1] <= 21 and d == ("d", None, 0)


class AtOnce(Executor):
    """Does what it is given at once: no time passes meanwhile."""

    def submit(self, work, /, *arguments, **named):
        done = Future()
        done.set_result(work(*arguments, **named))
        return done


async def test_it_is_written_once_a_minute_and_can_be_asked_meanwhile(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    plug = a_plug("a", *[600] * 12)
    beats = []
    with FakeTime(patience_s=0.02):
        loop = asyncio.get_running_loop()
        start = loop.time()
        recorder = Recorder(a_hub(plug), lambda: BEGIN + loop.time() - start, AtOnce())
        task = asyncio.create_task(recorder.run(lambda: beats.append(loop.time() - start)))
        for _ in range(5):
            await asyncio.sleep(60)
            plug.meter.wh += 1
        by, course = await recorder.course("a", BEGIN, BEGIN + HOUR)
        task.cancel()
        await asyncio.wait((task,))
    recorder.close()
    assert by == "minute" and len(course) in (4, 5)
    assert [at % 60 for at, _, _ in course] == [0] * len(course)
    assert all(59 <= watts <= 62 for _, watts, _ in course)
    gaps = [later - sooner for sooner, later in itertools.pairwise(beats)]
    assert max(gaps) <= 11
    with Archive(tmp_path / "history.db") as archive:
        assert archive.ids() == ["a"]


async def test_a_disk_that_takes_nothing_costs_minutes_and_no_more(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    class Full:
        def add(self, at, rows):
            raise sqlite3.OperationalError("database or disk is full")

        course = add

        def close(self):
            pass

    recorder = Recorder(a_hub())
    recorder._archive = Full()
    assert await recorder._do("add", BEGIN, []) is None
    with pytest.raises(sqlite3.Error):
        await recorder._do("course", BEGIN, [])
    recorder.close()


def test_a_day_begins_where_the_home_is():
    location.use({"tz": "CET-1CEST,M3.5.0,M10.5.0/3", "lat": 52.5, "lon": 13.4})
    try:
        for day, offset in (((2026, 7, 1), 2), ((2026, 12, 1), 1), ((2026, 10, 25), 2)):
            midnight = int(datetime(*day, tzinfo=UTC).timestamp()) - offset * HOUR
            # The last one is the day of 25 hours.
            for hours in (0, 1, 5, 12, 22.9):
                assert day_of(int(midnight + hours * HOUR)) == midnight, (day, hours)
    finally:
        location.use(None)
    assert day_of(5 * DAY + 7) == 5 * DAY

import asyncio
import gc

from fake_time import FakeTime

from hub import log
from hub.system.supervisor import Supervisor
from tuya.port import report, sleep_ms


async def run_for(supervisor, ms):
    task = asyncio.create_task(supervisor.run())
    await sleep_ms(ms)
    task.cancel()
    await sleep_ms(0)


async def test_it_feeds_while_all_are_alive():
    fed = []
    is_reported = []
    supervisor = Supervisor(lambda: fed.append(1), is_reported.append)

    async def live(beat):
        while True:
            beat()
            await sleep_ms(500)

    with FakeTime():
        supervisor.add("live", live, 2000)
        await run_for(supervisor, 10500)
    assert 36 <= len(fed) <= 44 and not is_reported
    assert 9 <= supervisor.uptime_s <= 11


async def test_it_stops_feeding_when_one_is_stuck_and_names_it():
    fed = []
    is_reported = []
    supervisor = Supervisor(lambda: fed.append(1), is_reported.append)

    async def stuck(beat):
        beat()
        await asyncio.Event().wait()

    with FakeTime():
        supervisor.add("stuck", stuck, 3000)
        await run_for(supervisor, 20000)
        assert supervisor.late() == ["stuck"]
    assert len(fed) <= 16 and is_reported == [["stuck"]]


async def test_what_crashes_is_started_again():
    starts = []
    supervisor = Supervisor(lambda: None, None)

    async def crash():
        starts.append(1)
        raise ValueError("as planned by the test")

    with FakeTime():
        supervisor.add("crash", crash)
        await run_for(supervisor, 21000)
    assert 4 <= len(starts) <= 5
    assert "crash has crashed: ValueError" in list(log.lines())[-1]["text"]


async def test_what_fails_and_is_nobodys_job_is_logged():
    supervisor = Supervisor(lambda: None, None)

    async def fail():
        raise ValueError("nobody awaits this")

    with FakeTime():
        task = asyncio.create_task(supervisor.run())
        await sleep_ms(100)
        report("a subscriber has failed", ValueError("as planned by the test"))
        assert "a subscriber has failed: ValueError" in list(log.lines())[-1]["text"]
        forgotten = asyncio.create_task(fail())
        await sleep_ms(100)
        del forgotten
        gc.collect()
        await sleep_ms(100)
        assert "nobody awaits this" in list(log.lines())[-1]["text"]
        task.cancel()
        await sleep_ms(0)


async def test_jobs_come_and_go_while_it_runs():
    ran = []

    async def run():
        try:
            await asyncio.Event().wait()
        finally:
            ran.append(1)

    with FakeTime():
        supervisor = Supervisor(lambda: None, None)
        task = asyncio.create_task(supervisor.run())
        await sleep_ms(500)
        job = supervisor.add("late", run)
        await sleep_ms(500)
        supervisor.remove(job)
        await sleep_ms(500)
        assert ran == [1]
        task.cancel()
        await sleep_ms(0)


async def test_the_lag_of_the_loop_is_told():
    with FakeTime() as time:
        supervisor = Supervisor(lambda: None, None)
        task = asyncio.create_task(supervisor.run())
        await sleep_ms(3000)
        assert supervisor.lag_ms < 50
        time.skip(700)  # somebody has computed without a pause
        await sleep_ms(1000)
        assert 600 <= supervisor.lag_ms <= 760
        await sleep_ms(180000)
        assert supervisor.lag_ms < 50
        task.cancel()
        await sleep_ms(0)

import asyncio

from fake_time import FakeTime

from hub.system.watchdog import Supervisor
from tuya.port import sleep_ms


async def run_for(supervisor, ms):
    task = asyncio.create_task(supervisor.run())
    await sleep_ms(ms)
    task.cancel()
    await sleep_ms(0)


async def test_it_feeds_while_all_are_alive():
    fed = []
    supervisor = Supervisor(lambda: fed.append(1))

    async def live(beat):
        while True:
            beat()
            await sleep_ms(500)

    with FakeTime():
        supervisor.add("live", live, 2000)
        await run_for(supervisor, 10500)
    assert 9 <= len(fed) <= 12
    assert 9 <= supervisor.uptime_s <= 11


async def test_it_stops_feeding_when_one_is_stuck_and_names_it():
    fed = []
    supervisor = Supervisor(lambda: fed.append(1))

    async def stuck(beat):
        beat()
        await asyncio.Event().wait()

    with FakeTime():
        supervisor.add("stuck", stuck, 3000)
        await run_for(supervisor, 20000)
        assert supervisor.late() == ["stuck"]
    assert len(fed) <= 5


async def test_what_crashes_is_started_again():
    starts = []
    supervisor = Supervisor(lambda: None)

    async def crash():
        starts.append(1)
        raise ValueError("as planned by the test")

    with FakeTime():
        supervisor.add("crash", crash)
        await run_for(supervisor, 21000)
    assert 4 <= len(starts) <= 5

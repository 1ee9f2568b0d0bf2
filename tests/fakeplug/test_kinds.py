"""The other devices of a home: the curtain takes its time, the room its own."""

from fakeplug import ManualClock
from fakeplug.kinds import Kinds


def passed(clock, seconds):
    for _ in range(seconds):
        clock.advance(1)


async def test_a_curtain_moves_and_stops():
    clock = ManualClock()
    async with Kinds(clock=clock) as kinds:
        _, _, curtain, _ = kinds.plugs
        curtain.press({1: "close"})
        passed(clock, 3)
        assert curtain.dps == {1: "close", 2: 76, 3: 76}
        curtain.press({1: "stop", 2: 76})
        passed(clock, 3)
        assert curtain.dps[3] == 76
        curtain.press({2: 90})
        passed(clock, 5)
        assert curtain.dps == {1: "stop", 2: 90, 3: 90}
        curtain.press({1: "close"})
        passed(clock, 20)
        assert curtain.dps == {1: "stop", 2: 0, 3: 0}


async def test_a_room_warms_up_and_cools_down():
    clock = ManualClock()
    async with Kinds(clock=clock) as kinds:
        bathroom = kinds.plugs[3]
        passed(clock, 45)
        assert bathroom.dps[3] == 21
        bathroom.press({1: False})
        passed(clock, 25)
        assert bathroom.dps[3] == 20


def test_ids_and_keys_depend_on_the_seed():
    first, second, other = Kinds(), Kinds(), Kinds(seed=3)
    assert first.describe() == second.describe() != other.describe()
    assert len({plug["id"] for plug in first.describe()}) == 4

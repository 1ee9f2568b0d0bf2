"""The plug over time: idle connections, slots, power, keys."""

import asyncio

import pytest

from fakeplug import FakePlug, Frame

ALL = pytest.mark.parametrize("version", ["3.1", "3.2", "3.3", "3.4", "3.5"])


async def test_idle_connections_are_closed(make_plug, dial, clock):
    async with make_plug() as plug, await dial(plug) as client:
        for _ in range(3):
            clock.advance(29)
            assert (await client.ask(9)).command == 9
        clock.advance(30)
        assert await client.ended() == b""


async def test_received_and_wait_for(make_plug, dial):
    async with make_plug() as plug, await dial(plug) as client:
        waiting = asyncio.create_task(plug.wait_for(lambda plug: len(plug.received) == 2))
        client.send(9, b"", sequence=1)
        client.send(10, sequence=2)
        async with asyncio.timeout(20):
            await waiting
        assert list(plug.received) == [Frame(1, 9, b""), Frame(2, 10, b"{}")]


async def test_received_is_bounded(make_plug, dial):
    async with make_plug() as plug, await dial(plug) as client:
        for _ in range(1003):
            client.send(9, b"")
        async with asyncio.timeout(20):
            await plug.wait_for(lambda plug: plug.received and plug.received[-1].sequence == 1003)
        assert [frame.sequence for frame in plug.received] == list(range(4, 1004))


async def test_the_slot_beyond_the_last_is_closed(make_plug, dial):
    async with make_plug() as plug:
        clients = [await dial(plug) for _ in range(3)]
        for client in clients:
            assert (await client.ask(9)).command == 9
        async with await dial(plug) as fourth:
            assert await fourth.ended() == b""
        assert (await clients[0].ask(9)).command == 9
        for client in clients:
            client.writer.close()


async def test_one_that_stands_still_reads_nothing_until_it_goes_on(make_plug, dial, clock):
    async with make_plug() as plug, await dial(plug) as client:
        assert (await client.ask(9)).command == 9
        plug.freeze()
        client.send(9, b"")
        async with await dial(plug) as second:  # TCP takes it all the same
            second.send(9, b"")
            clock.advance(600)  # and nobody looks at the clock
            await asyncio.sleep(0)
            assert len(plug.received) == 1 and len(plug.sessions) == 2
            plug.thaw()
            assert [(await one.reply()).command for one in (client, second)] == [9, 9]


@ALL
async def test_power_cycle_at_the_same_port(make_plug, dial, version):
    plug = make_plug(version)
    async with plug:
        async with await dial(plug) as client:
            assert (await client.ask(9)).command == 9
            port = plug.port
            await plug.stop()
            assert plug.sessions == []
            assert not await client.ended()
            with pytest.raises(OSError):
                await dial(plug)
        await plug.start(port=port)
        async with await dial(plug) as client:
            assert (await client.ask(9)).command == 9


@pytest.mark.parametrize(("power_on", "after"), [("on", True), ("off", False), ("memory", False)])
async def test_the_relay_after_a_reboot(make_plug, power_on, after):
    async with make_plug(dps={1: False, 38: power_on}) as plug:
        await plug.reboot()
        assert plug.listening
        assert plug.dps[1] is after


@ALL
async def test_a_new_key_ends_the_sessions(make_plug, dial, version):
    async with make_plug(version) as plug:
        async with await dial(plug) as client:
            assert (await client.ask(9)).command == 9
            plug.rekey("fedcba9876543210")
            assert not await client.ended()
        async with await dial(plug) as client:
            assert (await client.ask(9)).command == 9


async def test_refuses_what_it_cannot_be(make_plug):
    with pytest.raises(ValueError, match=r"3\.6"):
        FakePlug(id="x", key="k" * 16, version="3.6")
    async with make_plug() as plug:
        with pytest.raises(RuntimeError):
            await plug.start()
        with pytest.raises(OSError):
            await make_plug().start(port=plug.port)


async def test_a_countdown_switches_the_plug_over_and_another_press_ends_it(make_plug, clock):
    async with make_plug(dps={1: True, 9: 0}) as plug:
        plug.press({9: 60})
        clock.advance(59)
        plug.countdown.tick()
        assert plug.dps == {1: True, 9: 1}
        clock.advance(2)
        assert plug.dps == {1: False, 9: 0}
        plug.press({9: 60})
        plug.press({1: True})
        assert plug.dps == {1: True, 9: 0}
        clock.advance(100)
        assert plug.dps[1] is True

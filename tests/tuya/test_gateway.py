import asyncio
import json

from fake_time import FakeTime
from gateway_wire import CIDS, GatewayWire
from stub_device import fails
from wire import (
    CONTROL,
    CONTROL_NEW,
    ID,
    KEY,
    LAN_EXT_STREAM,
    STATUS,
    UPDATEDPS,
    Wires,
    body,
    nobody,
)

from tuya.device import Device
from tuya.errors import Offline, Rejected
from tuya.port import sleep_ms


def device(wire):
    connect = Wires(wire).connect
    return Device(ID, "192.0.2.5", KEY, wire.version, connect=connect, find=nobody)


async def test_children_share_the_connection_and_keep_their_dps_apart():
    for version in ("3.1", "3.3", "3.4", "3.5"):
        for names_child in (True, False):
            wire = GatewayWire(version, names_child)
            gateway = device(wire)
            first, second = [gateway.child(cid) for cid in CIDS]
            assert gateway.child(CIDS[0]) is first
            with FakeTime():
                async with gateway:
                    assert await first.status() == {1: False, 4: CIDS[0]}
                    assert await second.status() == {1: False, 4: CIDS[1]}
                    await first.set({1: True})
                    assert first.dps[1] is True and second.dps[1] is False
                    assert wire.children[CIDS[0]][1] is True
                    assert wire.children[CIDS[1]][1] is False
                    assert gateway.dps == {} and first.online


async def test_pushes_reach_the_child_they_are_of():
    for version in ("3.3", "3.5"):
        wire = GatewayWire(version)
        gateway = device(wire)
        first, second = [gateway.child(cid) for cid in CIDS]
        with FakeTime():
            async with gateway:
                await first.status()
                async with first.changes() as mine, second.changes() as others:
                    wire.report(CIDS[0], {1: True})
                    assert await mine.within(1000) == {1: True}
                    assert await others.within(1000) is None
                wire.reply(STATUS, body({1: True}, wire.is_new, "a stranger"))
                await sleep_ms(10)
                assert gateway.dps == {} and gateway.online


async def test_writes_to_several_children_at_once_all_arrive():
    wire = GatewayWire("3.4")
    gateway = device(wire)
    children = [gateway.child(cid) for cid in CIDS]
    with FakeTime():
        async with gateway:
            await children[0].status()
            writes = [child.set({1: True, 9: i}) for i, child in enumerate(children)]
            await asyncio.gather(*writes)
    assert [wire.children[cid][9] for cid in CIDS] == [0, 1]
    assert wire.commands().count(CONTROL_NEW) == 2


async def test_a_child_that_the_gateway_does_not_know():
    wire = GatewayWire("3.3")
    gateway = device(wire)
    stranger = gateway.child("a stranger")
    with FakeTime():
        async with gateway:
            try:
                await stranger.status()
            except Rejected as e:
                assert "devid not found" in str(e)
            else:
                raise AssertionError("it answered")
            assert gateway.online


async def test_the_online_list_comes_in_several_frames():
    wire = GatewayWire("3.4")
    wire.lists = [([CIDS[0]], []), ([], [CIDS[1]]), (["b"], ["c"])]
    with FakeTime():
        async with device(wire) as gateway:
            want = {CIDS[0]: True, CIDS[1]: False, "b": True, "c": False}
            assert await gateway.online_children() == want
            wire.lists = []
            assert await gateway.online_children() == {}
    texts = [payload for command, payload in wire.frames if command == LAN_EXT_STREAM]
    assert texts[0] == b'{"reqType":"subdev_online_stat_query","data":{"cids":[]}}'


async def test_a_list_that_is_none_is_passed_over():
    wire = GatewayWire("3.4")
    with FakeTime():
        async with device(wire) as gateway:
            while not gateway.online:
                await sleep_ms(100)
            for payload in (b"[]", b"{}", b'{"data":7}', b'{"data":{"online":7}}', b"no list"):
                wire.on_frame = lambda command, _, payload=payload: (
                    command == LAN_EXT_STREAM and (wire.reply(command, payload) or True)
                )
                assert await gateway.online_children() == {}
            wire.on_frame = lambda command, payload: (
                command == LAN_EXT_STREAM and (wire.hang_up() or True)
            )
            try:
                await gateway.online_children()
            except Offline:
                return
            raise AssertionError("the connection was lost")


async def test_leaving_ends_the_changes_of_children():
    wire = GatewayWire("3.3")
    gateway = device(wire)
    with FakeTime():
        async with gateway:
            changes = gateway.child(CIDS[0]).changes()
            await gateway.child(CIDS[0]).refresh([18])
        async for _ in changes:
            raise AssertionError("nothing has changed")
    assert wire.frames[-1][0] == UPDATEDPS


async def test_two_who_ask_for_the_online_list_at_once_both_get_it():
    wire = GatewayWire("3.4")
    wire.lists = [([CIDS[0]], [CIDS[1]])]
    with FakeTime():
        async with device(wire) as gateway:
            lists = await asyncio.gather(*[gateway.online_children() for _ in range(3)])
    assert lists == [{CIDS[0]: True, CIDS[1]: False}] * 3


async def test_a_child_may_take_its_time():
    for version in ("3.3", "3.4"):
        for acknowledges_first in (True, False):
            wire = GatewayWire(version)
            tasks = []

            def slowly(command, payload, wire=wire, first=acknowledges_first, tasks=tasks):
                if command not in (CONTROL, CONTROL_NEW):
                    return wire._gateway(command, payload)
                if first:
                    wire.reply(command)
                tasks.append(asyncio.create_task(later(wire, command, payload, first)))
                return True

            async def later(wire, command, payload, first):
                await sleep_ms(1500)
                data = json.loads(payload)
                data = data.get("data", data)
                if not first:
                    wire.reply(command)
                wire.report(data["cid"], {int(dp): data["dps"][dp] for dp in data["dps"]})

            gateway = device(wire)
            children = [gateway.child(cid) for cid in CIDS]
            with FakeTime():
                async with gateway:
                    for child in children:
                        await child.status()
                    wire.on_frame = slowly
                    for on in (True, False, True):
                        for child in children:
                            await child.set({1: on})
                            assert child.dps[1] is on


async def test_a_slow_answer_of_a_child_does_not_cost_the_connection():
    wire = GatewayWire("3.4")
    tasks = []

    async def later(command, payload):
        await sleep_ms(3000)
        wire._gateway(command, payload)

    with FakeTime():
        gateway = device(wire)
        async with gateway:
            while not gateway.online:
                await sleep_ms(10)
            wire.on_frame = lambda command, payload: (
                tasks.append(asyncio.create_task(later(command, payload))) or True
            )
            assert (await gateway.child(CIDS[0]).status())[4] == CIDS[0]
            assert gateway.online


async def test_a_child_that_is_out_of_reach_says_so():
    wire = GatewayWire("3.4")
    wire.lists = [([CIDS[1]], [CIDS[0]])]

    def unreached(command, payload):
        if command == CONTROL_NEW:
            wire.reply(command)  # and nothing more
            return True
        return wire._gateway(command, payload)

    wire.on_frame = unreached
    with FakeTime():
        gateway = device(wire)
        children = [gateway.child(cid) for cid in CIDS]
        async with gateway:
            await children[0].status()
            for _ in range(2):
                error = await fails(children[0].set({1: True}), Offline)
                assert "gateway" in str(error)
            assert not children[0].online and isinstance(children[0].error, Offline)
            assert children[1].online and children[1].error is None and gateway.online
            assert wire.commands().count(CONTROL_NEW) == 1  # the second was not even tried
            wire.report(CIDS[0], {1: False})
            await sleep_ms(10)
            assert children[0].online and children[0].error is None


async def test_a_list_without_end_ends():
    wire = GatewayWire("3.4")
    tasks = []

    async def flood():
        for i in range(100000):
            data = {"online": ["%d-%d" % (i, j) for j in range(20)], "offline": []}
            wire.reply(LAN_EXT_STREAM, json.dumps({"data": data}).encode())
            await sleep_ms(400)

    wire.on_frame = lambda command, payload: (
        command == LAN_EXT_STREAM and (tasks.append(asyncio.create_task(flood())) or True)
    )
    with FakeTime():
        async with device(wire) as gateway:
            assert 100 < len(await gateway.online_children()) <= 200
            tasks[0].cancel()

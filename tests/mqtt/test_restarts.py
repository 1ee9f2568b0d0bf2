"""A broker that is killed and restarted over and over: no state is lost, and nothing switches.

PLUGHUB_BROKER_KILLS=100 has it killed so often, in ten minutes; three times without it.
"""

import asyncio
import json
import os
import random
import time

from http_client import ask
from interpreters import need_micropython
from mqtt_board import NAME, about, connected, on_broker
from simulated_home import home

from bench.mosquitto import Judge

_KILLS = int(os.environ.get("PLUGHUB_BROKER_KILLS", "3"))
_EVERY_S = 6
# After so many the hub pauses for up to a minute: it is not back each time.
_WAITED_FOR = 3
#: What may differ: answers under way, and names that are seen for the first time.
_GROWTH = 1024


async def heap(board):
    return int((await board.ask("heap")).split()[0])


async def all_is_told(broker, wanted):
    """Wait until a broker that has just started knows how things are."""
    async with Judge(broker.port) as judge:
        state = await judge.expect(f"{NAME}/lamp/state")
        assert json.loads(state)["on"] is wanted
        await judge.expect(f"{NAME}/status", lambda payload: payload == "online")
        await judge.expect(f"homeassistant/device/{NAME}_hub/config")


async def test_no_state_is_lost_and_nothing_grows(tmp_path, mosquitto):
    dice = random.Random(1)
    broker = mosquitto()
    interpreter = need_micropython("frozen")
    wanted, switched = False, 0
    heaps = []
    async with broker, home(tmp_path, interpreter, **on_broker(broker)) as (plug, board, port):
        await connected(port)
        for number in range(_KILLS):
            began = time.monotonic()
            await broker.kill()
            if dice.random() < 0.5:
                wanted = not wanted
                switched += 1
                path = "/api/v1/plugs/lamp/switch"
                assert (await ask(port, "PUT", path, {"on": wanted}))[0] == 200
            await asyncio.sleep(dice.uniform(0, 1))
            await broker.start()
            if number < _WAITED_FOR:
                await connected(port, True, 70)
            await asyncio.sleep(max(0, _EVERY_S - (time.monotonic() - began)))
            if (await about(port))["connected"]:
                await all_is_told(broker, wanted)
            assert plug.dps[1] is wanted
            heaps.append(await heap(board))
        await connected(port, True, 70)
        await all_is_told(broker, wanted)
        done = [line for line in board.lines if "done: lamp" in line or "fan" in line]
        assert int(await board.ask("sockets")) <= 5, "listener, plug, broker, and who asks"
    assert len(done) <= 2 * switched, done
    assert min(heaps[-3:]) - min(heaps[:3]) <= _GROWTH, heaps

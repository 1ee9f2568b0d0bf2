"""Runs on MicroPython: the heap that the library alone takes. Prints one JSON line.

memory.py LIB PLUG PLUG35, two plugs as fakeplug describes them, the second one of 3.5.
"""

import asyncio
import gc
import json
import sys

sys.path.insert(0, sys.argv[1])
PLUG, PLUG35 = json.loads(sys.argv[2]), json.loads(sys.argv[3])
OPERATIONS = 10000


def used():
    gc.collect()
    return gc.mem_alloc()


def device(tuya, plug):
    return tuya.Device(plug["id"], plug["address"], plug["key"], plug["version"], plug["port"])


async def operate(plug, count):
    """Do `count` operations of all kinds; few writes among them, which wait for their turn."""
    for i in range(count):
        if i % 100 == 0:
            await plug.set({1: i % 200 == 0})
        elif i % 10 == 0:
            await plug.refresh()
        else:
            await plug.status()


async def main():
    figures = {}
    asyncio.Event, asyncio.Lock, asyncio.wait_for  # their files belong to asyncio, not to us
    start = used()
    import tuya

    figures["import_tuya"] = used() - start
    first = device(tuya, PLUG)
    figures["import_tuya_device"] = used() - start
    async with first:
        await first.status()
        await asyncio.sleep(1.2)  # the link has looked after itself for the first time
        figures["first_connection"] = used() - start
        before = used()
        async with device(tuya, PLUG) as second:
            await second.status()
            figures["connected_plug"] = used() - before
            await operate(second, 200)
            looks = [0] * (OPERATIONS // 1000 + 1)
            for i in range(len(looks)):
                await operate(second, 1000)
                looks[i] = used()
            figures["growth_10000_operations"] = looks[-1] - looks[0]
        before = used()
        async with device(tuya, PLUG35) as third:
            await third.status()
            figures["connected_plug_35"] = used() - before
    print(json.dumps(figures))


asyncio.run(main())

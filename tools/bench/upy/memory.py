"""Runs on MicroPython: the heap that the library alone takes. Prints one JSON line.

memory.py LIB PLUG, with PLUG as fakeplug describes it.
"""

import asyncio
import gc
import json
import sys

sys.path.insert(0, sys.argv[1])
PLUG = json.loads(sys.argv[2])
POLLS = 10000


def used():
    gc.collect()
    return gc.mem_alloc()


async def main():
    figures = {}
    asyncio.Event, asyncio.Lock, asyncio.wait_for  # their files belong to asyncio, not to us
    start = used()
    import tuya

    figures["import_tuya"] = used() - start
    start = used()
    tuya.Device(PLUG["id"], PLUG["address"], PLUG["key"], port=PLUG["port"])
    figures["import_tuya_device"] = used() - start
    start = used()
    plug = tuya.Device(PLUG["id"], PLUG["address"], PLUG["key"], port=PLUG["port"])
    async with plug:
        await plug.status()
        figures["connected_plug"] = used() - start
        await asyncio.sleep(1.2)  # the link has looked after itself for the first time
        looks = [0] * (POLLS // 1000 + 1)
        for i in range(len(looks)):
            for _ in range(1000):
                await plug.status()
            looks[i] = used()
        figures["growth_10000_polls"] = looks[-1] - looks[0]
    print(json.dumps(figures))


asyncio.run(main())

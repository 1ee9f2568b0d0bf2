"""Our own scanner, on any interpreter: find_plug.py LIB ID ADDRESS OWN_ADDRESS.

Prints {"address", "version"} of the device ID, or {}.
"""

import asyncio
import json
import sys

sys.path.insert(0, sys.argv[1])

import tuya


async def main(id, address, own):
    async with tuya.discover(20000, (address,), own) as discovery:
        async for found in discovery:
            if found.id == id:
                return {"address": found.address, "version": found.version}
    return {}


print(json.dumps(asyncio.run(main(*sys.argv[2:]))))

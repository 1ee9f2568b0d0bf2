"""Our client on its way through a scenario: steps.py LIB ID KEY VERSION PORT, "-" for no version.

Prints a JSON line for each try, {"status": DPs}, {"set": value} or {"error": text}, and goes on
when it has read a line: by then its judge has looked at the plug.
"""

import asyncio
import json
import sys

sys.path.insert(0, sys.argv[1])
ID, KEY, VERSION, PORT = sys.argv[2:6]

import tuya


def tell(about):
    print(json.dumps(about))
    if hasattr(sys.stdout, "flush"):
        sys.stdout.flush()
    sys.stdin.readline()


async def retry(step):
    while True:
        try:
            tell(await step())
            return
        except tuya.TuyaError as e:
            tell({"error": "%s: %s" % (type(e).__name__, e.seen)})
            await asyncio.sleep(0.3)


async def main():
    version = None if VERSION == "-" else VERSION
    async with tuya.Device(ID, "127.0.0.1", KEY, version, int(PORT)) as plug:

        async def status():
            return {"status": {str(dp): value for dp, value in (await plug.status()).items()}}

        def switch(on):
            async def step():
                await plug.set({1: on})
                return {"set": on}

            return step

        for step in (status, switch(True), status, switch(False), status):
            await retry(step)


asyncio.run(main())

"""Runs on MicroPython: requests to an HTTPS server of this machine. Prints what comes of each.

https_client.py LIB CA URL ...
"""

import asyncio
import sys

sys.path.insert(0, sys.argv[1])

from hub.net.https import Https
from tuya.port import wait_for_ms


async def main():
    https = Https(sys.argv[2], None, 5000)
    for url in sys.argv[3:]:
        try:
            request = https.request("POST", url, {"X-Sign": "s"}, b"body")
            status, data = await wait_for_ms(request, 3000)
        except OSError as e:
            print("OSError", e)
        except asyncio.TimeoutError:  # noqa: UP041 - as MicroPython has it
            print("deadline")
        else:
            print(status, len(data), data[:8])


asyncio.run(main())

"""Runs on MicroPython: the client on a broker with TLS. Prints how that went.

tls_client.py LIB PORT HOST CA
"""

import asyncio
import sys

sys.path.insert(0, sys.argv[1])

from hub.mqtt.client import FAILURES, Client
from hub.mqtt.failures import in_words
from hub.net.tls import open_tls

PORT, HOST, CA = int(sys.argv[2]), sys.argv[3], sys.argv[4]
SETTINGS = {"host": HOST, "port": PORT, "user": None, "password": None, "client_id": "tls"}


def nothing(*_):
    pass


async def main():
    async def reach():
        return await open_tls("127.0.0.1", PORT, HOST, CA, 5000)

    client = Client(SETTINGS, reach, "tls/status", nothing, nothing, nothing)
    try:
        await client.open()
        await client.publish("tls/long", lambda: iter([b"x" * 600] * 10))
        print("connected")
    except FAILURES as e:
        print(in_words(e, False, SETTINGS))
    finally:
        client.close()


asyncio.run(main())

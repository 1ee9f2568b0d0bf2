"""Our client's part of the MQTT bench, on MicroPython and on CPython.

mqtt.py LIB PORT COUNT: that many messages of QoS 1 to a broker of this machine, one after the
other and as many under way as may be. Prints a JSON line: {"in turns": ms, "four at a time": ms}.
"""

import asyncio
import json
import sys

sys.path.insert(0, sys.argv[1])
PORT, COUNT = int(sys.argv[2]), int(sys.argv[3])

from clock import clock_us, elapsed_us

from hub.mqtt.client import Client
from hub.net.way import Way

SETTINGS = {
    "host": "127.0.0.1",
    "port": PORT,
    "user": None,
    "password": None,
    "client_id": "bench",
    "tls": False,
}
PAYLOAD = '{"power":95.7,"voltage":230.4,"current":0.417,"energy":1.5,"cause":"MQTT","on":true}'


def nothing(*_):
    pass


async def publish(client, is_in_turns):
    start = clock_us()
    for _ in range(COUNT):
        await client.publish("bench/lamp/state", PAYLOAD, True)
        if is_in_turns:
            await client.settle()
    await client.settle()
    return elapsed_us(clock_us(), start) / 1000


async def main():
    way = Way(SETTINGS, None, None)
    client = Client(SETTINGS, way.open, "bench/status", nothing, nothing, nothing)
    await client.open()
    await publish(client, False)  # what is loaded for the first time is loaded
    times = {"in turns": await publish(client, True)}
    times["four at a time"] = await publish(client, False)
    client.close()
    print(json.dumps(times))


asyncio.run(main())

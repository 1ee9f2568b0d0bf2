"""The Python peers' part of the speed bench: CLIENT VERSION PLUG_PORT ROUNDS.

Prints one JSON line, as upy/speed.py does.
"""

import json
import sys
import time

from bench.peer import ID, KEY

# rustuya waits for up to 5 s, by chance, before it connects.
_RUSTUYA_CONNECTS = 2


def _tinytuya(version, port, send_wait):
    import tinytuya

    device = tinytuya.Device(ID, "127.0.0.1", KEY, version=float(version), port=port, persist=True)
    if not send_wait:
        device.set_sendWait(None)
    return device, device.close


def _rustuya(version, port):
    import rustuya

    device = rustuya.Device(ID, KEY, address="127.0.0.1", version=version, port=port, timeout=10)

    def close():
        device.close()
        device.stop()

    return device, close


CLIENTS = {
    "tinytuya, sendWait none": lambda version, port: _tinytuya(version, port, False),
    "tinytuya, sendWait default": lambda version, port: _tinytuya(version, port, True),
    "rustuya": _rustuya,
}


def main(client, version, port, rounds):
    open_client = CLIENTS[client]
    times = {"status": [], "control": [], "connect": []}

    def measure(name, call, *arguments):
        start = time.perf_counter_ns()
        result = call(*arguments)
        times[name].append((time.perf_counter_ns() - start) // 1000)
        assert result is None or "Error" not in result, result
        return result

    device, close = open_client(version, port)
    on = not device.status()["dps"]["1"]
    for _ in range(rounds):
        measure("status", device.status)
    for _ in range(rounds):
        time.sleep(0.051)
        measure("control", device.set_value, 1, on)
        on = not on
    close()
    for _ in range(_RUSTUYA_CONNECTS if client == "rustuya" else rounds):
        start = time.perf_counter_ns()
        device, close = open_client(version, port)
        device.status()
        times["connect"].append((time.perf_counter_ns() - start) // 1000)
        close()
        time.sleep(0.002)
    print(json.dumps(times))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))

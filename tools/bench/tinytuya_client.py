"""tinytuya's part of the speed bench: PLUG_PORT ROUNDS SEND_WAIT ("default" or "none")."""

import json
import sys
import time

import tinytuya

from bench.peer import ID, KEY


def connect(port, send_wait):
    device = tinytuya.Device(ID, "127.0.0.1", KEY, version=3.3, port=port, persist=True)
    if send_wait == "none":
        device.set_sendWait(None)
    return device


def main(port, rounds, send_wait):
    times = {"status": [], "control": [], "connect": []}

    def measure(name, call, *arguments):
        start = time.perf_counter_ns()
        result = call(*arguments)
        times[name].append((time.perf_counter_ns() - start) // 1000)
        assert result is None or "Error" not in result, result

    device = connect(port, send_wait)
    on = not device.status()["dps"]["1"]
    for _ in range(rounds):
        measure("status", device.status)
    for _ in range(rounds):
        time.sleep(0.051)
        measure("control", device.set_value, 1, on)
        on = not on
    device.close()
    for _ in range(rounds):
        device = connect(port, send_wait)
        measure("connect", device.status)
        device.close()
        time.sleep(0.002)
    print(json.dumps(times))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])

"""`make bench`: MQTT, ours beside paho and the bridge of rustuya, on one mosquitto in one run.

How long 100 messages of QoS 1 take; and how long from a command to the state that it makes, as a
program on the broker sees it, with the same fake plugs for all. A plug's own delay is in it.
"""

import asyncio
import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import paho.mqtt.client as paho

from bench.interpreters import interpreters
from bench.mosquitto import Judge, Mosquitto, find_mosquitto
from fakeplug.home import Home
from fakeplug.ports import free_port
from plughub import BUILD, ROOT
from plughub.checkout import find_micropython, prepare_flash, simulated
from tuya.device import Device

_PORT = free_port()
# Without it the broker holds each message back for the acknowledgement of the one before: 40 ms.
_SETTINGS = ("allow_anonymous true", "set_tcp_nodelay true")
_COUNT = 100
_ROUNDS = 60
_WARM_UP = 5
_PAUSE_S = 0.06  # writes to a plug are 50 ms apart
_SCRIPT = Path(__file__).resolve().parent / "upy" / "mqtt.py"
_BRIDGE_SCRIPT = Path(__file__).with_name("bridge.py")
# It knows no port but Tuya's own.
_BRIDGED = "127.0.83.1", 6668
_BRIDGE_START_S = 20
_PAHO, _ALONE = ("paho", "CPython"), ("plug alone", "CPython")
_BRIDGE = ("rustuya-bridge", "Rust")
# For 100 messages: as a ratio to paho's on CPython, and in ms on MicroPython.
_PAHO_BAR = 1.5
_MICROPYTHON_BAR_MS = 10
# ms that /set may take beyond the plug's own time, p95, on this interpreter.
_SET_BAR_MS = 3
_SET_INTERPRETER = "MicroPython 64-bit"


def publishes():
    """Return {(client, interpreter): {how: ms}} of 100 messages."""
    found = {_PAHO: {"in turns": _paho(True), "all at once": _paho(False)}}
    for interpreter, program in interpreters():
        command = [program, _SCRIPT, ROOT / "lib", _PORT, _COUNT]
        output = subprocess.run(
            list(map(str, command)), capture_output=True, text=True, timeout=60, check=True
        ).stdout
        found["plughub", interpreter] = json.loads(output.splitlines()[-1])
    return found


def _paho(is_in_turns):
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id="paho")
    client.connect("127.0.0.1", _PORT)
    client.loop_start()
    try:
        for _ in range(2):  # the first time warms it up
            began = time.perf_counter()
            sent = []
            for _ in range(_COUNT):
                sent.append(client.publish("bench/paho", "x" * 86, 1, True))
                if is_in_turns:
                    sent[-1].wait_for_publish(10)
            for message in sent:
                message.wait_for_publish(10)
            took = (time.perf_counter() - began) * 1000
    finally:
        client.disconnect()
        client.loop_stop()
    return took


async def commands(folder):
    """Return {who: [ms]} from /set to the state, and of the plugs themselves."""
    found = {}
    async with Home(2, ("3.3",)) as home:
        plug = home.sockets[0].plug
        await plug.stop()
        await plug.start(*_BRIDGED)
        plugs = home.describe()
        found[_BRIDGE] = await _bridged(plugs[0], folder)
        for interpreter, program in (
            ("CPython", None),
            (_SET_INTERPRETER, find_micropython()),
        ):
            config = {
                "web": {"port": free_port(), "auth": False},
                "boot_button": None,
                "plugs": plugs,
                "mqtt": {"host": "127.0.0.1", "port": _PORT},
            }
            flash = prepare_flash(BUILD / "mqtt", config)
            async with simulated(flash, program) as board:
                for plug in plugs:
                    await board.expect(f"{plug['name']}: online", 30)
                name = plugs[0]["name"]
                topics = f"plughub/{name}/set", f"plughub/{name}/state"
                async with Judge(_PORT) as judge:
                    await judge.expect(topics[1])
                    found["plughub", interpreter] = await _switch(judge, *topics, _command, _is_on)
        found[_ALONE] = await _directly(plugs[0])
    return found


async def _bridged(about, folder):
    """Return [ms] that rustuya's bridge takes for the same."""
    id = about["id"]
    add = {"id": id, "key": about["key"], "ip": about["address"], "version": about["version"]}
    arguments = str(_BRIDGE_SCRIPT), str(_PORT), str(folder / "rustuya.json")
    bridge = await asyncio.create_subprocess_exec(sys.executable, *arguments)
    command, state = "rustuya/command", f"rustuya/state/{id}/1"

    def switch(on):
        return json.dumps({"action": "set", "id": id, "dps": {"1": on}})

    try:
        async with Judge(_PORT) as judge:
            await judge.expect("rustuya/bridge/config")
            judge.publish(command, json.dumps({"action": "add"} | add))
            # What it says of a connection, good or bad, is an error to it.
            await judge.expect(f"rustuya/error/{id}", seconds=_BRIDGE_START_S)
            judge.publish(command, json.dumps({"action": "get", "id": id}))
            await judge.expect(state)
            return await _switch(judge, command, state, switch, json.loads)
    finally:
        bridge.terminate()
        await bridge.wait()


async def _switch(judge, command, state, say, is_on):
    took = []
    on = is_on(judge.of(state)[-1])
    for _ in range(_ROUNDS + _WARM_UP):
        on = not on
        began = time.monotonic()
        judge.publish(command, say(on))
        await judge.expect(state, lambda payload, on=on: is_on(payload) is on)
        took.append((judge.heard_at(state) - began) * 1000)
        await asyncio.sleep(_PAUSE_S)
    return sorted(took[_WARM_UP:])


def _command(on):
    return "ON" if on else "OFF"


def _is_on(payload):
    return json.loads(payload)["on"]


async def _directly(about):
    """Return [ms] that the library alone takes for the same."""
    keys = "id", "address", "key", "version", "port"
    took = []
    async with Device(*(about[key] for key in keys)) as device:
        await device.status()
        for number in range(_ROUNDS + _WARM_UP):
            began = time.perf_counter()
            await device.set({1: number % 2 == 0})
            took.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(_PAUSE_S)
    return sorted(took[_WARM_UP:])


def main():
    if not find_mosquitto():
        raise SystemExit("there is no mosquitto here")
    asyncio.run(_measure())


async def _measure():
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        async with Mosquitto(folder, _PORT, _SETTINGS):
            loop = asyncio.get_running_loop()
            sent = await loop.run_in_executor(None, publishes)
            print(f"\n{'100 messages of QoS 1, ms':40}{'in turns':>12}{'at a time':>12}")
            for (client, interpreter), times in sent.items():
                turns, together = times.values()
                is_kept = client == "paho" or together <= _publish_bar(interpreter, sent)
                line = f"{client + ', ' + interpreter:40}{turns:12.1f}{together:12.1f}"
                print(line + _verdict(is_kept))
            print(f"\n{'set to state on the broker, ms':40}{'p50':>12}{'p95':>12}")
            found = await commands(folder)
            for (client, interpreter), took in found.items():
                p50, p95 = statistics.median(took), _p95(took)
                name = f"{client}, {interpreter}"
                is_kept = client != "plughub" or _is_fast(interpreter, p50, p95, found)
                print(f"{name:40}{p50:12.1f}{p95:12.1f}" + _verdict(is_kept))


def _publish_bar(interpreter, sent):
    """Return the ms that our 100 messages may take."""
    is_pc = interpreter == "CPython"
    return _PAHO_BAR * sent[_PAHO]["all at once"] if is_pc else _MICROPYTHON_BAR_MS


def _is_fast(interpreter, p50, p95, found):
    """Tell whether /set is faster than the peer's, and on a board's interpreter than the bar."""
    peer = found[_BRIDGE]
    if p50 > statistics.median(peer) or p95 > _p95(peer):
        return False
    return interpreter != _SET_INTERPRETER or p95 <= _p95(found[_ALONE]) + _SET_BAR_MS


def _p95(took):
    return took[len(took) * 95 // 100]


def _verdict(is_kept):
    return "" if is_kept else "  missed"


if __name__ == "__main__":
    main()

"""`make bench`: from a pressed button to what the plug confirmed, on MicroPython in the simulator.

The fake plug answers at once; what is measured is the pin, the hub and the protocol.
"""

import asyncio
import time

from fakeplug.home import Home
from fakeplug.ports import free_port
from plughub import BUILD
from plughub.checkout import find_micropython, prepare_flash, simulated

_PINS = (4, 5, 13, 14, 16, 17, 18, 19)
_PRESSES = 60
_WARM_UP = 5
#: p95 in ms on a plug that is connected, and on one that is not.
_BARS = {"connected": 15, "not connected": 60}


async def measure():
    """Return {"connected": [ms], "not connected": [ms]}, the latter of plugs of 3.5."""
    micropython = find_micropython()
    if not micropython:
        raise SystemExit("there is no MicroPython here")
    async with Home(len(_PINS), ("3.5",)) as home:
        plugs = home.describe()
        config = {
            "web": {"port": free_port(), "auth": False},
            "boot_button": None,
            "plugs": plugs,
            "buttons": [
                {"pin": pin, "press": {"plug": plug["name"]}}
                for pin, plug in zip(_PINS, plugs, strict=True)
            ],
        }
        async with simulated(prepare_flash(BUILD / "press", config), micropython) as board:
            for plug in plugs:
                await board.expect(f"{plug['name']}: online", 30)
            # All are bound; four have a connection each, the others share one.
            return {
                "connected": await press(board, _PINS[:4]),
                "not connected": await press(board, _PINS[4:]),
            }


async def press(board, pins):
    """Press buttons in turn; return how long each took until it was confirmed, in ms."""
    took = []
    for number in range(_PRESSES + _WARM_UP):
        after = len(board.lines)
        began = time.perf_counter()
        board.send(f"press {pins[number % len(pins)]} 60")
        await board.expect("done: ", after=after)
        took.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(0.15)  # contacts settle, and the last connection grows idle
    return sorted(took[_WARM_UP:])


def main():
    print(f"\n{'press to confirmed, ms':28}{'p50':>8}{'p95':>8}{'bar':>8}")
    for name, took in asyncio.run(measure()).items():
        p50, p95 = took[len(took) // 2], took[len(took) * 95 // 100]
        verdict = "" if p95 <= _BARS[name] else "  missed"
        print(f"{'plug ' + name:28}{p50:8.1f}{p95:8.1f}{_BARS[name]:8}{verdict}")


if __name__ == "__main__":
    main()

"""`make bench`: the page and the API on frozen firmware, and what they do to buttons meanwhile.

20,000 requests of three clients, somebody who reloads all the time, and one who sends a byte
now and then: neither heap nor sockets may be lost, and presses may hardly feel it.
"""

import asyncio
import shutil
import sys

from playwright.async_api import async_playwright

from bench.load import ask_for_plugs
from bench.press import press
from fakeplug.home import Home
from fakeplug.ports import free_port
from plughub import BUILD
from plughub.checkout import find_micropython, prepare_flash, simulated
from simulator.idf_heap import BOARD

_PINS = (4, 5, 13, 14)
_PORT = free_port()
_REQUESTS = 20000
_BEGUN_S = 1
_CLICKS = 40
_CLICK_BAR_MS = 150
_PRESS_BAR = 1.5
#: What may differ: answers under way, and names that are seen for the first time.
_HEAP_BAR = 2048
_CLICK = """async () => {
  const took = [];
  for (let i = 0; i < %d; i++) {
    const button = document.querySelector("#plugs button[role=switch]");
    const wanted = button.getAttribute("aria-checked") === "true" ? "false" : "true";
    const began = performance.now();
    button.click();
    const frame = () => new Promise(requestAnimationFrame);
    while (button.getAttribute("aria-checked") !== wanted) await frame();
    took.push(performance.now() - began);
    while (button.getAttribute("aria-busy")) await frame();
  }
  return took;
}"""


async def measure():
    """Return {name: (value, bar)}."""
    micropython = find_micropython("frozen")
    if not micropython:
        raise SystemExit("there is no MicroPython with the firmware here")
    async with Home(len(_PINS)) as home:
        names = [plug["name"] for plug in home.describe()]
        config = {
            "web": {"port": _PORT, "auth": False},
            "boot_button": None,
            "plugs": home.describe(),
            "buttons": [
                {"pin": pin, "press": {"plug": name}}
                for pin, name in zip(_PINS, names, strict=True)
            ],
        }
        flash = prepare_flash(BUILD / "web", config)
        # With no more heap than the board has, as each collection goes through all of it.
        async with simulated(flash, micropython, None, BOARD) as board:
            for name in names:
                await board.expect(f"{name}: online", 30)
            figures = {"click to confirmed p95, ms": (await _click(), _CLICK_BAR_MS)}
            await ask_for_plugs(_PORT, 300, names)  # what is loaded for the first time is loaded
            idle = _p95(await press(board, _PINS))
            before, sockets = await _heap(board), await _sockets(board)
            load = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bench.load", str(_PORT), str(_REQUESTS), *names),
                stdout=asyncio.subprocess.PIPE,
            )
            await asyncio.sleep(_BEGUN_S)
            loaded = _p95(await press(board, _PINS))
            assert load.returncode is None, "the load has ended before the presses"
            took = float((await load.communicate())[0])
            await asyncio.sleep(6)  # the last dribble is cut off after 5 s
            lost = await _heap(board) - before
            sockets = await _sockets(board) - sockets
    return figures | {
        "press p95, idle, ms": (idle, ""),
        "press p95, under load, ms": (loaded, idle * _PRESS_BAR),
        "requests per second, under load": (_REQUESTS / took, ""),
        "heap lost, bytes": (lost, _HEAP_BAR),
        "sockets lost": (sockets, 0),
    }


async def _click():
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        raise SystemExit("there is no Chromium here")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-background-networking"]
        )
        try:
            page = await browser.new_page()
            await page.goto(f"http://localhost:{_PORT}/")
            await page.wait_for_selector("#plugs button")
            return _p95(await page.evaluate(_CLICK % _CLICKS))
        finally:
            await browser.close()


async def _sockets(board):
    return int(await board.ask("sockets"))


async def _heap(board):
    return int((await board.ask("heap")).split()[0])


def _p95(took):
    return sorted(took)[len(took) * 95 // 100]


def main():
    print(f"\n{'page and API, 32-bit, frozen':34}{'':>10}{'bar':>10}")
    for name, (value, bar) in asyncio.run(measure()).items():
        verdict = "  missed" if bar != "" and value > bar else ""
        limit = "" if bar == "" else f"{bar:.1f}"
        print(f"{name:34}{value:10.1f}{limit:>10}{verdict}")


if __name__ == "__main__":
    main()

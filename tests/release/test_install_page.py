"""The page that flashes a board from a browser, and tells it the Wi-Fi by the same cable."""

import asyncio
import contextlib
import functools
import http.server
import json
import threading
from pathlib import Path

import pytest
from browser import chromium, look_well
from interpreters import missing, need_micropython
from playwright.async_api import expect
from stock_firmware import Stock

from fakeplug.ports import free_port
from hub import VERSION
from plughub.checkout import prepare_flash, simulated
from plughub.release import install_page
from simulator.idf_heap import BOARD

PORT_SCRIPT = Path(__file__).with_name("serial_port.js")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder of the page, for a board of each kind that there is a firmware for."""
    if not install_page.TOOL.exists():
        missing("no ESP Web Tools: make build/.node")
    folder = tmp_path_factory.mktemp("release")
    stocks = []
    for chip in ("esp32", "esp32c3"):
        stocks.append(folder / f"{chip}.bin")
        stocks[-1].write_bytes(Stock(chip).build())
    install_page.build(folder / "page", stocks)
    return folder / "page"


def manifest(built, name):
    return json.loads((built / name).read_text())


def test_a_new_board_gets_files_and_one_that_is_updated_keeps_its_own(built):
    new, update = manifest(built, "manifest.json"), manifest(built, "update.json")
    for made in (new, update):
        assert (made["name"], made["version"]) == ("Plughub", VERSION)
        assert [build["chipFamily"] for build in made["builds"]] == ["ESP32", "ESP32-C3"]
        assert [build["parts"][0]["offset"] for build in made["builds"]] == [0x1000, 0]
    for whole, code in zip(new["builds"], update["builds"], strict=True):
        one, other = ((built / of["parts"][0]["path"]).read_bytes() for of in (whole, code))
        files = one[len(other) :]
        assert one.startswith(other) and b"from hub.app import start" in files
        assert b"config.json" not in files  # nor anything else of somebody's home


def test_everything_the_page_wants_is_beside_it(built):
    page = (built / "index.html").read_text()
    for name in ("icon.svg", "esp-web-tools/install-button.js", "manifest.json", "update.json"):
        assert f'"{name}"' in page and (built / name).exists()
    assert "//" not in page.replace("<!doctype", "")


@contextlib.asynccontextmanager
async def opened(built, board=None):
    """Yield the install page in a browser that has the board at a serial port, or none."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=built)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        async with chromium() as browser:
            page = await browser.new_page(viewport={"width": 1280, "height": 740})
            if board:
                await _connect(page, board)
            await page.goto(f"http://localhost:{server.server_port}/")
            yield page
            if board:
                board.on_data = lambda data: None
    finally:
        server.shutdown()
        server.server_close()


async def _connect(page, board):
    await page.expose_function("serialWrite", lambda data: board.type(bytes(data)))
    await page.add_init_script(path=PORT_SCRIPT)
    tasks = set()

    def said(data):
        task = asyncio.create_task(page.evaluate("window.serialSaid", list(data)))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    board.on_data = said


async def test_it_can_be_read_on_every_screen(built):
    async with opened(built) as page:
        for width, scheme in ((360, "dark"), (1280, "light")):
            await page.emulate_media(color_scheme=scheme)
            await page.set_viewport_size({"width": width, "height": 740})
            await look_well(page, f"install-{width}-{scheme}")


async def test_the_browser_that_has_flashed_a_board_tells_it_the_network(built, tmp_path):
    port = free_port()
    prepare_flash(tmp_path, {"web": {"port": port}})
    async with simulated(tmp_path, need_micropython("frozen"), None, BOARD) as board:
        await board.expect("access point is")
        async with opened(built, board) as page:
            await page.get_by_role("button", name="Install").click()
            dialog = page.locator("ewt-install-dialog")
            await expect(dialog).to_contain_text(f"Plughub {VERSION}")
            await dialog.get_by_text("Connect to Wi-Fi").click()
            network = dialog.get_by_role("combobox", name="Network")
            await network.click()
            for name in ("guest", "neighbour"):
                await expect(dialog.get_by_role("option", name=name)).to_be_visible()
            await dialog.get_by_role("option", name="home").click()
            password = dialog.get_by_label("Password")
            await password.fill("wrong password")
            await dialog.get_by_role("button", name="Connect", exact=True).click()
            await expect(dialog).to_contain_text("Unable to connect", timeout=30000)
            assert "wifi" not in json.loads((tmp_path / "config.json").read_text())
            await password.fill("a secret word")
            await dialog.get_by_role("button", name="Connect", exact=True).click()
            await expect(dialog).to_contain_text("Device connected to the network!")
            visit = dialog.locator("[href]", has_text="Visit Device").first
            await expect(visit).to_have_attribute("href", f"http://127.0.0.1:{port}/")
        assert json.loads((tmp_path / "config.json").read_text())["wifi"] == {"ssid": "home"}
        assert "a secret word" in (tmp_path / "secrets.json").read_text()
        assert not [line for line in board.lines if "a secret word" in line]

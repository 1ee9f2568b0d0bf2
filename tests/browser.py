"""A browser, and homes to look at with it."""

import asyncio
import contextlib
import shutil

from interpreters import missing, need_micropython
from playwright.async_api import async_playwright, expect

from fakeplug.home import Home
from fakeplug.kinds import Kinds
from fakeplug.ports import free_port
from plughub import BUILD
from plughub.checkout import prepare_flash, simulated
from plughub.run import home_config, home_rules, with_kinds
from simulator.idf_heap import BOARD

expect.set_options(timeout=20000)  # ms; on a machine that does other things as well

SHOTS = BUILD / "screenshots"
AXE = BUILD / "node/node_modules/axe-core/axe.min.js"
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Nothing of the page may come from anywhere else.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",
)
_OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Browser:
    """Opens pages of one hub, and collects what goes wrong in them."""

    def __init__(self, browser, url):
        self._browser = browser
        self._url = url
        self.faults = []

    async def open(self, width=1280, height=800, scheme="light", view=""):
        """Open the page as a visitor whom nobody knows yet; `view`: what follows the host."""
        size = {"width": width, "height": height}
        page = await self._browser.new_page(viewport=size, color_scheme=scheme)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", self._hear)
        await page.goto(self._url + view)
        return page

    def _hear(self, message):
        # The browser itself says so of each answer that is a problem.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.faults.append(message.text)


async def held_back(page, address):
    """Let no answer of that address come before the event that is returned is set."""
    let_go = asyncio.Event()

    async def delay(route):
        await let_go.wait()
        await route.continue_()

    await page.route(address, delay)
    return let_go


@contextlib.asynccontextmanager
async def chromium():
    """Yield Chromium as playwright has it; see missing() for where there is none."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        missing("no Chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=_FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


@contextlib.asynccontextmanager
async def visited(tmp_path, has_kinds=False, **web):
    """A home and a browser: yields (browser, board, {name: plug}).

    `has_kinds`: other devices than plugs are in it as well.
    """
    port = free_port()
    async with Home(5) as home, contextlib.AsyncExitStack() as others:
        config = home_config(home, 9, port)
        config["web"] |= web
        plugs = {socket.name: socket.plug for socket in home.sockets}
        if has_kinds:
            kinds = await others.enter_async_context(Kinds())
            config = with_kinds(config, kinds)
            plugs |= {
                about["name"]: p for about, p in zip(kinds.describe(), kinds.plugs, strict=True)
            }
        flash = prepare_flash(tmp_path, config, home_rules(config))
        async with (
            simulated(flash, need_micropython("frozen"), None, BOARD) as board,
            chromium() as browser,
        ):
            try:
                for name in plugs:
                    await board.expect(f"{name}: online")
                visitor = Browser(browser, f"http://localhost:{port}/")
                yield visitor, board, plugs
                assert visitor.faults == [], visitor.faults
            finally:
                print(*board.lines, sep="\n")  # what pytest shows when a test fails


async def look_well(page, name=None):
    """Nothing is wider than the page, and axe-core finds nothing to complain of.

    What is under way is dimmed, and looked at when it has been done.
    """
    await expect(page.locator("[aria-busy=true]")).to_have_count(0)
    assert await page.evaluate(_OVERFLOW) == 0
    if not AXE.exists():
        missing("no axe-core: make build/.node")
    await page.evaluate(AXE.read_text())
    found = await page.evaluate("axe.run()")
    complaints = [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found["violations"]]
    assert complaints == [], complaints
    if name:
        await page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


async def live(page):
    await expect(page.locator("#link")).to_have_text("live")

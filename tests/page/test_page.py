"""The page in a real browser, served by the firmware on real MicroPython."""

import shutil

import pytest
from interpreters import missing, need_micropython
from playwright.async_api import async_playwright, expect

from fakeplug.home import Home
from plughub import BUILD
from plughub.checkout import prepare_flash, simulated
from plughub.run import home_config, home_rules

PORT = 8191
SHOTS = BUILD / "screenshots"
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture
def chromium():
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        missing("no Chromium")
    return path


async def test_the_page(tmp_path, chromium):
    async with Home(5) as home:
        config = home_config(home, 9, PORT)
        plugs = {socket.name: socket.plug for socket in home.sockets}
        async with (
            simulated(
                prepare_flash(tmp_path, config, home_rules(config)), need_micropython()
            ) as board,
            async_playwright() as playwright,
        ):
            for name in plugs:
                await board.expect(f"{name}: online")
            browser = await playwright.chromium.launch(executable_path=chromium, args=_FLAGS)
            try:
                await _see(browser, plugs)
                await _see_rules(browser, plugs["desk lamp"])
            finally:
                await browser.close()


async def _see(browser, plugs):
    faults = []
    for width, height, scheme in ((360, 740, "light"), (360, 740, "dark"), (1280, 800, "light")):
        page = await browser.new_page(
            viewport={"width": width, "height": height}, color_scheme=scheme
        )
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
        await page.goto(f"http://localhost:{PORT}/")
        await expect(page.locator("#link")).to_have_text("live")
        assert [await h.inner_text() for h in await page.locator("h3").all()] == [
            *plugs,
            "hall light",
            "lamps",
        ]
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert await page.evaluate(overflow) == 0
        await _switch(page, plugs["desk lamp"])
        await page.screenshot(path=SHOTS / f"page-{width}-{scheme}.png")
        await page.close()
    assert faults == []
    page = await browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme="dark")
    await page.goto(f"http://localhost:{PORT}/")
    await expect(page.locator("#link")).to_have_text("live")
    await page.screenshot(path=SHOTS / "page-1280-dark.png")
    fridge = page.locator("article", has_text="fridge")
    await plugs["fridge"].stop()
    await expect(fridge.locator(".reason")).to_contain_text("refuses", timeout=10000)
    await expect(fridge.locator(".meter")).to_have_text("Offline")
    await page.screenshot(path=SHOTS / "page-offline.png")


async def _see_rules(browser, lamp):
    """Why they have not run, and what happens when one does."""
    page = await browser.new_page(viewport={"width": 360, "height": 740}, color_scheme="dark")
    await page.goto(f"http://localhost:{PORT}/")
    await page.get_by_text("why it has not").click()
    rule = page.locator("#rules article", has_text="nobody-home")
    await expect(rule).to_contain_text("nobody knows whether presence is off for 10 s")
    await expect(page.locator("#rules article", has_text="night")).to_contain_text("23:45")
    lamp.press({1: True})
    await page.get_by_role("button", name="Run nobody-home").click()
    await expect(page.get_by_role("switch", name="desk lamp")).to_have_text("Off")
    await expect(rule).to_contain_text("ran ")
    await page.get_by_role("button", name="Run tea").click()
    await expect(page.locator("#notices")).to_contain_text("the kettle has boiled")
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert await page.evaluate(overflow) == 0
    await page.screenshot(path=SHOTS / "rules-360-dark.png", full_page=True)
    await page.set_viewport_size({"width": 1280, "height": 800})
    await page.screenshot(path=SHOTS / "rules-1280.png", full_page=True)


async def _switch(page, plug):
    """By mouse, by keyboard, and by somebody else: the page shows what the plug confirmed."""
    lamp = page.get_by_role("switch", name="desk lamp")
    was = plug.dps[1]
    await lamp.click()
    await expect(lamp).to_have_attribute("aria-checked", str(not was).lower())
    assert plug.dps[1] is not was
    await lamp.focus()
    await page.keyboard.press("Space")
    await expect(lamp).to_have_attribute("aria-checked", str(was).lower())
    plug.press({1: True})
    await expect(lamp).to_have_attribute("aria-checked", "true")
    await expect(lamp).to_have_text("On")

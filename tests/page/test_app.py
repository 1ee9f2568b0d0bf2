"""The page as an app, its size, its speed, and what it asks for."""

import asyncio
import gzip
import io
import json
import statistics
import struct
import time

from browser import live, visited
from http_client import ask_fully
from playwright.async_api import expect
from stand_in import StandIn, plug, shown

from plughub.firmware import icon, page

FIRST_MAX = 8192
CLICKS = 40


async def test_a_telephone_makes_an_app_of_it(tmp_path):
    async with visited(tmp_path) as (browser, _, _):
        shown_page = await browser.open(360, 740)
        await live(shown_page)
        assert await shown_page.locator("link[rel=manifest]").get_attribute("href")
        session = await shown_page.context.new_cdp_session(shown_page)
        found = await session.send("Page.getAppManifest")
        assert found["errors"] == [] and found["url"].endswith("/manifest.json")
        manifest = json.loads(found["data"])
        assert (manifest["name"], manifest["display"]) == ("plughub", "standalone")
        port = int(shown_page.url.split(":")[-1].split("/")[0])
        for entry in manifest["icons"]:
            status, head, _ = await ask_fully(port, "GET", "/" + entry["src"])
            assert status == 200 and f"Content-Type: {entry['type']}" in head, entry
        # It is started from the home screen, where there is no address bar.
        await shown_page.goto(shown_page.url.split("#")[0])
        await live(shown_page)


def test_the_icon_is_a_png():
    data = icon.build_icon()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", data[16:24]) == (icon.SIZE, icon.SIZE)


def test_what_is_loaded_first_is_small():
    assert len(page.build_page()) <= FIRST_MAX
    text = gzip.GzipFile(fileobj=io.BytesIO(page.build_page())).read().decode()
    assert "http://" not in text.replace("http://www.w3.org/", "") and "//cdn" not in text


async def test_the_first_card_needs_two_requests():
    hub = StandIn(plug("desk lamp", power=None))
    async with shown(hub) as browser:
        visit = await browser.open()
        await live(visit)
        asked = []
        visit.on("request", lambda request: asked.append(request.url.split("/", 3)[3]))
        times = []
        for _ in range(5):
            asked.clear()
            began = time.perf_counter()
            await visit.reload(wait_until="commit")
            await expect(visit.get_by_role("switch", name="desk lamp")).to_have_text("On")
            times.append(1000 * (time.perf_counter() - began))
            await live(visit)
            assert [path for path in asked if "manifest" not in path and "icon" not in path] == [
                "",
                "api/v1/events",
            ]
        print(f"first card after {statistics.median(times):.0f} ms")


async def measure(page):
    """Return ms from each click until the page shows what the plug has confirmed."""
    script = """(count) => new Promise((done) => {
      const times = [];
      const button = document.querySelector("[role=switch]");
      const word = button.querySelector(".word");
      const press = () => {
        // Its own answer may come after the event that has told the page of the change.
        if (button.closest(".card").ariaBusy === "true") return setTimeout(press, 10);
        const was = word.textContent, began = performance.now();
        const seen = new MutationObserver(() => {
          if (word.textContent === was) return;
          seen.disconnect();
          times.push(performance.now() - began);
          if (times.length === count) return done(times);
          setTimeout(press, 60);
        });
        seen.observe(word, { childList: true, characterData: true, subtree: true });
        button.click();
      };
      press();
    })"""
    async with asyncio.timeout(60):
        return await page.evaluate(script, CLICKS)


async def test_a_click_is_confirmed_soon(tmp_path):
    async with visited(tmp_path) as (browser, _, _):
        visit = await browser.open()
        await live(visit)
        firsts = []
        for _ in range(5):
            began = time.perf_counter()
            await visit.reload(wait_until="commit")
            await visit.get_by_role("switch", name="desk lamp").wait_for()
            firsts.append(1000 * (time.perf_counter() - began))
            await live(visit)
        print(f"first card of the firmware after {statistics.median(firsts):.0f} ms")
        times = sorted(await measure(visit))
        middle, most = times[CLICKS // 2], times[int(0.95 * CLICKS)]
        print(f"confirmed after {middle:.0f} ms, p95 {most:.0f} ms")
        assert len(times) == CLICKS

"""The panel of a card: its timer, charts, settings and the rest; the logbook; the sums on top."""

import asyncio
import re

from browser import live, look_well, visited
from playwright.async_api import expect
from stand_in import StandIn, plug, shown


def card_of(page, name):
    return page.locator(".card", has=page.get_by_role("heading", name=name, exact=True))


async def test_off_in_ten_minutes_with_a_clock_that_runs(tmp_path):
    async with visited(tmp_path) as (browser, _, plugs):
        page = await browser.open(360, 740)
        await live(page)
        lamp = card_of(page, "desk lamp")
        await lamp.get_by_text("More").click()
        await lamp.get_by_role("button", name="Start").click()
        await expect(page.get_by_role("switch", name="desk lamp")).to_have_text("On")
        await expect(lamp.locator(".note")).to_have_text(re.compile(r"^Off in (10:00|9:5\d)$"))
        shown_first = await lamp.get_by_role("timer").inner_text()
        await expect(lamp.get_by_role("timer")).not_to_have_text(shown_first)
        # The plug counts as well, in case that the hub goes.
        await asyncio.wait_for(plugs["desk lamp"].wait_for(lambda p: p.dps[9] > 0), 10)
        await look_well(page, "timer")
        await lamp.get_by_role("button", name="Cancel").click()
        await expect(lamp.locator(".note")).to_be_hidden()
        await expect(page.get_by_role("switch", name="desk lamp")).to_have_text("On")


async def test_settings_name_and_release_on_the_card(tmp_path):
    async with visited(tmp_path) as (browser, _, plugs):
        page = await browser.open(360, 740, "dark")
        await live(page)
        lamp = card_of(page, "desk lamp")
        await lamp.get_by_text("More", exact=True).click()
        await lamp.get_by_text("Settings of desk lamp").click()
        power_on = lamp.get_by_role("combobox", name="When power comes back")
        await expect(power_on).to_have_value("memory")
        await power_on.select_option(label="Off")
        await lamp.get_by_role("button", name="Set").first.click()
        await asyncio.wait_for(plugs["desk lamp"].wait_for(lambda p: p.dps[38] == "off"), 10)
        await look_well(page, "panel-360-dark")
        await lamp.get_by_label("New local key").fill("short")
        await lamp.get_by_role("button", name="Take it").click()
        assert await lamp.get_by_label("New local key").evaluate("e => !e.checkValidity()")
        await lamp.get_by_role("combobox", name="Leave it to the phone app for").select_option(
            label="1 min"
        )
        await lamp.get_by_role("button", name="Release").click()
        await expect(lamp.locator(".note")).to_contain_text("released for other programs")
        await lamp.get_by_role("textbox", name="Name").fill("reading lamp")
        await lamp.get_by_role("button", name="Rename").click()
        await expect(page.get_by_role("switch", name="reading lamp")).to_be_visible()
        assert "reading lamp" in (tmp_path / "config.json").read_text()


async def test_charts_have_axes_a_table_and_a_file():
    days = [None] * 300 + [1.0] * 60 + [0.5] * 6
    hub = StandIn(plug("fridge"), price=0.5, currency="EUR")
    powers = [None] * 20 + [90.0 + i / 10 for i in range(100)]
    hub.answers["GET plugs/bffridge/history"] = {
        "step": 5, "power": powers, "long_step": 600, "long_power": powers, "days": days[-30:],
    }  # fmt: skip
    hub.answers["GET plugs/bffridge/days"] = {"day": 20785, "days": days}  # 2026-11-28
    async with shown(hub) as browser:
        page = await browser.open(360, 740)
        await live(page)
        await expect(page.locator("#total")).to_have_text("95.7 W · today 0.20 kWh · 0.10 EUR")
        fridge = card_of(page, "fridge")
        await fridge.get_by_text("More").click()
        caption = fridge.locator("figcaption")
        await expect(caption).to_have_text("10 minutes: up to 99.9 W")
        ticks = fridge.locator(".axis span")
        await expect(ticks.last).to_have_text(re.compile(r"\d\d:\d\d:\d\d"))
        await look_well(page, "chart-360")
        for name, said, last in (
            ("Day", "Day: up to 99.9 W", None),
            ("Week", "Week: up to 1.00 kWh", "2026-11-28"),
            ("Month", "Month: up to 1.00 kWh", "2026-11-28"),
            ("Year", "Year: up to 31.00 kWh", "2026-11"),
        ):
            await fridge.get_by_role("button", name=name).click()
            await expect(caption).to_have_text(said)
            if last:
                await expect(ticks.last).to_have_text(last)
        await fridge.get_by_role("button", name="Week").click()
        await expect(caption).to_have_text("Week: up to 1.00 kWh")
        plot = fridge.locator(".plot")
        box = await plot.bounding_box()
        await page.mouse.move(box["x"] + box["width"] - 4, box["y"] + 20)
        await expect(caption).to_have_text("2026-11-28: 0.50 kWh · 0.25 EUR")
        await fridge.get_by_text("Table").click()
        rows = fridge.locator("td")
        await expect(rows.first).to_have_text("2026-11-28")
        await look_well(page, "table-360")
        async with page.expect_download() as coming:
            await fridge.get_by_role("button", name="Download CSV").click()
        saved = await coming.value
        with open(await saved.path()) as found:
            lines = found.read().splitlines()
        assert saved.suggested_filename == "fridge.csv"
        assert lines[0] == "time,kWh" and lines[-1] == "2026-11-28,0.5" and len(lines) == 8


async def test_the_logbook_says_who_switched_what_at_once(tmp_path):
    async with visited(tmp_path) as (browser, board, plugs):
        page = await browser.open(360, 740)
        await live(page)
        await page.get_by_role("switch", name="desk lamp").click()
        await page.get_by_role("tab", name="Log").click()
        entries = page.locator("#entries tr")
        await expect(entries.last).to_contain_text("desk lampon")
        await expect(page.locator("#entries")).to_contain_text("page")
        await expect(page.locator("#entries")).to_contain_text("follows desk lamp")
        plugs["kettle"].press({1: True})
        await expect(entries.first).to_contain_text("kettle")
        await expect(entries.first).to_contain_text("by itself")
        board.send("press 0")
        await expect(page.locator("#entries")).to_contain_text("button on pin 0")
        await page.get_by_role("combobox", name="Show").select_option("kettle")
        await expect(entries).to_have_count(1)
        await look_well(page, "logbook-360")
        await page.set_viewport_size({"width": 1280, "height": 800})
        await look_well(page, "logbook-1280")

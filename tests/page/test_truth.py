"""The page says what it knows, and what it does not: nothing old passes for new."""

import re

from browser import live, look_well, visited
from playwright.async_api import expect
from stand_in import StandIn, plug, shown


def card_of(page, name):
    return page.locator(".card", has=page.get_by_role("heading", name=name, exact=True))


async def test_a_lost_connection_is_seen_and_its_end_as_well():
    hub = StandIn(plug("desk lamp"))
    async with shown(hub) as browser:
        for scheme in ("light", "dark"):
            page = await browser.open(360, 740, scheme)
            await live(page)
            await expect(page.locator("#as-of")).to_be_empty()
            await hub.stop()
            await expect(page.locator("#link")).to_contain_text("no answer, trying again")
            said = re.compile(r"this is how things were at \d\d:\d\d:\d\d")
            await expect(page.locator("#as-of")).to_have_text(said)
            assert "lost" in await page.locator("body").get_attribute("class")
            await look_well(page, f"lost-{scheme}")
            # A press tells that nobody hears it.
            await page.get_by_role("switch", name="desk lamp").click()
            reason = card_of(page, "desk lamp").locator(".reason")
            await expect(reason).to_have_text("The hub does not answer")
            await hub.start()
            await live(page)
            await expect(page.locator("#as-of")).to_be_empty()
            assert "lost" not in await page.locator("body").get_attribute("class")
            await page.close()


async def test_an_answer_that_is_cut_off_is_none():
    hub = StandIn(plug("desk lamp"))
    async with shown(hub) as browser:
        page = await browser.open()
        await live(page)

        async def cut(route):
            await route.fulfill(body='{"power":{"desk lamp":[', content_type="application/json")

        for path in ("history", "plugs/**"):
            await page.route(f"**/api/v1/{path}", cut)
        async with page.expect_response("**/api/v1/history"):
            await page.reload()
        await live(page)
        await page.get_by_role("switch", name="desk lamp").click()
        reason = card_of(page, "desk lamp").locator(".reason")
        await expect(reason).to_have_text("The hub is busy; try again")


async def test_a_third_browser_is_told_and_sees_changes_all_the_same():
    hub = StandIn(plug("desk lamp"))
    async with shown(hub) as browser:
        pages = [await browser.open() for _ in range(2)]
        for page in pages:
            await live(page)
        third = await browser.open(360)
        await expect(third.locator("#link")).to_have_text("every 9 s")
        await expect(third.locator("#as-of")).to_contain_text("2 pages are open already")
        await expect(third.get_by_role("switch", name="desk lamp")).to_have_text("On")
        await look_well(third, "third")
        await third.get_by_text("More").click()
        await hub.tell(name="desk lamp", on=False)
        await expect(third.get_by_role("switch")).to_have_text("Off")
        # What was open stays open when it looks again.
        await expect(third.get_by_role("timer")).to_be_attached()
        await pages[0].close()


async def test_offline_is_no_state_connecting_no_alarm_and_a_common_cause_is_said_once():
    away = {"online": False, "power": 0.0, "on": False}
    silent = "nothing answers"
    hub = StandIn(
        plug("one", reason="the key is another one", **away),
        plug("two", reason="connecting", **away),
        plug("three", reason=silent, **away),
        plug("four", reason=silent, **away),
        plug("five", fault=2),
        faults=["config.json: web.port: a fault", "config.json: web.port: a fault"],
    )
    async with shown(hub) as browser:
        for width, scheme in ((320, "light"), (1280, "dark")):
            page = await browser.open(width, 740, scheme)
            await live(page)
            one = card_of(page, "one")
            await expect(one.get_by_role("switch")).to_have_text("?")
            await expect(one.locator(".watts")).to_be_hidden()
            await expect(one.locator(".meter")).to_contain_text(
                re.compile(r"^Offline · was off at \d\d:\d\d:\d\d$")
            )
            await expect(one.locator(".reason")).to_have_text("the key is another one")
            two = card_of(page, "two")
            await expect(two.locator(".note")).to_have_text("connecting")
            await expect(two.locator(".reason")).to_be_empty()
            for name in ("three", "four"):
                await expect(card_of(page, name).locator(".reason")).to_be_empty()
            await expect(card_of(page, "five").locator(".reason")).to_contain_text("fault 2")
            faults = page.locator("#faults li")
            await expect(faults).to_have_text(
                ["config.json: web.port: a fault", "2 plugs: nothing answers"]
            )
            await look_well(page, f"faults-{width}-{scheme}")
            await page.close()


async def test_another_home_is_seen_without_a_reload_and_without_ghosts():
    hub = StandIn(plug("desk lamp"), plug("kettle"))
    async with shown(hub) as browser:
        page = await browser.open()
        await live(page)
        await card_of(page, "desk lamp").get_by_text("More").click()
        renamed = plug("desk lamp") | {"name": "lamp on the desk"}
        await hub.show(plugs=[plug("fridge"), renamed], name="attic")
        headings = page.locator("#plugs h3")
        await expect(headings).to_have_text(["fridge", "lamp on the desk"])
        await expect(page.locator("#name")).to_have_text("attic")
        # It is the same plug: its panel stays open.
        await expect(card_of(page, "lamp on the desk").get_by_role("timer")).to_be_attached()
        await hub.show(plugs=[])
        await expect(page.locator("#plugs")).to_contain_text("There are no plugs yet")


async def test_the_view_is_in_the_address_and_times_are_those_of_the_hub():
    notices = [{"time": 1795874400, "text": "the kettle has boiled"}]
    hub = StandIn(plug("desk lamp"), notices=notices)
    async with shown(hub) as browser:
        page = await browser.open(view="#log")
        await live(page)
        await expect(page.get_by_role("tab", name="Log")).to_have_attribute(
            "aria-selected", "true"
        )
        await page.get_by_role("tab", name="Log").focus()
        await page.keyboard.press("End")
        await expect(page.get_by_role("tab", name="System")).to_be_focused()
        assert page.url.endswith("#system")
        await page.keyboard.press("Home")
        await expect(page.get_by_role("tabpanel", name="Plugs")).to_be_visible()
        await page.go_back()
        await expect(page.get_by_role("tab", name="System")).to_have_attribute(
            "aria-selected", "true"
        )
        await page.get_by_role("tab", name="Plugs").click()
        await expect(page.locator("#notices")).to_contain_text("15:00:00 the kettle has boiled")
        more = page.locator("summary").first
        assert await more.get_attribute("aria-label") == "More about desk lamp"
        await more.click()
        await expect(page.get_by_role("timer")).to_be_attached()
        await page.reload()
        await live(page)
        await expect(page.get_by_role("timer")).to_be_attached()


async def test_after_a_restart_of_the_hub_its_numbers_begin_again(tmp_path):
    async with visited(tmp_path) as (browser, _, plugs):
        page = await browser.open()
        await live(page)
        await expect(page.locator("#total")).to_contain_text("W · today")
        plugs["desk lamp"].press({1: True})
        await expect(page.get_by_role("switch", name="desk lamp")).to_have_text("On")

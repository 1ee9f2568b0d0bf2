"""Many devices: rooms and a search find them, and a thousand of them can be used."""

import time

from browser import live, look_well
from playwright.async_api import expect
from stand_in import StandIn, plug, shown

ROOMS = ("attic", "kitchen", None)


def a_home(count, **more):
    plugs = [
        plug(f"plug {i}", **({"room": ROOMS[i % 3]} if ROOMS[i % 3] else {})) for i in range(count)
    ]
    return StandIn(*plugs, **more)


def names(page):
    return page.locator(".card:visible h3").all_text_contents()


async def test_a_room_and_a_text_leave_those_that_fit():
    outlet = {"name": "left", "plug": "plug 1", "dp": 1, "on": True, "online": True, "seq": 1}
    group = {"name": "upstairs", "on": True, "seq": 1, "members": ["plug 0", "plug 3"]}
    hub = a_home(15, outlets=[outlet], groups=[group])
    async with shown(hub) as browser:
        page = await browser.open(360, 740)
        await live(page)
        await page.get_by_label("Room").select_option("kitchen")
        expected = ["plug 1", "left", "plug 4", "plug 7", "plug 10", "plug 13"]
        assert await names(page) == expected
        await expect(page.locator("#sifted")).to_have_text("6 of 17")
        await page.get_by_label("Search").fill("1")
        assert await names(page) == ["plug 1", "plug 10", "plug 13"]
        await expect(page.get_by_role("heading", name="Groups")).to_be_hidden()
        await look_well(page, "rooms-360")
        # A change leaves it so, and so does another snapshot.
        await hub.tell(name="plug 13", power=1.5)
        await expect(page.locator(".card:visible b").last).to_have_text("1.5")
        await hub.show(faults=["something"])
        await expect(page.locator("#faults")).to_be_visible()
        assert await names(page) == ["plug 1", "plug 10", "plug 13"]
        await page.get_by_label("Search").fill("")
        await page.get_by_label("Room").select_option("attic")
        assert await names(page) == ["plug 0", "plug 3", "plug 6", "plug 9", "plug 12", "upstairs"]
        # The last one has left its room.
        await hub.show(plugs=[plug("plug 1"), plug("plug 2")], outlets=[], groups=[])
        await expect(page.locator("#sift")).to_be_hidden()
        assert await names(page) == ["plug 1", "plug 2"]


async def test_few_without_rooms_need_no_search():
    async with shown(StandIn(plug("desk lamp"), plug("kettle"))) as browser:
        page = await browser.open()
        await live(page)
        await expect(page.locator("#sift")).to_be_hidden()


async def test_a_thousand_are_there_within_seconds_and_one_of_them_is_found():
    hub = a_home(1000)
    hub.answers["PUT plugs/bfplug777/switch"] = plug("plug 777", on=False, seq=9)
    async with shown(hub) as browser:
        page = await browser.open(1280, 800, "dark")
        await live(page)
        await expect(page.locator(".card")).to_have_count(1000)
        await page.get_by_label("Search").fill("777")
        assert await names(page) == ["plug 777"]
        await page.get_by_role("switch", name="plug 777").click()
        await expect(page.get_by_role("switch", name="plug 777")).to_have_text("Off")
        await look_well(page, "thousand")
        await page.get_by_label("Search").fill("")
        # Changes go on, and the page stays as quick as it was: it is not drawn anew as a whole.
        began = time.monotonic()
        for i in range(100):
            await hub.tell(name=f"plug {i}", power=200.0 + i)
        await expect(page.locator("#total")).to_contain_text("W")
        await expect(page.locator(".card b").nth(99)).to_have_text("299.0")
        print(f"100 changes in {time.monotonic() - began:.2f} s")


async def test_years_are_shown_where_they_are_kept():
    day = 86400
    course = [[1700000000 + day * i, 60.0, 1440] for i in range(800)]
    for has_archive in (True, False):
        hub = StandIn(plug("kettle"), **({"archive": True} if has_archive else {}))
        hub.answers |= {
            "GET plugs/bfkettle/history": {
                "step": 5,
                "power": [1, 2],
                "long_step": 60,
                "long_power": [1],
            },
            "GET plugs/bfkettle/course?since=0": {"by": "day", "course": course},
        }
        async with shown(hub) as browser:
            page = await browser.open(360, 740)
            await live(page)
            await page.get_by_text("More", exact=True).click()
            years = page.get_by_role("button", name="Years")
            if not has_archive:
                await expect(page.get_by_role("button", name="Year")).to_be_visible()
                await expect(years).to_have_count(0)
                continue
            await years.click()
            # November 2023 has 17 days from the 14th on, December all of its 31.
            await page.get_by_text("Table", exact=True).click()
            rows = page.locator("figure tr")
            await expect(rows.last).to_have_text("2023-1124.48")
            before_last = rows.nth(await rows.count() - 2)
            await expect(before_last).to_have_text("2023-1244.64")
            await look_well(page, "years-360")

"""The page in a real browser, served by the firmware on real MicroPython."""

import asyncio
import contextlib
import json
import re

from browser import SHOTS, live, look_well, visited
from http_client import ask
from locked_home import PASSWORD
from playwright.async_api import expect

from fakeplug.ports import free_port

NEW = {"name": "garage", "id": "bf9876543210zyxwvutsrq", "key": "fedcba9876543210"}


async def shown_config(page, pattern="desk lamp"):
    """Open the text of the configuration; return it when that has come."""
    await page.get_by_role("tab", name="Config").click()
    text = page.get_by_label("config.json")
    await expect(text).to_have_value(re.compile(pattern))
    if not await text.is_visible():
        await page.get_by_text("All of it as JSON").click()
    return text


async def test_plugs_are_shown_and_switched(tmp_path):
    async with visited(tmp_path) as (browser, _, plugs):
        for width, scheme in ((360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")):
            page = await browser.open(width, 740, scheme)
            await live(page)
            await expect(page.locator("#home h3")).to_have_text([*plugs, "hall light", "lamps"])
            await _switch(page, plugs["desk lamp"])
            await look_well(page, f"page-{width}-{scheme}")
            await page.close()
        page = await browser.open()
        fridge = page.locator("article", has_text="fridge")
        await fridge.get_by_text("More").click()
        await expect(fridge.locator("figcaption").first).to_contain_text("10 minutes: up to")
        await expect(fridge.locator(".spark path")).to_have_attribute("d", re.compile("^M"))
        await expect(fridge.locator(".about")).to_contain_text("Tuya 3.3")
        await look_well(page, "charts")
        await plugs["fridge"].stop()
        await expect(fridge.locator(".reason")).to_contain_text("refuses")
        await expect(fridge.locator(".meter")).to_contain_text("Offline · was on at")
        await look_well(page, "offline")


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


async def test_an_older_state_never_overwrites_a_newer_one(tmp_path):
    async with visited(tmp_path) as (browser, _, plugs):
        page = await browser.open()
        await live(page)
        held = asyncio.Event()
        let_go = asyncio.Event()

        async def delay(route):
            answer = await route.fetch()
            held.set()
            await let_go.wait()
            await route.fulfill(response=answer)

        await page.route("**/switch", delay)
        lamp = page.get_by_role("switch", name="desk lamp")
        await lamp.click()
        await held.wait()
        await expect(lamp).to_have_attribute("aria-busy", "true")
        await expect(lamp).to_have_text("On")  # by the event that comes meanwhile
        plugs["desk lamp"].press({1: False})
        await expect(lamp).to_have_text("Off")
        let_go.set()
        await expect(lamp).not_to_have_attribute("aria-busy", "true")
        assert await lamp.inner_text() == "Off" and plugs["desk lamp"].dps[1] is False


async def test_two_browsers_and_a_storm_of_reloads(tmp_path):
    async with visited(tmp_path) as (browser, board, plugs):
        first, second = await browser.open(), await browser.open(360)
        await live(first)
        await live(second)
        for _ in range(15):
            await second.reload(wait_until="domcontentloaded")
        await live(second)
        await second.get_by_role("switch", name="kettle").click()
        await expect(first.get_by_role("switch", name="kettle")).to_have_text("On")
        assert plugs["kettle"].dps[1] is True
        await second.close()
        await first.reload()
        await live(first)
        assert [line for line in board.lines if "crash" in line or "failed" in line] == []


async def test_first_visit_login_and_logout(tmp_path):
    async with visited(tmp_path, auth=True) as (browser, board, _):
        code = (await board.expect(r"set-up code (\w{12})"))[1]
        page = await browser.open(360, 740)
        await expect(page.get_by_role("heading", name="Set a password")).to_be_visible()
        await look_well(page, "first-visit")
        # By keyboard alone: the first field has the focus.
        await page.keyboard.type("aaaa-aaaa-aaaa")
        await page.keyboard.press("Tab")
        await page.keyboard.type(PASSWORD)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("alert")).to_contain_text("set-up code is wrong")
        await page.get_by_label("Set-up code").fill(code)
        await page.keyboard.press("Enter")
        await live(page)
        assert await page.locator("#open").is_hidden()
        other = await browser.open(1280, 740, "dark")
        await expect(other.get_by_role("heading", name="Log in")).to_be_visible()
        await look_well(other, "login")
        sent = []
        other.on("request", lambda request: sent.append(f"{request.url} {request.post_data}"))
        await other.get_by_label("Password").fill("not the password")
        await other.keyboard.press("Enter")
        await expect(other.get_by_role("alert")).to_contain_text("wrong")
        await other.get_by_label("Password").fill(PASSWORD)
        await other.keyboard.press("Enter")
        await live(other)
        # A proof of the password crosses the network, and never the password itself.
        assert "proof" in str(sent) and "password" not in str(sent) and PASSWORD not in str(sent)
        await other.reload()
        await live(other)
        await other.get_by_role("tab", name="System").click()
        await other.get_by_role("button", name="Log out").click()
        await expect(other.get_by_role("heading", name="Log in")).to_be_visible()
        await other.reload()
        await expect(other.get_by_role("heading", name="Log in")).to_be_visible()
        await page.reload()
        await live(page)


async def test_rules_are_looked_at_run_and_edited(tmp_path):
    async with visited(tmp_path) as (browser, _, plugs):
        page = await browser.open(360, 740, "dark")
        await live(page)
        await page.get_by_role("tab", name="Rules").click()
        rule = page.locator("#states article", has_text="nobody-home")
        await expect(rule).to_contain_text("it is not known whether presence is off for 10 s")
        await expect(page.locator("#states article", has_text="night")).to_contain_text("23:45")
        plugs["desk lamp"].press({1: True})
        await page.get_by_role("button", name="Run nobody-home").click()
        await expect(rule).to_contain_text("ran ")
        await page.get_by_role("button", name="Run tea").click()
        await look_well(page, "rules-360-dark")
        await page.get_by_role("button", name="Add a rule").click()
        await page.get_by_role("textbox", name="Time").fill("06:15")
        await page.get_by_role("button", name="Check").click()
        await expect(page.locator("#rules-said")).to_contain_text("They are right")
        assert "rule-1" not in (tmp_path / "rules.json").read_text()
        await page.get_by_role("button", name="Save").click()
        added = page.locator("#states article", has_text="rule-1")
        await expect(added).to_contain_text("06:15")
        await page.get_by_text("All of them as JSON").click()
        book = page.get_by_label("rules.json")
        await book.fill((await book.input_value()).replace("06:15", "26:15"))
        await page.get_by_role("button", name="Check").click()
        await expect(page.locator("#rules-said")).to_contain_text("rules[4].at")
        await page.set_viewport_size({"width": 1280, "height": 800})
        await look_well(page, "rules-1280")
        await page.get_by_role("tab", name="Plugs").click()
        await expect(page.get_by_role("switch", name="desk lamp")).to_have_text("Off")
        await expect(page.locator("#notices")).to_contain_text("the kettle has boiled")


async def test_plugs_are_imported_and_that_is_undone(tmp_path):
    async with visited(tmp_path) as (browser, _, plugs):
        lamp = plugs["desk lamp"]
        devices = [NEW | {"ip": "127.0.0.9"}, {"name": "x", "id": lamp.id, "key": "a" * 16}]
        devices.append({"name": "a sensor behind a gateway", "id": "x", "key": "", "sub": True})
        (tmp_path / "devices.json").write_text(json.dumps(devices))
        page = await browser.open(360, 740)
        await live(page)
        text = await shown_config(page, r'"\*\*\*"')
        assert lamp.key.decode() not in await text.input_value()
        await page.locator("#file").set_input_files(tmp_path / "devices.json")
        await expect(page.locator("#changes li")).to_have_text(["new: garage", "desk lamp: key"])
        await look_well(page, "import")
        await page.get_by_role("button", name="Put it in below").click()
        await page.get_by_role("button", name="Check").click()
        await expect(page.locator("#config-said")).to_contain_text("is right")
        assert "garage" not in (tmp_path / "config.json").read_text()
        await page.get_by_role("button", name="Save").click()
        await expect(page.locator("#config-said")).to_contain_text("Saved")
        await expect(text).not_to_have_value(re.compile(NEW["key"]))
        assert NEW["key"] in (tmp_path / "secrets.json").read_text()
        await page.get_by_role("button", name="Undo the last change").click()
        await expect(text).not_to_have_value(re.compile("garage"))
        await text.fill("{nonsense")
        await page.get_by_role("button", name="Save").click()
        await expect(page.locator("#config-said")).to_contain_text(
            "line 1: expected a name in double quotes"
        )


async def test_all_views_by_keyboard(tmp_path):
    async with visited(tmp_path) as (browser, _, _):
        page = await browser.open(360, 740)
        await live(page)
        await page.keyboard.press("Tab")
        for name in ("Rules", "Log", "Config", "System"):
            await page.keyboard.press("ArrowRight")
            await expect(page.get_by_role("tab", name=name)).to_be_focused()
            await expect(page.get_by_role("tabpanel", name=name)).to_be_visible()
            await look_well(page, f"{name.lower()}-360")
        await expect(page.locator("#facts")).to_contain_text("Heap free")
        await page.keyboard.press("ArrowLeft")
        await page.keyboard.press("ArrowLeft")
        await expect(page.locator("#lines")).to_contain_text("desk lamp: online")
        await page.keyboard.press("ArrowLeft")
        await page.keyboard.press("ArrowLeft")
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("switch", name="desk lamp")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("switch", name="desk lamp")).to_have_text("On")


async def test_a_name_is_no_script(tmp_path):
    async with visited(tmp_path) as (browser, _, _):
        page = await browser.open()
        await live(page)
        port = int(page.url.split(":")[-1].strip("/"))
        _, config = await ask(port, "GET", "/api/v1/config")
        name = "<img src=x onerror=alert(1)>"
        config["plugs"][0]["name"] = config["groups"][0]["members"][0] = name
        config["led"]["show"] = config["relays"][0]["follow"] = name
        config["buttons"][0]["press"]["plug"] = name
        config["scenes"] = []
        assert (await ask(port, "PUT", "/api/v1/rules", {"rules": []}))[0] == 200
        status, answer = await ask(port, "PUT", "/api/v1/config", config)
        assert status == 200, answer
        await page.reload()
        await expect(page.get_by_role("heading", name=name)).to_be_visible()
        for tab in ("Rules", "Log", "Config"):
            await page.get_by_role("tab", name=tab).click()
        assert await page.locator("img").count() == 0
        await page.screenshot(path=SHOTS / "odd-name.png")


async def listening(port):
    """Wait until somebody takes connections on a port."""
    async with asyncio.timeout(30):
        while True:
            with contextlib.suppress(ConnectionRefusedError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                return writer.close()
            await asyncio.sleep(0.05)


async def test_network_settings_are_kept_by_hand(tmp_path):
    async with visited(tmp_path) as (browser, _, _):
        page = await browser.open()
        await live(page)
        text = await shown_config(page)
        config = json.loads(await text.input_value())
        config["web"]["port"] = port = free_port()
        await text.fill(json.dumps(config))
        await page.get_by_role("button", name="Save").click()
        # The answer comes from the old port, or not at all; the new one has the page.
        await listening(port)
        await page.goto(f"http://localhost:{port}/")
        await live(page)
        await page.get_by_role("tab", name="System").click()
        await page.get_by_role("button", name="Keep").click()
        await expect(page.locator("#confirm")).to_be_hidden()
        assert json.loads((tmp_path / "config.json").read_text())["web"]["port"] == port


async def test_a_rename_leaves_no_ghost_and_a_third_browser_sees_the_plugs(tmp_path):
    async with visited(tmp_path) as (browser, _, _):
        first, second = await browser.open(), await browser.open()
        await live(first)
        await live(second)
        third = await browser.open(360, 740)
        await expect(third.locator("#home h3").first).to_have_text("desk lamp")
        await expect(third.locator("#link")).to_have_text("every 9 s")
        text = await shown_config(first, "kettle")
        await text.fill((await text.input_value()).replace('"kettle"', '"tea; coffee"'))
        await first.get_by_role("button", name="Save").click()
        await expect(first.locator("#config-said")).to_contain_text("Saved")
        await expect(second.get_by_role("switch", name="tea; coffee")).to_be_visible()
        await expect(second.get_by_role("switch", name="kettle")).to_have_count(0)


async def test_what_is_typed_stays_while_another_view_is_looked_at(tmp_path):
    async with visited(tmp_path) as (browser, _, _):
        page = await browser.open()
        await live(page)
        for tab, label in (("Rules", "rules.json"), ("Config", "config.json")):
            await page.get_by_role("tab", name=tab).click()
            text = page.get_by_label(label)
            await expect(text).to_have_value(re.compile("desk lamp"))
            await page.get_by_text(re.compile("All of (it|them) as JSON")).last.click()
            await text.fill("half of a thought; and more")
            await page.get_by_role("tab", name="Log").click()
            path = "/api/v1/" + label.split(".")[0]
            async with page.expect_response(lambda r, path=path: r.url.endswith(path)) as answer:
                await page.get_by_role("tab", name=tab).click()
            await (await answer.value).finished()
            await page.evaluate("() => new Promise((done) => setTimeout(done))")
            await expect(text).to_have_value("half of a thought; and more")


async def test_each_fault_has_a_line_of_its_own(tmp_path):
    async with visited(tmp_path) as (browser, _, _):
        page = await browser.open()
        await live(page)
        text = await shown_config(page)
        groups = [{"name": "g; h", "members": ["a; b"]}, {"name": "i", "members": ["c"]}]
        await text.fill(json.dumps(json.loads(await text.input_value()) | {"groups": groups}))
        await page.get_by_role("button", name="Check").click()
        said = page.locator("#config-said")
        await expect(said).to_contain_text("groups[1]")
        lines = (await said.inner_text()).split("\n")
        assert len(lines) == 2 and "a; b" in lines[0], lines


async def test_a_broker_is_tried_and_its_state_is_shown(tmp_path):
    async with visited(tmp_path) as (browser, _, _):
        page = await browser.open()
        await live(page)
        text = await shown_config(page)
        said = page.locator("#config-said")
        await page.get_by_role("button", name="Test MQTT").click()
        await expect(said).to_contain_text('There is no "mqtt" in it')
        mqtt = {"mqtt": {"host": "127.0.0.1", "port": free_port()}}
        await text.fill(json.dumps(json.loads(await text.input_value()) | mqtt))
        await page.get_by_role("button", name="Test MQTT").click()
        await expect(said).to_contain_text("nothing listens at 127.0.0.1")
        await page.get_by_role("button", name="Save").click()
        await expect(said).to_contain_text("Saved")
        await page.get_by_role("tab", name="System").click()
        await expect(page.locator("#facts")).to_contain_text("MQTT")
        await expect(page.locator("#facts")).to_contain_text("nothing listens")
        await look_well(page)


async def test_every_view_at_every_width(tmp_path):
    """From 320 px, which is also what a window of 640 px is at 200 % zoom."""
    async with visited(tmp_path) as (browser, _, _):
        for scheme in ("light", "dark"):
            page = await browser.open(320, 740, scheme)
            await live(page)
            await page.get_by_text("More", exact=True).first.click()
            await page.get_by_text("Settings of desk lamp").click()
            for name in ("Rules", "Log", "Config", "System", "Plugs"):
                await page.get_by_role("tab", name=name).click()
                if name == "Config":
                    await expect(page.locator("#forms > details")).to_have_count(9)
                    for place in await page.locator("#forms > details > summary").all():
                        await place.click()
                if name == "Rules":
                    await page.get_by_role("button", name="Edit evening").click()
                for width in (320, 360, 768, 1280, 1920):
                    await page.set_viewport_size({"width": width, "height": 800})
                    shot = f"{name.lower()}-{width}-{scheme}" if width in (360, 1280) else None
                    await look_well(page, shot)
            await page.close()

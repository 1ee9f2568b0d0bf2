"""A card for each kind of device: by keyboard, with names, and with what it has confirmed."""

import asyncio
import json

from browser import live, look_well, visited
from playwright.async_api import expect
from stand_in import StandIn, plug, shown


def number(value, low, high, unit="", settable=True):
    about = {"value": value, "type": "number", "min": low, "max": high, "step": 1, "unit": unit}
    return about | {"settable": settable}


VALUES = {
    "hall": {
        "on": {"value": True, "type": "switch", "settable": True},
        "brightness": number(40, 1, 100, "%"),
        "temperature": number(20, 0, 100, "%"),
        "colour": {"value": "#ff0000", "type": "colour", "settable": True},
        "mode": {"value": "white", "type": "enum", "options": ["white", "colour", "scene"]}
        | {"settable": True},
    },
    "blind": {"position": number(30, 0, 100, "%")},
    "heater": {
        "target": number(21, 5, 30, "°C"),
        "current": number(19, 0, 50, "°C", False),
        "mode": {"value": "auto", "type": "enum", "options": ["auto", "manual"], "settable": True},
    },
    "pond": {
        "pump speed": number(3, 1, 5),
        "water": {"value": "clear", "type": "text", "settable": False},
        "light": {"value": False, "type": "switch", "settable": True},
    },
}
KINDS = {"hall": "bulb", "blind": "cover", "heater": "climate", "pond": "custom"}
NO_METER = {"power": None, "voltage": None, "current": None, "energy": None, "today": None}


def home():
    """A home with one of each kind, and a strip with two outlets."""
    plugs = []
    for name, about in VALUES.items():
        values = {key: about[key]["value"] for key in about if key != "on"}
        plugs.append(plug(name, kind=KINDS[name], values=values, **NO_METER))
    plugs.append(plug("strip", kind="strip", values={}))
    outlets = [
        {"name": name, "plug": "strip", "dp": dp, "on": dp == 1, "online": True, "reason": None,
         "lock": None, "cause": None, "timer": None, "seq": 1}
        for dp, name in ((1, "screen"), (2, "printer"))
    ]  # fmt: skip
    hub = StandIn(*plugs, outlets=outlets)
    for known in plugs:
        path = f"plugs/{known['id']}/values"
        hub.answers[f"GET {path}"] = VALUES.get(known["name"], {})

        def put(body, known=known):
            if "command" not in body:
                known["values"] |= {key: body[key] for key in body if key != "on"}
            known["seq"] += 1
            return known

        hub.answers[f"PUT {path}"] = put
    for outlet in outlets:

        def switch(body, outlet=outlet):
            outlet.update(on=body["on"], seq=outlet["seq"] + 1)
            return outlet

        hub.answers[f"PUT outlets/{outlet['name']}/switch"] = switch
    return hub


async def test_each_kind_has_a_card():
    hub = home()
    async with shown(hub) as browser:
        for width, scheme in ((320, "light"), (360, "dark"), (1280, "light"), (1920, "dark")):
            page = await browser.open(width, 740, scheme)
            await live(page)
            await expect(page.get_by_label("Pump speed of pond")).to_have_value("3")
            await look_well(page, f"kinds-{width}-{scheme}")
            if width != 1920:
                await page.close()
        names = await page.locator("#plugs h3").all_inner_texts()
        assert names[-3:] == ["strip", "screen", "printer"]
        await expect(page.get_by_role("switch", name="blind")).to_have_count(0)
        await expect(page.locator(".card", has_text="pond")).to_contain_text("clear")


async def test_values_are_set_by_keyboard_and_shown_as_confirmed():
    hub = home()
    async with shown(hub) as browser:
        page = await browser.open()
        await live(page)
        brightness = page.get_by_label("Brightness of hall")
        await brightness.focus()
        await page.keyboard.press("ArrowRight")
        await expect(page.locator(".card", has_text="hall").first).to_contain_text("41 %")
        assert ("PUT", "plugs/bfhall/values", {"brightness": 41}) in hub.asked
        await page.get_by_label("Mode of hall").select_option("colour")
        await page.get_by_label("Colour of hall").fill("#00ff00")
        await page.get_by_role("button", name="Open blind").press("Enter")
        await page.get_by_label("Target of heater").fill("22")
        await page.get_by_label("Target of heater").press("Enter")
        await page.get_by_label("Light of pond").press("Space")
        await expect(page.get_by_label("Light of pond")).to_be_checked()
        await page.get_by_role("switch", name="printer").press("Space")
        await expect(page.get_by_role("switch", name="printer")).to_have_text("On")
        sent = [(path, body) for method, path, body in hub.asked if method == "PUT"]
        for path, body in (
            ("plugs/bfhall/values", {"mode": "colour"}),
            ("plugs/bfhall/values", {"colour": "#00ff00"}),
            ("plugs/bfblind/values", {"command": "open"}),
            ("plugs/bfheater/values", {"target": 22}),
            ("plugs/bfpond/values", {"light": True}),
            ("outlets/printer/switch", {"on": True}),
        ):
            assert (path, body) in sent, json.dumps(sent)
        # What somebody else changes is seen as well.
        await hub.tell(name="blind", values={"position": 55, "moving": "open"})
        await expect(page.get_by_label("Position of blind")).to_have_value("55")


async def test_what_is_set_while_another_value_is_on_its_way_waits_for_its_turn():
    begun, may_pass = asyncio.Event(), asyncio.Event()

    async def hold(route):
        begun.set()
        if route.request.method == "PUT":
            await may_pass.wait()
        await route.continue_()

    hub = home()
    async with shown(hub) as browser:
        page = await browser.open()
        await live(page)
        colour = page.get_by_label("Colour of hall")
        await colour.wait_for()
        await page.route("**/plugs/bfhall/values", hold)
        await page.get_by_label("Mode of hall").select_option("colour")
        async with asyncio.timeout(20):
            await begun.wait()
        await colour.fill("#00ff00")
        await colour.fill("#0000ff")  # the last one counts
        may_pass.set()
        await expect(page.locator(".card", has_text="hall").first).not_to_have_attribute(
            "aria-busy", "true"
        )
        set_there = [body for method, path, body in hub.asked if path.startswith("plugs/bfhall")]
        assert set_there[-2:] == [{"mode": "colour"}, {"colour": "#0000ff"}]
        await expect(colour).to_have_value("#0000ff")


async def test_a_hub_without_outlets_and_kinds_is_shown_as_ever():
    known = plug("desk lamp")
    del known["kind"]
    hub = StandIn(known)
    del hub.home["outlets"]
    async with shown(hub) as browser:
        page = await browser.open()
        await live(page)
        await expect(page.get_by_role("switch", name="desk lamp")).to_have_text("On")
        await expect(page.locator(".values")).to_be_empty()


async def test_real_firmware_among_devices_of_all_kinds(tmp_path):
    async with visited(tmp_path, has_kinds=True) as (browser, _, plugs):
        page = await browser.open(360, 740, "dark")
        await live(page)
        bulb, curtain, bath = (plugs[name] for name in ("hall bulb", "curtain", "bathroom"))
        await page.get_by_role("switch", name="hall bulb").click()
        await expect(page.get_by_role("switch", name="hall bulb")).to_have_text("On")
        brightness = page.get_by_label("Brightness of hall bulb")
        await brightness.fill("40")
        await expect(brightness.locator("xpath=..")).to_contain_text("40 %")
        assert bulb.dps[20] is True and 390 <= bulb.dps[22] <= 410
        await page.get_by_role("button", name="Close curtain").click()
        await expect(page.get_by_label("Position of curtain")).not_to_have_value("100")
        await page.get_by_role("button", name="Stop curtain").click()
        await asyncio.wait_for(curtain.wait_for(lambda p: p.dps[1] == "stop"), 10)
        await page.get_by_label("Target of bathroom").fill("23")
        await page.get_by_label("Target of bathroom").press("Enter")
        await asyncio.wait_for(bath.wait_for(lambda p: p.dps[2] == 23), 10)
        await page.get_by_role("switch", name="console").click()
        await expect(page.get_by_role("switch", name="console")).to_have_text("On")
        assert plugs["strip"].dps[2] is True
        await look_well(page, "real-kinds-360-dark")
        await page.get_by_role("tab", name="Config").click()
        outlets = page.locator("#forms > details", has_text="Outlets of strips")
        await outlets.locator("summary").first.click()
        await expect(outlets.locator("details")).to_have_count(4)
        await page.set_viewport_size({"width": 1280, "height": 800})
        await page.get_by_role("tab", name="Plugs").click()
        await look_well(page, "real-kinds-1280-dark")

"""Forms in place of JSON: for the configuration and for rules."""

import json
import re

from browser import held_back, live, look_well, visited
from playwright.async_api import expect
from simulated_home import until

from fakeplug.ports import free_port


async def opened(browser, width=360, scheme="light"):
    """Open the view of the configuration when its forms are there."""
    page = await browser.open(width, 740, scheme, "#config")
    await live(page)
    await expect(page.get_by_label("config.json")).to_have_value(re.compile("desk lamp"))
    return page


def part(page, title):
    return page.locator("#forms > details", has=page.locator("summary", has_text=title)).first


async def unfolded(page, title):
    """Open a part of the configuration; return it."""
    found = part(page, title)
    await found.locator("summary").first.click()
    return found


async def added(page, title):
    """Add one more to a part of the configuration; return its form, while it has no name."""
    here = await unfolded(page, title)
    await here.get_by_role("button", name=f"Add to {title.lower()}").click()
    return page.locator("#forms details", has=page.locator("> summary", has_text="new")).last


def choice(scope, name):
    return scope.get_by_role("combobox", name=name, exact=True)


async def saved(page):
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#config-said")).to_contain_text("Saved")


def config_in(tmp_path):
    return json.loads((tmp_path / "config.json").read_text())


async def test_a_home_is_changed_by_forms_alone(tmp_path):
    async with visited(tmp_path) as (browser, _, _):
        page = await opened(browser)
        groups = await unfolded(page, "Groups")
        await groups.get_by_role("button", name="Add to groups").click()
        new = groups.locator("details").last
        await new.get_by_label("Name").fill("kitchen")
        await new.get_by_label("Name").press("Tab")
        for name in ("kettle", "fridge"):
            await groups.locator("details").last.get_by_label(name).check()
        new = await added(page, "Buttons")
        await new.get_by_text("Choose on the picture of the board").click()
        assert await new.get_by_label("GPIO 4", exact=True).is_disabled()  # another one has it
        await new.get_by_label("GPIO 27").check()
        await look_well(page, "board-360")
        press = new.get_by_role("group", name="Press", exact=True)
        await choice(press, "Switch").select_option("kettle")
        await choice(press, "To").select_option("on")
        await press.get_by_label("For").fill("10m")
        scenes = await unfolded(page, "Scenes")
        await scenes.locator("details summary").first.click()
        await choice(scenes, "fridge").select_option(label="on")
        price = await unfolded(page, "Price of a kWh")
        await price.get_by_label("Price").fill("0.32")
        await price.get_by_label("Currency").fill("EUR")
        await price.get_by_label("Currency").press("Tab")
        await look_well(page, "forms-360")
        await saved(page)
        config = config_in(tmp_path)
        assert {"name": "kitchen", "members": ["kettle", "fridge"]} in config["groups"]
        assert config["energy"] == {"price": 0.32, "currency": "EUR"}
        assert config["scenes"][0]["set"]["fridge"] == "on"
        made = config["buttons"][-1]
        assert made["pin"] == 27 and made["press"] == {"plug": "kettle", "set": "on", "for": "10m"}
        await page.get_by_role("tab", name="Plugs").click()
        await expect(page.get_by_role("heading", name="kitchen")).to_be_visible()
        await expect(page.locator("#total")).to_contain_text("EUR")


async def test_relays_and_outlets_are_set_by_their_forms(tmp_path):
    async with visited(tmp_path, has_kinds=True) as (browser, _, plugs):
        page = await opened(browser, 1280)
        relay = await added(page, "Relays")
        await relay.get_by_label("Pin (GPIO)").fill("32")
        await choice(relay, "At the start").select_option("on")
        await relay.get_by_label("Name").fill("porch")
        outlets = await unfolded(page, "Outlets of strips")
        await outlets.locator("summary", has_text="router").click()
        await outlets.get_by_role("button", name="Remove router").click()
        await outlets.get_by_role("button", name="Add to outlets of strips").click()
        outlet = outlets.locator("details").last
        await choice(outlet, "Strip").select_option("strip")
        await outlet.get_by_label("DP").fill("4")
        await outlet.get_by_label("Name").fill("modem")
        await outlet.get_by_label("Name").press("Tab")
        await saved(page)
        config = config_in(tmp_path)
        assert config["relays"][-1] == {"name": "porch", "pin": 32, "boot": "on"}
        assert config["outlets"][-1] == {"name": "modem", "plug": "strip", "dp": 4}
        assert [outlet["name"] for outlet in config["outlets"]].count("router") == 0
        await page.get_by_role("tab", name="Plugs").click()
        await page.get_by_role("switch", name="modem").click()
        await until(plugs["strip"], lambda plug: plug.dps[4] is False)


async def test_a_broker_is_set_by_its_form_and_its_password_seen_by_nobody(tmp_path):
    async with visited(tmp_path) as (browser, _, _):
        page = await opened(browser, 1280)
        broker = await unfolded(page, "MQTT broker")
        await broker.get_by_label("Host").fill("127.0.0.1")
        await broker.get_by_label("Port").fill(str(free_port()))
        await broker.get_by_label("User").fill("plughub")
        await broker.get_by_label("Password").fill("said to nobody")
        await choice(broker, "Home Assistant finds").select_option("off")
        await look_well(page, "forms-broker-1280")
        await page.get_by_role("button", name="Test MQTT").click()
        await expect(page.locator("#config-said")).to_contain_text("nothing listens at")
        await saved(page)
        config = config_in(tmp_path)
        assert config["mqtt"]["user"] == "plughub" and config["mqtt"]["discovery"] == "off"
        assert "password" not in config["mqtt"]
        assert "said to nobody" in (tmp_path / "secrets.json").read_text()
        # What nobody may see again is stars, and stays when something else is saved.
        await page.reload()
        await live(page)
        await broker.locator("summary").click()
        await expect(broker.get_by_label("Password")).to_have_value(re.compile(r"^\*+$"))
        await broker.get_by_label("User").fill("somebody")
        await broker.get_by_label("User").press("Tab")
        await saved(page)
        assert config_in(tmp_path)["mqtt"]["user"] == "somebody"
        assert "said to nobody" in (tmp_path / "secrets.json").read_text()


async def test_another_network_is_kept_only_when_somebody_says_so(tmp_path):
    async with visited(tmp_path) as (browser, _, _):
        page = await opened(browser)
        wifi = await unfolded(page, "Wi-Fi")
        await wifi.get_by_label("Network").fill("attic")
        await wifi.get_by_label("Password").fill("under the roof")
        await wifi.get_by_label("Country").fill("DE")
        await wifi.get_by_label("Country").press("Tab")
        await saved(page)
        assert config_in(tmp_path)["wifi"]["ssid"] == "home"  # a power cut now brings it back
        await page.get_by_role("button", name="Keep").click()
        await expect(page.locator("#confirm")).to_be_hidden()
        assert config_in(tmp_path)["wifi"] == {"ssid": "attic", "country": "DE"}
        assert "under the roof" in (tmp_path / "secrets.json").read_text()


async def test_another_name_holds_wherever_it_stands(tmp_path):
    async with visited(tmp_path) as (browser, _, _):
        page = await opened(browser, 1280, "dark")
        plugs = await unfolded(page, "Plugs")
        await plugs.locator("details > summary").first.click()
        await plugs.get_by_label("Name").first.fill("reading lamp")
        await plugs.get_by_label("Name").first.press("Tab")
        await look_well(page, "forms-1280-dark")
        await saved(page)
        config = config_in(tmp_path)
        assert config["plugs"][0]["name"] == config["relays"][0]["follow"] == "reading lamp"
        assert "reading lamp" in config["groups"][0]["members"]
        assert "reading lamp" in (tmp_path / "rules.json").read_text()


async def test_nothing_typed_is_lost_and_a_faulty_line_is_marked(tmp_path):
    async with visited(tmp_path) as (browser, _, _):
        page = await opened(browser, 1280)
        wifi = await unfolded(page, "Wi-Fi")
        await wifi.get_by_label("Network").fill("attic")
        await page.get_by_role("tab", name="Plugs").click()
        await page.get_by_role("tab", name="Config").click()
        assert await wifi.get_by_label("Network").input_value() == "attic"
        asked = []

        async def stay(dialog):
            asked.append(dialog.type)
            await dialog.dismiss()

        page.once("dialog", stay)
        await page.evaluate("location.reload()")
        await page.wait_for_timeout(300)
        assert asked == ["beforeunload"]
        await expect(wifi.get_by_label("Network")).to_have_value("attic")
        await page.get_by_text("All of it as JSON").click()
        text = page.get_by_label("config.json")
        config = json.loads(await text.input_value())
        config["plugs"][1]["key"] = "too short"
        await text.fill(json.dumps(config))
        await page.get_by_role("button", name="Check").click()
        await expect(page.locator("#config-said")).to_contain_text("plugs[1].key")
        assert await _marked(text) == '"key": "too short",'
        await text.fill(json.dumps(config, indent=1).replace('"plugs": [', '"plugs": [,'))
        await page.get_by_role("button", name="Check").click()
        await expect(page.locator("#config-said")).to_contain_text("line")
        assert await _marked(text) == '"plugs": [,'


async def _marked(area):
    script = "e => e.value.slice(e.selectionStart, e.selectionEnd).trim()"
    return await area.evaluate(script)


async def test_rules_are_made_edited_and_deleted_by_a_form(tmp_path):
    async with visited(tmp_path) as (browser, _, _):
        page = await browser.open(360, 740, "dark", "#rules")
        await live(page)
        await expect(page.locator("#states article")).to_have_count(4)
        await page.get_by_role("button", name="Add a rule").click()
        form = page.locator("#rule")
        await form.get_by_role("textbox", name="Id: letters, digits, dashes").fill("heater-off")
        await choice(form, "Begins with").select_option("a state, or the power")
        await choice(form, "When").select_option("fridge")
        await choice(form, "State").select_option("draws more than")
        await form.get_by_label("W", exact=True).fill("60")
        await form.get_by_label("For, such as 3m").fill("5s")
        await choice(form, "Switch").select_option("kettle")
        await choice(form, "To").select_option("off")
        await look_well(page, "rule-360-dark")
        await page.get_by_role("button", name="Save").click()
        await expect(page.locator("#states")).to_contain_text("heater-off")
        rules = json.loads((tmp_path / "rules.json").read_text())["rules"]
        assert rules[-1] == {
            "id": "heater-off",
            "do": {"plug": "kettle", "set": "off"},
            "when": {"plug": "fridge", "power": ">60W", "for": "5s"},
        }
        await page.get_by_role("button", name="Edit evening").click()
        await expect(form.get_by_label("Minutes after it")).to_have_value("-20")
        await form.get_by_label("Minutes after it").fill("15")
        for day in ("sa", "su"):
            await form.get_by_label(day, exact=True).uncheck()
        await page.get_by_role("button", name="Edit night").click()
        await form.get_by_role("textbox", name="Time").fill("23:15")
        await page.set_viewport_size({"width": 1280, "height": 800})
        await look_well(page, "rule-1280-dark")
        await page.get_by_role("button", name="Edit tea").click()
        await page.get_by_role("button", name="Delete tea").click()
        await page.get_by_role("button", name="Save").click()
        await expect(page.locator("#states article")).to_have_count(4)
        rules = {r["id"]: r for r in json.loads((tmp_path / "rules.json").read_text())["rules"]}
        assert rules["evening"]["at"] == "sunset+15m"
        assert rules["evening"]["days"] == "mo,tu,we,th,fr"
        assert rules["night"]["at"] == "23:15" and "tea" not in rules


async def test_a_rule_is_added_to_those_there_are_however_late_they_come(tmp_path):
    async with visited(tmp_path) as (browser, _, _):
        page = await browser.open(1280)
        await live(page)
        let_go = await held_back(page, "**/api/v1/rules")
        await page.get_by_role("tab", name="Rules").click()
        await page.get_by_role("button", name="Add a rule").click()
        let_go.set()
        await expect(page.locator("#rule")).to_contain_text("Rule rule-1")
        await page.get_by_role("button", name="Save").click()
        await expect(page.locator("#rules-said")).to_contain_text("Saved")
        rules = json.loads((tmp_path / "rules.json").read_text())["rules"]
        assert [rule["id"] for rule in rules] == [
            *("evening", "night", "nobody-home", "tea"),
            "rule-1",
        ]


async def test_devices_that_are_heard_can_be_added_and_a_file_can_be_dropped(tmp_path):
    async with visited(tmp_path) as (browser, _, _):
        page = await opened(browser)
        found = [{"id": "bf9876543210zyxwvutsrq", "address": "192.0.2.9", "version": "3.5"}]

        async def answer(route):
            await route.fulfill(json=found)

        await page.route("**/api/v1/found", answer)
        plugs = await unfolded(page, "Plugs")
        await plugs.get_by_role("button", name="Look for devices").click()
        await plugs.get_by_role("button", name="Add bf9876543210zyxwvutsrq").click()
        new = plugs.locator("details").last
        await expect(new.get_by_label("Device id")).to_have_value("bf9876543210zyxwvutsrq")
        await new.get_by_label("Local key").fill("fedcba9876543210")
        await new.get_by_label("Local key").press("Tab")
        await look_well(page, "found-360")
        await saved(page)
        assert config_in(tmp_path)["plugs"][-1]["version"] == "3.5"
        devices = [{"name": "garage", "id": "bf9876543210zyxwvutsrz", "key": "f" * 16}]
        await page.locator("#config").evaluate(
            """(place, text) => {
              const data = new DataTransfer();
              data.items.add(new File([text], "devices.json"));
              place.dispatchEvent(new DragEvent("drop", { dataTransfer: data, cancelable: true }));
            }""",
            json.dumps(devices),
        )
        await expect(page.locator("#changes li")).to_have_text(["new: garage"])


async def test_an_import_never_takes_the_place_of_a_configuration_that_has_not_come_yet(tmp_path):
    async with visited(tmp_path) as (browser, _, _):
        page = await browser.open(1280)
        await live(page)
        let_go = await held_back(page, "**/api/v1/config")
        await page.get_by_role("tab", name="Config").click()
        devices = [{"name": "garage", "id": "bf9876543210zyxwvutsrz", "key": "f" * 16}]
        (tmp_path / "devices.json").write_text(json.dumps(devices))
        await page.locator("#file").set_input_files(tmp_path / "devices.json")
        let_go.set()
        await page.get_by_role("button", name="Put it in below").click()
        await saved(page)
        config = config_in(tmp_path)
        assert len(config["plugs"]) == 6 and config["wifi"]["ssid"] == "home"


async def test_the_password_is_changed_on_the_page(tmp_path):
    async with visited(tmp_path, auth=True) as (browser, board, _):
        code = (await board.expect(r"set-up code (\w{12})"))[1]
        page = await browser.open(360, 740)
        await page.get_by_label("Set-up code").fill(code)
        await page.get_by_label("Password").fill("the first one")
        await page.keyboard.press("Enter")
        await live(page)
        await page.get_by_role("tab", name="Config").click()
        await page.get_by_text("Password of this page").click()
        await page.get_by_label("Password now").fill("not this one")
        await page.get_by_label("New password").fill("the second one")
        await page.get_by_role("button", name="Set password").click()
        await expect(page.locator("#secret-said")).to_contain_text("wrong")
        await page.get_by_label("Password now").fill("the first one")
        await page.get_by_role("button", name="Set password").click()
        await expect(page.locator("#secret-said")).to_contain_text("is set")
        await page.reload()
        await live(page)

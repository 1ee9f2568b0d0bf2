"""The first start without a PC: the board's own network, its page, a Wi-Fi that is tried first."""

import json

import pytest
from browser import Browser, chromium, look_well
from http_client import ask, ask_fully
from interpreters import need_micropython
from playwright.async_api import expect

from fakeplug.ports import free_port
from plughub.checkout import prepare_flash, simulated
from simulator.idf_heap import BOARD

PROBES = (
    ("connectivitycheck.gstatic.com", "/generate_204"),
    ("captive.apple.com", "/hotspot-detect.html"),
    ("www.msftconnecttest.com", "/connecttest.txt"),
)


@pytest.fixture
def flash(tmp_path):
    """A board that knows nothing but the port of its page."""
    port = free_port()
    prepare_flash(tmp_path, {"web": {"port": port}})
    return tmp_path, port


async def test_a_telephone_is_led_to_the_set_up_and_a_wrong_password_is_not_kept(flash):
    folder, port = flash
    async with simulated(folder, need_micropython("frozen"), None, BOARD) as board:
        await board.expect(r"access point is plughub-\w+, its password (\w{12})")
        for host, path in PROBES:
            status, head, _ = await ask_fully(port, "GET", path, host=host)
            assert status == 302 and "Location: http://127.0.0.1/setup" in head
        status, networks = await ask(port, "GET", "/api/v1/networks")
        assert status == 200
        assert [(n["ssid"], n["open"]) for n in networks] == [
            ("home", False),
            ("guest", True),
            ("neighbour", False),
        ]
        for body, word in (
            ({"ssid": "home", "password": "wrong password"}, "handshake"),
            ({"ssid": "nowhere", "password": "12345678"}, "does not hear nowhere"),
        ):
            status, answer = await ask(port, "POST", "/api/v1/wifi", body)
            assert status == 409 and word in answer["detail"], answer
        assert "wifi" not in json.loads((folder / "config.json").read_text())
        for body in ({}, {"ssid": ""}, {"ssid": "home", "password": "short"}, {"ssid": 7}):
            assert (await ask(port, "POST", "/api/v1/wifi", body))[0] == 400
        right = {"ssid": "home", "password": "a secret word"}
        status, answer = await ask(port, "POST", "/api/v1/wifi", right)
        assert (status, answer) == (200, {"address": "127.0.0.1", "name": "plughub"})
        config = (folder / "config.json").read_text()
        assert json.loads(config)["wifi"] == {"ssid": "home"} and "a secret word" not in config
        assert json.loads((folder / "secrets.json").read_text())["wifi"] == "a secret word"
        assert not [line for line in board.lines if "a secret word" in line]
    # At the next start there is nothing to be set up, and no stranger may.
    async with simulated(folder, need_micropython("frozen"), None, BOARD) as board:
        await board.expect("plughub runs")
        await board.expect("set-up code")
        assert (await ask(port, "GET", "/api/v1/networks"))[0] == 401
        assert (await ask(port, "POST", "/api/v1/wifi", right))[0] == 401
        assert (await ask(port, "GET", "/", host="captive.apple.com"))[0] == 421
        assert not [line for line in board.lines if "access point" in line]


async def test_the_page_of_the_set_up(flash):
    folder, port = flash
    async with (
        simulated(folder, need_micropython("frozen"), None, BOARD) as board,
        chromium() as launched,
    ):
        await board.expect("access point is")
        browser = Browser(launched, f"http://localhost:{port}/")
        for width, scheme in ((1280, "dark"), (360, "light")):
            page = await browser.open(width, 740, scheme, "setup")
            await expect(page.get_by_role("radio")).to_have_count(3)
            await look_well(page, f"setup-{width}-{scheme}")
        said = page.get_by_role("status")
        # By keyboard alone.
        await page.get_by_role("radio").first.focus()
        await page.keyboard.press("Space")
        await page.get_by_label("Its password").focus()
        await page.keyboard.type("wrong password")
        await page.keyboard.press("Enter")
        await expect(said).to_contain_text("It is not kept: home did not end the handshake")
        await page.get_by_label("Its password").fill("a secret word")
        await page.keyboard.press("Enter")
        await expect(said).to_have_text("Connected to home.", timeout=20000)
        await expect(page.locator("#address")).to_have_text(f"http://127.0.0.1:{port}/")
        await look_well(page, "setup-done")
        code = (await board.expect(r"set-up code (\w{12})"))[1]
        await page.get_by_role("link", name="here at once").click()
        await page.get_by_label("Set-up code").fill(code)
        await page.get_by_label("Password", exact=True).fill("a long password")
        await page.keyboard.press("Enter")
        devices = [{"name": "lamp", "id": "bf9876543210zyxwvutsrq", "key": "f" * 16}]
        (folder / "devices.json").write_text(json.dumps(devices))
        await expect(page.locator("#forms > details")).to_have_count(9)
        await page.locator("#file").set_input_files(folder / "devices.json")
        await page.get_by_role("button", name="Put it in below").click()
        await page.get_by_role("button", name="Save").click()
        await expect(page.locator("#config-said")).to_contain_text("Saved")
        assert "bf9876543210zyxwvutsrq" in (folder / "config.json").read_text()
        assert browser.faults == []

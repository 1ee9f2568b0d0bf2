"""Backup and restore on the page: by keyboard, in words, and in the format of the command."""

import asyncio
import json
import os
import re

from browser import live, look_well, visited
from http_client import ask
from interpreters import need_micropython
from locked_home import PASSWORD
from playwright.async_api import expect

from plughub.backup import file
from plughub.checkout import simulated
from simulator.idf_heap import BOARD

PHRASE = "a long passphrase, mit Umläuten"


async def logged_in(browser, board, width=1280, scheme="light"):
    """Open the page, set the password if it has none, and open the part of backups."""
    page = await browser.open(width, 740, scheme)
    code = (await board.expect(r"set-up code (\w{12})"))[1]
    await page.get_by_role("heading", name=re.compile("Set a password|Log in")).wait_for()
    if await page.get_by_label("Set-up code").is_visible():
        await page.get_by_label("Set-up code").fill(code)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await live(page)
    return page


async def opened(page):
    """Open the part of backups; return (the form that makes them, the one that restores)."""
    await page.get_by_role("tab", name="Config").click()
    await page.get_by_text("Backup and restore").click()
    forms = page.locator("#backup form")
    await expect(forms).to_have_count(2)
    return forms.nth(0), forms.nth(1)


async def download(page, press):
    """Return the bytes and the name of the file that comes of a press."""
    async with page.expect_download() as coming:
        await press()
    there = await coming.value
    with open(await there.path(), "rb") as found:
        return found.read(), there.suggested_filename


async def test_a_backup_of_the_page_is_read_by_the_command(tmp_path):
    async with visited(tmp_path, auth=True) as (browser, board, plugs):
        sizes = ((360, "light"), (360, "dark"), (1280, "light"), (1280, "dark"))
        for width, scheme in sizes:
            page = await logged_in(browser, board, width, scheme)
            await opened(page)
            await look_well(page, f"backup-{width}-{scheme}")
            if (width, scheme) != sizes[-1]:
                await page.close()
        making, _ = await opened_again(page)
        sent = []
        page.on("request", lambda request: sent.append(f"{request.url} {request.post_data}"))
        said = making.get_by_role("status")
        # By keyboard alone.
        await making.get_by_label("Passphrase").focus()
        for text in (PHRASE, "another one", PASSWORD):
            await page.keyboard.type(text)
            await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(said).to_have_text("The two passphrases differ")
        await making.get_by_label("The same again").fill(PHRASE)
        await making.get_by_label("Password of this page").fill("not the password")
        await making.get_by_role("button", name="Back up", exact=True).click()
        await expect(said).to_have_text("The password of the page is wrong")
        await making.get_by_label("Password of this page").fill(PASSWORD)
        button = making.get_by_role("button", name="Back up", exact=True)
        data, name = await download(page, button.click)
        assert re.fullmatch(r"plughub-\d{4}-\d\d-\d\d\.backup", name)
        await expect(said).to_contain_text("it is of no use without the passphrase")
        found = file.open_backup(data, lambda: PHRASE)
        lamp = plugs["desk lamp"]
        assert json.loads(found.files["secrets.json"])["plugs"][lamp.id] == lamp.key.decode()
        assert found.files["config.json"] == (tmp_path / "config.json").read_bytes()
        for secret in (PHRASE, PASSWORD, found.key.hex(), lamp.key.decode()):
            assert secret not in str(sent) and secret.encode() not in data

        button = making.get_by_role("button", name="Back up without secrets")
        data, _ = await download(page, button.click)
        assert not file.open_backup(data).header.has_secrets
        assert lamp.key not in data and b"not a secret" not in data
        await expect(said).to_contain_text("no keys, no passwords and no Wi-Fi")


async def opened_again(page):
    forms = page.locator("#backup form")
    return forms.nth(0), forms.nth(1)


async def test_a_backup_of_the_command_is_restored_by_the_page(tmp_path):
    async with visited(tmp_path, auth=True) as (browser, board, _):
        page = await logged_in(browser, board, 360)
        names = ("config.json", "secrets.json", "rules.json")
        files = {name: (tmp_path / name).read_bytes() for name in names}
        config = json.loads(files["config.json"])
        config["name"] = "attic"
        files["config.json"] = json.dumps(config).encode()
        made = file.make(files, "attic", None, PHRASE)
        folder = tmp_path / "made"
        folder.mkdir()
        (folder / "home.backup").write_bytes(made)
        (folder / "cut.backup").write_bytes(made[:-1])
        (folder / "other.backup").write_bytes(b'{"plughub":"config"}\n')
        (folder / "newer.backup").write_bytes(made.replace(b'"format":1', b'"format":2'))
        _, restoring = await opened(page)
        said = restoring.get_by_role("status")
        page.on("dialog", lambda dialog: asyncio.ensure_future(dialog.accept()))
        choose = restoring.locator("[type=file]")
        button = restoring.get_by_role("button", name="Restore")
        for name, words in (
            ("cut", "cut off, or damaged"),
            ("other", "not a backup of Plughub"),
            ("newer", "made by a newer Plughub"),
            ("home", "its passphrase is needed"),
        ):
            await choose.set_input_files(folder / f"{name}.backup")
            await button.click()
            await expect(said).to_contain_text(words)
        await restoring.get_by_label("Passphrase").fill("a wrong passphrase")
        await restoring.get_by_label("Password of this page").fill(PASSWORD)
        await button.click()
        await expect(said).to_contain_text("The passphrase is wrong, or")
        await look_well(page, "restore-wrong")
        assert (tmp_path / "config.json").read_text().count("attic") == 0
        await restoring.get_by_label("Passphrase").fill(PHRASE)
        await button.click()
        await expect(said).to_contain_text("Restored: the board restarts")
        await look_well(page, "restored")
        await asyncio.wait_for(board.ended(), 15)
        interpreter = need_micropython("frozen")
        async with simulated(tmp_path, interpreter, None, BOARD) as again:
            await again.expect("attic runs: 5 plugs")
            await again.expect("desk lamp: online")
            await expect(page.locator("#link")).to_have_text("live")
        assert json.loads((tmp_path / "config.json").read_text())["name"] == "attic"


async def test_without_a_password_the_page_says_what_there_is(tmp_path):
    async with visited(tmp_path) as (browser, _, plugs):
        page = await browser.open(360, 740, "dark")
        await live(page)
        making, restoring = await opened(page)
        await expect(making).to_contain_text("This page has no password")
        await expect(making.get_by_role("button")).to_have_count(1)
        await look_well(page, "backup-open-360-dark")
        data, _ = await download(page, making.get_by_role("button").click)
        assert plugs["desk lamp"].key not in data
        port = int(page.url.split(":")[-1].split("/")[0])
        assert (await ask(port, "GET", "/health"))[0] == 200
        # Dropped, not chosen.
        sealed = file.make({"config.json": b"{}"}, "attic", None, PHRASE)
        await restoring.locator(".drop").evaluate(
            """(place, bytes) => {
              const data = new DataTransfer();
              data.items.add(new File([new Uint8Array(bytes)], "x.backup"));
              place.dispatchEvent(new DragEvent("drop", { dataTransfer: data, cancelable: true }));
            }""",
            list(sealed),
        )
        await expect(restoring.get_by_role("status")).to_contain_text("x.backup will be restored")
        await restoring.get_by_role("button", name="Restore").click()
        await expect(restoring.get_by_role("status")).to_contain_text("by the serial port")
        assert not os.path.exists(tmp_path / "commit")

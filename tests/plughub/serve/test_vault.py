"""Keys and passwords at rest: encrypted where somebody wants that."""

import json
import os
from pathlib import Path

import pytest
from http_client import ask
from served_home import Served, write_config

from fakeplug.ports import free_port
from hub.backup.making import SPOOL, make
from hub.config import secrets as hub_secrets
from hub.system import store
from plughub.backup.file import derive, new_kdf, open_backup
from plughub.cli import Failure
from plughub.serve.vault import KEYRING, PASSPHRASE, PLAIN, protect

ID = "bf0123456789abcdefghij"
KEY = "s3cretLocalKey16"
SECRETS = {"mqtt": "broker's word", "plugs": {ID: KEY}}
PHRASE = "correct horse battery"
LOCAL = ("--host", "127.0.0.1")


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "file_keyring.Keyring")
    monkeypatch.setenv("PLUGHUB_TEST_KEYRING", str(tmp_path / "keyring"))
    monkeypatch.syspath_prepend(Path(__file__).parent)
    monkeypatch.setattr(hub_secrets, "_vault", None)
    import keyring.core

    monkeypatch.setattr(keyring.core, "_keyring_backend", None)
    return tmp_path


def nobody(_is_new):
    raise AssertionError("nobody is to be asked")


def text():
    return Path(store.SECRETS_FILE).read_text()


def write(secrets):
    store.replace(store.SECRETS_FILE, lambda file: hub_secrets.write_secrets(secrets, file))


@pytest.mark.parametrize("wanted", [KEYRING, PASSPHRASE])
def test_they_are_encrypted_when_somebody_wants_that_and_stay_so(home, wanted):
    asked = []

    def phrase(is_new):
        asked.append(is_new)
        return PHRASE

    write(SECRETS)
    protect(None, nobody)
    assert hub_secrets.at_rest() == PLAIN and KEY in text()
    protect(wanted, phrase)
    assert hub_secrets.load_secrets() == SECRETS and hub_secrets.at_rest() == wanted
    first = text()
    assert KEY not in first and "broker" not in first
    write(SECRETS | {"wifi": "another"})
    assert text() != first and "another" not in text()
    protect(None, phrase)  # the next start
    assert hub_secrets.load_secrets() == SECRETS | {"wifi": "another"}
    protect(PLAIN, phrase)
    assert hub_secrets.load_secrets() == SECRETS | {"wifi": "another"} and KEY in text()
    assert asked == ([True, False, False] if wanted == PASSPHRASE else [])
    assert wanted == PASSPHRASE or json.loads((home / "keyring").read_text()) == {}


def test_a_wrong_passphrase_opens_nothing_and_changes_nothing(home):
    write(SECRETS)
    protect(PASSPHRASE, lambda _: PHRASE)
    before = text()
    for wanted in (None, PLAIN, KEYRING):
        with pytest.raises(Failure, match=r"passphrase is wrong, or secrets\.json is damaged"):
            protect(wanted, lambda _: PHRASE + "r")
        assert text() == before and hub_secrets.at_rest() == PLAIN


@pytest.mark.parametrize("spoil", ["data", "nonce", "kdf", "id", "format"])
def test_a_damaged_file_is_told_of_and_left_alone(home, spoil):
    write(SECRETS)
    protect(KEYRING if spoil == "id" else PASSPHRASE, lambda _: PHRASE)
    found = json.loads(text())
    found[spoil] = {"data": "00" * 30, "nonce": "x", "kdf": {}, "id": 7, "format": 2}[spoil]
    store.save(store.SECRETS_FILE, found)
    before = text()
    with pytest.raises(Failure, match=r"secrets\.json"):
        protect(None, lambda _: PHRASE)
    assert text() == before


def test_a_keyring_that_has_lost_the_key_is_told_of(home):
    write(SECRETS)
    protect(KEYRING, nobody)
    os.remove("keyring")
    with pytest.raises(Failure, match=r"no key for secrets\.json"):
        protect(None, nobody)


def test_a_pc_without_a_keyring_is_told_of(home, monkeypatch):
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    write(SECRETS)
    with pytest.raises(Failure, match="keyring of this PC cannot be used"):
        protect(KEYRING, nobody)
    assert json.loads(text()) == SECRETS


async def test_a_backup_has_them_under_a_passphrase_of_its_own(home):
    Path(store.CONFIG_FILE).write_text("{}")
    write(SECRETS)
    protect(KEYRING, nobody)
    kdf = new_kdf()
    await make("attic", None, kdf, derive(PHRASE, kdf))
    files = open_backup(Path(SPOOL).read_bytes(), lambda: PHRASE).files
    assert json.loads(files[store.SECRETS_FILE]) == SECRETS


async def test_a_hub_lives_with_them(tmp_path):
    plug = {"name": "lamp", "id": ID, "key": KEY, "address": "127.0.0.1"}
    write_config(tmp_path, {"web": {"port": free_port(), "auth": False}, "plugs": [plug]})
    path = tmp_path / "secrets.json"
    words = (*LOCAL, "--secrets", "passphrase")
    async with Served(tmp_path, *words, PLUGHUB_PASSPHRASE=PHRASE) as hub:
        port = await hub.page()
        assert (await ask(port, "GET", "/api/v1/system"))[1]["secrets"] == "passphrase"
        assert KEY not in path.read_text() + (tmp_path / "config.json").read_text()
        _, config = await ask(port, "GET", "/api/v1/config")
        assert config["plugs"][0]["key"] == "***"
        config["plugs"].append(plug | {"name": "fan", "id": ID[::-1], "key": KEY[::-1]})
        assert (await ask(port, "PUT", "/api/v1/config", config))[0] == 200
        assert KEY[::-1] not in path.read_text()
        assert await hub.stop() == 0
    async with Served(tmp_path, *LOCAL, PLUGHUB_PASSPHRASE=PHRASE[1:]) as hub:
        assert await hub.ended() == 1
        assert any("passphrase is wrong" in line for line in hub.lines)
    async with Served(tmp_path, *LOCAL, PLUGHUB_PASSPHRASE=PHRASE) as hub:
        port = await hub.page()
        _, config = await ask(port, "GET", "/api/v1/config")
        assert [plug["key"] for plug in config["plugs"]] == ["***"] * 2

"""The files of a home in the current folder, for tests of backups."""

import json
import os

from hub.system import staging, store

KEY_OF_A, KEY_OF_B = "s3cretLocalKey-a", "s3cretLocalKey-b"
PASSWORD = "a secret word of Wi-Fi"
SECRETS = (KEY_OF_A, KEY_OF_B, PASSWORD)
#: The key that backups of tests are encrypted under, and how it was derived.
KEY = bytes(range(32))
KDF = {"name": "scrypt", "n": 1024, "r": 8, "p": 1, "salt": "00" * 16}

HOME = {
    "config.json": {
        "name": "attic",
        "wifi": {"ssid": "home"},
        "plugs": [{"name": "a", "id": "bf" + "a" * 18}, {"name": "b", "id": "bf" + "b" * 18}],
    },
    "secrets.json": {
        "wifi": PASSWORD,
        "plugs": {"bf" + "a" * 18: KEY_OF_A, "bf" + "b" * 18: KEY_OF_B},
    },
    "rules.json": {"rules": [{"id": "night", "at": "23:00", "do": {"plug": "a", "set": "off"}}]},
    store.STATE_FILE: {"bf" + "a" * 18: {"version": "3.4"}, "rule night": {"fired": 1790000000}},
    store.ENERGY_FILE: {"bf" + "a" * 18: {"wh": 4711, "guess": 0, "day": 20000, "days": [10, 20]}},
}
OTHER = {
    "config.json": {"name": "cellar", "wifi": {"ssid": "other"}},
    "secrets.json": {"wifi": "another secret"},
    "auth.json": {"hash": "00"},
}


def write_home(files=HOME):
    """Write the files of a home, and no others."""
    staging.recover()  # as each start does
    for path in HOME:
        store.remove(path)
    for path in files:
        store.save(path, files[path])


def files_of_home():
    """Return what stands in the files, {path: value}; what is left half done is there as well."""
    found = {}
    for path in paths_of_home():
        with open(path, "rb") as file:
            text = file.read()
        try:
            found[path] = json.loads(text)
        except ValueError:
            found[path] = text
    return found


def paths_of_home():
    """Return the paths of all files."""
    kept = [store.KEPT_FOLDER + "/" + name for name in os.listdir(store.KEPT_FOLDER)]
    return [name for name in os.listdir(".") if name != store.KEPT_FOLDER] + kept

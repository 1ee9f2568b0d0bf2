"""The configuration as it was checked when it last changed: a start need not load the checks.

They cost 15 kB of heap, and their names stay for good.
"""

import os
from binascii import hexlify
from hashlib import sha256

from . import VERSION
from .secrets import join, split
from .system import store
from .system.store import CHECKED_FILE, CONFIG_FILE, RULES_FILE, SECRETS_FILE


def load():
    """Return the configuration as config.load() does."""
    kept = store.load(CHECKED_FILE)
    if kept.get("of") == _digest() and isinstance(kept.get("config"), dict):
        return join(kept["config"], store.load(SECRETS_FILE))
    from .config import load as check

    config = check()
    if not has_secrets_inside():  # they are moved, unless the flash is full
        remember(config)
    return config


def prepare():
    """Check the files where they have changed, for load() to find the result."""
    if store.load(CHECKED_FILE).get("of") != _digest():
        load()


def remember(config):
    """Take what the files hold now for checked, with this as the result."""
    try:
        store.save(CHECKED_FILE, {"of": _digest(), "config": split(config)[0]})
    except OSError:
        pass  # the next start checks it again


def public():
    """Return the configuration as its file has it, without anything secret."""
    return split(store.load(CONFIG_FILE))[0]


def has_secrets_inside():
    """Tell whether keys or a password stand in the configuration itself."""
    return bool(split(store.load(CONFIG_FILE))[1])


def _digest():
    digest = sha256(VERSION.encode())
    for path in (CONFIG_FILE, SECRETS_FILE, RULES_FILE):
        try:
            digest.update(str(os.stat(path)[6]).encode())
            with open(path, "rb") as file:
                data = file.read(256)
                while data:
                    digest.update(data)
                    data = file.read(256)
        except OSError:
            digest.update(b"-")
    return hexlify(digest.digest()).decode()

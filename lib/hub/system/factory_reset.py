"""Back to how the board came: what it was told and what it has found out is erased."""

import os

from .store import CHECKED_FILE, CONFIG_FILE, ENERGY_FILE, SECRETS_FILE, STATE_FILE


def erase():
    """Overwrite what is secret, then remove all files that the hub has written."""
    _overwrite(SECRETS_FILE)
    _overwrite(CONFIG_FILE)  # one of a user's own hand may hold keys
    for name in (SECRETS_FILE, CONFIG_FILE, CHECKED_FILE, STATE_FILE, ENERGY_FILE):
        for path in (name, name + ".new"):
            try:
                os.remove(path)
            except OSError:
                pass  # there is none


def _overwrite(path):
    try:
        size = os.stat(path)[6]
        with open(path, "wb") as file:
            file.write(b"\xff" * size)
    except OSError:
        pass

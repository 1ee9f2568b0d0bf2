"""Back to how the board came: what it was told and what it has found out is erased."""

import os

from hub.system.staging import staged
from hub.system.store import (
    AUTH_FILE,
    CONFIG_FILE,
    ENERGY_FILE,
    RULES_FILE,
    SECRETS_FILE,
    STATE_FILE,
    UNDO_FILE,
    UPLOAD_FILE,
)

# The last two may hold keys, of a user's own hand or on their way.
_SECRET = (SECRETS_FILE, AUTH_FILE, CONFIG_FILE, UPLOAD_FILE)
# The last: see hub.backup and hub.mqtt.
_OTHERS = (STATE_FILE, ENERGY_FILE, RULES_FILE, UNDO_FILE, "backup.tmp", "announced.json")


def erase():
    """Overwrite what is secret, then remove all files that the hub has written, and its words."""
    from hub.setup.access_point import forget

    forget()
    for name in _SECRET:
        _overwrite(name)
    years = [name for name in os.listdir() if name.startswith("year-")]
    for name in list(_SECRET + _OTHERS) + years:
        for path in (name, name + ".new", staged(name)):
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

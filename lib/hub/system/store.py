"""Files that a power cut leaves as they were or as they shall be, never in between."""

import json
import os

#: Files that the hub writes; the first two are the user's.
CONFIG_FILE = "config.json"
RULES_FILE = "rules.json"
UNDO_FILE = "config.old.json"
SECRETS_FILE = "secrets.json"
DOOR_FILE = "door.json"
CHECKED_FILE = "checked.json"
STATE_FILE = "state.json"
ENERGY_FILE = "energy.json"


def save(path, value):
    """Write `value` as JSON in place of what `path` holds. Raises OSError as replace() does."""
    replace(path, lambda file: json.dump(value, file))


def replace(path, write):
    """Put what `write(file)` writes in place of what `path` holds.

    littlefs and every PC put the new file in the old one's place in one step. Raises OSError,
    such as ENOSPC; the old file stands then, and nothing else is left behind.
    """
    new = path + ".new"
    try:
        with open(new, "w") as file:
            write(file)
        os.rename(new, path)
    except OSError:
        _remove(new)
        raise


def load(path):
    """Return what save() wrote last, {} when there is nothing or nothing that can be read."""
    try:
        with open(path) as file:
            value = json.load(file)
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def exists(path):
    """Tell whether there is such a file."""
    try:
        os.stat(path)
    except OSError:
        return False
    return True


def _remove(path):
    try:
        os.remove(path)
    except OSError:
        pass  # it was never made, or the file system is beyond help

"""Files that a power cut leaves as they were or as they shall be, never in between."""

import json
import os


def save(path, value):
    """Write `value` as JSON in place of what `path` holds.

    littlefs and every PC put the new file in the old one's place in one step. Raises OSError,
    such as ENOSPC; the old file stands then, and nothing else is left behind.
    """
    new = path + ".new"
    try:
        with open(new, "w") as file:
            json.dump(value, file)
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


def _remove(path):
    try:
        os.remove(path)
    except OSError:
        pass  # it was never made, or the file system is beyond help

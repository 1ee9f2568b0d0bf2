"""Files that a power cut leaves as they were or as they shall be, never in between.

Several that belong together: see hub.system.staging.
"""

import json
import os

from tuya.port import IS_ESP32

#: Files that the hub writes; the first two are the user's.
CONFIG_FILE = "config.json"
RULES_FILE = "rules.json"
UNDO_FILE = "config.old.json"
SECRETS_FILE = "secrets.json"
AUTH_FILE = "auth.json"
#: Of what is written again and again, and of what is only there for a moment. littlefs has a log
#: for each folder. When that is full it is read over and over for all in there, and nothing else
#: goes on: 4 to 9 s among the files above, 0.9 s here.
KEPT_FOLDER = "kept"
STATE_FILE = "kept/state.json"
ENERGY_FILE = "kept/energy.json"
UPLOAD_FILE = "kept/upload.json"


def save(path, value):
    """Write `value` as JSON in place of what `path` holds. Raises OSError as replace() does."""
    if not IS_ESP32:
        replace(path, lambda file: write(value, file))
        return
    # littlefs puts a file in force when it is closed, and never one that could not be written. To
    # rename one takes it up to a second, in which nothing else is done.
    with open(path, "w") as file:
        write(value, file)


def replace(path, write):
    """Put what `write(file)` writes in place of what `path` holds.

    littlefs and every PC put the new file in the old one's place in one step. Raises OSError,
    such as ENOSPC; the old file stands then, and nothing else is left behind.
    """
    write_to(path + ".new", write)
    try:
        os.rename(path + ".new", path)
    except OSError:
        remove(path + ".new")
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


def remove(path):
    """Remove a file; there may be none."""
    try:
        os.remove(path)
    except OSError:
        pass  # it was never made, or the file system is beyond help


def write(value, file):
    """Write `value` as JSON."""
    json.dump(value, file)


def write_to(path, write):
    """Have `write(file)` write the file `path`, of which nothing is left after an error."""
    try:
        with open(path, "w") as file:
            write(file)
    except BaseException:
        remove(path)
        raise

"""Files that a power cut leaves as they were or as they shall be, never in between.

Several that belong together are staged beside those in force, and put in force by one step: once
the mark of the commit stands, whatever is cut off is finished at the next start. A single file
needs no mark.
"""

import json
import os

from tuya.port import const

#: Files that the hub writes; the first two are the user's.
CONFIG_FILE = "config.json"
RULES_FILE = "rules.json"
UNDO_FILE = "config.old.json"
SECRETS_FILE = "secrets.json"
AUTH_FILE = "auth.json"
_FORMER_AUTH_FILE = const("door.json")
STATE_FILE = "state.json"
ENERGY_FILE = "energy.json"
UPLOAD_FILE = "upload.json"

# Those that can be staged.
_STAGED = (SECRETS_FILE, CONFIG_FILE, RULES_FILE, UNDO_FILE, STATE_FILE, ENERGY_FILE)
_MARK = const("commit")


def save(path, value):
    """Write `value` as JSON in place of what `path` holds. Raises OSError as replace() does."""
    replace(path, lambda file: write(value, file))


def replace(path, write):
    """Put what `write(file)` writes in place of what `path` holds.

    littlefs and every PC put the new file in the old one's place in one step. Raises OSError,
    such as ENOSPC; the old file stands then, and nothing else is left behind.
    """
    _write_to(path + ".new", write)
    try:
        os.rename(path + ".new", path)
    except OSError:
        remove(path + ".new")
        raise


def stage(path, write):
    """Write what is to stand in `path` after the next commit(). Raises OSError."""
    _write_to(staged(path), write)


def commit():
    """Put everything that is staged in force, in one step. Raises OSError; nothing has changed."""
    for _ in committing():
        pass


def committing():
    """Do what commit() does, and yield after each of its steps: a flash takes its time for them.

    Before the first step nothing has changed. After it the rest may be left to recover().
    """
    paths = [path for path in _STAGED if exists(staged(path))]
    if len(paths) > 1:
        _write_to(_MARK, lambda file: None)
        yield
    for path in paths:
        os.rename(staged(path), path)
        yield
    if len(paths) > 1:
        os.remove(_MARK)


def discard():
    """Forget what is staged."""
    for path in _STAGED:
        remove(staged(path))


def recover():
    """Finish a commit that the power was cut in, or forget what was only staged."""
    if exists(_FORMER_AUTH_FILE):
        os.rename(_FORMER_AUTH_FILE, AUTH_FILE)
    if not exists(_MARK):
        discard()
        return
    commit()
    remove(_MARK)


def staged(path):
    """Return the path of what is staged for `path`."""
    return path + ".next"


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


def copy(path, file):
    """Write what stands in `path`, a piece at a time."""
    with open(path) as source:
        piece = source.read(256)
        while piece:
            file.write(piece)
            piece = source.read(256)


def is_same(path, other):
    """Tell whether two files hold the same."""
    try:
        with open(path, "rb") as one, open(other, "rb") as two:
            while True:
                piece = one.read(256)
                if piece != two.read(256):
                    return False
                if not piece:
                    return True
    except OSError:
        return False


def _write_to(path, write):
    try:
        with open(path, "w") as file:
            write(file)
    except BaseException:
        remove(path)
        raise

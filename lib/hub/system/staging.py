"""Files that belong together, put in force in one step. Loaded for a moment.

They are staged in a folder of few files, where writing is quick. Once the mark of the commit
stands, whatever is cut off is finished at the next start; a single file needs no mark.
"""

import os

from hub.system.store import (
    AUTH_FILE,
    CONFIG_FILE,
    ENERGY_FILE,
    KEPT_FOLDER,
    RULES_FILE,
    SECRETS_FILE,
    STATE_FILE,
    UNDO_FILE,
    exists,
    remove,
    write_to,
)
from tuya.port import IS_ESP32, const

_STAGED = (SECRETS_FILE, CONFIG_FILE, RULES_FILE, UNDO_FILE, STATE_FILE, ENERGY_FILE)
_MARK = const("kept/commit")
# (what a file was called once, what it is called now)
_FORMER = (("door.json", AUTH_FILE), ("state.json", STATE_FILE), ("energy.json", ENERGY_FILE))


def stage(path, write):
    """Write what is to stand in `path` after the next commit(). Raises OSError."""
    write_to(staged(path), write)


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
        write_to(_MARK, lambda file: None)
        yield
    for path in paths:
        _put_in_force(path)
        yield
    if len(paths) > 1:
        os.remove(_MARK)


def discard():
    """Forget what is staged."""
    for path in _STAGED:
        remove(staged(path))


def recover():
    """Finish a commit that the power was cut in, or forget what was only staged: each start does.

    What older firmware has left is put where it belongs.
    """
    _take_over()
    if not exists(_MARK):
        discard()
        return
    commit()
    remove(_MARK)


def _take_over():
    if not exists(KEPT_FOLDER):
        os.mkdir(KEPT_FOLDER)
    for former, path in _FORMER:
        if not exists(former):
            continue
        if exists(path):
            os.remove(former)  # older firmware has run in between
        else:
            os.rename(former, path)


def _put_in_force(path):
    if IS_ESP32 and _written_again(path):
        os.remove(staged(path))
    else:
        os.rename(staged(path), path)


def _written_again(path):
    """Write what is staged in the old one's place; tell whether there was room and heap for it.

    littlefs puts a file in force when it is closed. A rename takes two more entries in the log of
    the user's files, which is the slow one: see KEPT_FOLDER.
    """
    try:
        with open(path, "w") as file:
            copy(staged(path), file)
    except (OSError, MemoryError):
        return False
    return True


def staged(path):
    """Return the path of what is staged for `path`."""
    return "%s/%s.next" % (KEPT_FOLDER, path.split("/")[-1])


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

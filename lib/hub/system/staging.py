"""Files that belong together, put in force in one step. Loaded for a moment.

They are staged beside those in force. Once the mark of the commit stands, whatever is cut off is
finished at the next start; a single file needs no mark.
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
from tuya.port import const

_STAGED = (SECRETS_FILE, CONFIG_FILE, RULES_FILE, UNDO_FILE, STATE_FILE, ENERGY_FILE)
_MARK = const("commit")
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
        os.rename(staged(path), path)
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


def staged(path):
    """Return the path of what is staged for `path`."""
    return path + ".next"


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

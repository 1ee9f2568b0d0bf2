"""`plughub backup` and `plughub restore`."""

import re
from datetime import date
from pathlib import Path

from hub.backup.container import SIZE_MAX, name_of
from hub.backup.fault import BackupFault
from plughub import passphrase
from plughub.backup import by_page, by_serial
from plughub.backup.file import open_backup
from plughub.board.ports import is_port
from plughub.cli import FAILED, NOT_FOUND, Failure, console, errors
from plughub.private_file import write_private_bytes

_FILE_MAX = 2 * SIZE_MAX
_FOR, _OF = "Passphrase for the backup", "Passphrase of the backup"


def make_backup(board, path, has_no_passphrase):
    """Write the backup of a board to a file that nobody else can read."""
    phrase = None if has_no_passphrase else passphrase.new(_FOR, ", or say --no-passphrase")
    transport = by_serial if is_port(board) else by_page
    try:
        data = transport.fetch(board, phrase)
        opened = open_backup(data, lambda: phrase)  # what cannot be opened is no backup
    except BackupFault as e:
        raise Failure(str(e)) from None
    if not path:
        path = Path(f"{_file_name(opened.header.name)}-{date.today().isoformat()}.backup")
    write_private_bytes(data, path)
    _say(f"{path}: {_names(opened)} of {opened.header.name}.")
    if opened.header.has_secrets:
        _say("It is of no use without the passphrase: keep that somewhere else.")
    else:
        _say("It has no secrets: no keys, no passwords, no Wi-Fi. Nothing is encrypted.")


def _names(opened):
    return ", ".join(name_of(path) for path in opened.files)


def restore_backup(board, path):
    """Put a backup on a board and start it."""
    data = _read(path)
    is_serial = is_port(board)
    try:
        opened = open_backup(data, lambda: passphrase.known(_OF))
    except BackupFault as e:
        raise Failure(f"{path}: {e}") from None
    if is_serial:
        missing, told, home = by_serial.restore(board, data, opened)
    else:
        missing, is_back = by_page.restore(board, data, opened.key)
    _say(f"Restored: {_names(opened)} of {opened.header.name}.")
    for text in missing:
        errors.print(text, style="yellow", markup=False, soft_wrap=True)
    if is_serial:
        _tell_start(told, home)
    elif not is_back:
        text = "it does not answer at its address yet; its Wi-Fi, name or port may be others now"
        raise Failure(text, FAILED)


def _tell_start(told, home):
    if not told.up:
        raise Failure(f"the hub did not start: {told.exception or 'its console says nothing'}")
    for line in home.describe(told):
        _say(line)


def _say(line):
    console.print(line, markup=False, soft_wrap=True)


def _read(path):
    try:
        with path.open("rb") as file:
            return file.read(_FILE_MAX)
    except OSError as e:
        raise Failure(f"{path} cannot be read: {e.strerror or e}", NOT_FOUND) from None


def _file_name(name):
    """Return what of a hub's name may stand in the name of a file."""
    return re.sub(r"[^\w-]+", "-", name).strip("-") or "plughub"

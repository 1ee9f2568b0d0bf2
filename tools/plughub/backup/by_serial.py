"""A backup by a serial port, of a board that is held at its prompt meanwhile."""

import json
import time
from dataclasses import replace

from hub.backup.container import FILES, name_of
from hub.config.expect import hostname
from hub.system.store import CONFIG_FILE, UPLOAD_FILE
from plughub import ROOT, SCRIPTS
from plughub.backup import file
from plughub.board import start
from plughub.board.home import Home, settings_of
from plughub.board.prompt import Board, BoardError
from plughub.cli import UNREACHABLE, Failure, errors

# The hub may have been interrupted in the middle of a change.
_BEGIN = (
    "import hub.backup.prompt, hub.components, hub.system.staging; hub.system.staging.recover()"
)
_NEWER = (
    "the firmware on this board cannot restore backups, or has no hub in it: first"
    " `plughub flash {port} <stock .bin>`"
)


def fetch(port, passphrase):
    """Return the backup of the board at a port; without a passphrase it has no secrets."""
    try:
        with errors.status("The board is asked for its files ..."), Board(port) as board:
            read = {path: _read(board, path) for path in FILES}
    except (BoardError, OSError) as e:
        raise Failure(str(e), UNREACHABLE) from None
    files = {path: data for path, data in read.items() if data is not None}
    return file.make(files, _name(files), int(time.time()), passphrase)


def _read(board, path):
    data = board.read(path)
    # Older firmware keeps all of its files in one folder.
    return board.read(name_of(path)) if data is None else data


def restore(port, data, opened):
    """Restore a backup and start the board.

    Returns (what is missing in it, the board's Start, its Home).
    """
    try:
        with errors.status("The board restores the backup ..."), Board(port) as board:
            try:
                board.execute(_BEGIN)
            except BoardError:
                raise Failure(_NEWER.format(port=port)) from None
            before = Home.of(board.read(CONFIG_FILE))
            board.put(UPLOAD_FILE, data, _tell)
            words = f"{UPLOAD_FILE!r}, {opened.key!r}, hub.components.schema()"
            said = board.execute(f"hub.backup.prompt.restore({words})")
            told = json.loads(said.splitlines()[-1])
            if "faults" in told:
                raise Failure("\n".join(told["faults"]))
            for name in SCRIPTS:  # a board that has just been flashed has none
                if board.read(name) is None:
                    board.put(name, (ROOT / name).read_bytes(), _tell)
            board.restart()
            home = Home.of(opened.files[CONFIG_FILE])
            # A backup without secrets has no Wi-Fi: the board keeps its own.
            home = replace(home, has_network=home.has_network or before.has_network)
            return told["missing"], start.watch(board, home.has_network), home
    except (BoardError, OSError) as e:
        raise Failure(str(e), UNREACHABLE) from None


def _tell(text):
    errors.print(text, markup=False)


def _name(files):
    name = (settings_of(files.get(CONFIG_FILE)) or {}).get("name")
    return name if isinstance(name, str) and not hostname(name) else "plughub"

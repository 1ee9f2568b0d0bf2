"""`plughub deploy`: what makes a board a hub of this home, and the start of it.

The code itself is frozen into the firmware. With `code` that of lib is put beside it as a set,
which runs on trial: see code_set.
"""

from hashlib import sha256
from pathlib import PurePosixPath

from rich.console import Console

from plughub import ROOT, SCRIPTS
from plughub.board import code_set, start
from plughub.board.home import Home
from plughub.board.prompt import Board, BoardError

# Where code was before there were sets, and what chooses one where the firmware cannot.
_FOLDERS = ("lib/tuya", "lib/hub", *(f"lib/{name}" for name in code_set.CHOOSING))
_NAMES_MAX = 5
# The hub with four plugs and its page took 124 kB as files, and the network wants 35 kB besides.
_HEAP_FOR_FILES = 200_000

_NO_HUB = (
    "the firmware on this board has no hub in it, and as files it does not fit. First"
    " `make flash PORT={port} FIRMWARE=<stock .bin>`; to develop with lib/tuya alone add CODE=1"
    " (--code)"
)
_SMALL_HEAP = (
    "Warning: Python has {heap:,} bytes on this board. As files the hub and its page do not fit;"
    " the library does, and parts of the hub."
)
_WAY_BACK = "The way back to what is frozen is to deploy without code."


def deploy(port, config=None, rules=None, code=False):
    """Deploy to the board at `port`; configuration and rules only when given. Returns 0 or 1."""
    console = Console(highlight=False, soft_wrap=True)

    def tell(text):
        console.print(text, markup=False)

    try:
        with Board(port) as board:
            facts = board.facts()
            if not (facts.hub or code):
                raise BoardError(_NO_HUB.format(port=port))
            if code and facts.heap < _HEAP_FOR_FILES:
                tell(_SMALL_HEAP.format(heap=facts.heap))
            content = [path and path.read_bytes() for path in (config, rules)]
            install(board, *content, tell, code_set.compile_code(facts) if code else None)
    except (BoardError, RuntimeError, OSError) as error:
        tell(f"Not deployed: {error}")
        return 1
    if code:
        tell(_WAY_BACK)
    return 0


def install(board, config, rules, tell, code=None):
    """Put a home on a board that is held at its prompt, start it, and tell how it is reached.

    `config`, `rules`: bytes, None for what is there; `code`: the code_set.Code to run, None for
    what is frozen. Returns what start.watch() does, and the Home. Raises BoardError where it does
    not start.
    """
    if not code and code_set.remove(board):
        tell("The set of code is removed: what is frozen runs again.")
    _copy(board, _files(config, rules, code), tell)
    if code:
        code_set.write(board, code, tell)
    home = Home.of(config or board.read("config.json"))
    tell("The board is starting.")
    board.restart()
    told = start.watch(board, home.has_network)
    if not told.up:
        raise BoardError(_not_up(told, board.port))
    for line in home.describe(told):
        tell(line)
    return told, home


def _files(config, rules, code):
    """Return {name on the board: bytes} in the order in which they are to be written."""
    files = dict(code.choosing) if code else {}
    for name, content in (("config.json", config), ("rules.json", rules)):
        if content is not None:
            files[name] = content
    for name in SCRIPTS:
        files[name] = (ROOT / name).read_bytes()
    return files


def _copy(board, files, tell):
    """Write what differs on the board, then remove what does not belong to it any more."""
    there = board.hashes([*_FOLDERS, *(name for name in files if "/" not in name)])
    changed = [name for name in files if there.get(name) != sha256(files[name]).hexdigest()]
    board.make_folders(_folders_of(changed))
    for name in changed:
        board.put(name, files[name], tell)
    names = ", ".join(changed) if len(changed) <= _NAMES_MAX else f"{len(changed)} files"
    tell(f"{names or 'Nothing'} copied, {len(files) - len(changed)} were the same.")
    stale = [name for name in there if name not in files]
    if stale:
        board.remove(stale, [*reversed(_folders_of(stale))])
        tell(f"{len(stale)} files of lib removed: code is frozen, or a set of its own.")


def _folders_of(names):
    """Return the folders that files are in, outer ones first."""
    folders = {folder.as_posix() for name in names for folder in PurePosixPath(name).parents}
    return sorted(folders - {"."})


def _not_up(told, port):
    text = f"the files are there, but the hub did not start within {start.START_S} s"
    if told.exception:
        text += f" ({told.exception})"
    return f"{text}: `mpremote connect {port} repl` shows its console"

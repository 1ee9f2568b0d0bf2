"""A set of code on a board: written beside what runs, proved there, and run on trial.

What a board does with it, at each start, stands in lib/codeset.
"""

from dataclasses import dataclass, field

from codeset.sets import FOLDER, path_of
from plughub.firmware.build import architecture, build_board
from plughub.firmware.code_set import make_set

#: What chooses a set; that of `startup` is in each firmware with the hub.
CHOOSING = ("codeset", "startup")
_PACKAGES = ("hub", "tuya")
_NEXT = "from codeset import choice\nchoice.sweep()\nprint(choice.next_number())"
_BEGIN = "from codeset import choice\nprint(choice.begin_trial(%d))"
_REMOVE = """
import os
try:
    for name in os.listdir("/sets"):
        os.remove("/sets/" + name)
    os.rmdir("/sets")
    print(1)
except OSError:
    print(0)
"""


@dataclass(frozen=True)
class Code:
    """What is to run in place of what is frozen: `files` of a set, {name: bytes}, for `mpy`.

    `choosing`: {name on the board: bytes} of what chooses a set, where the firmware has it not.
    """

    files: dict[str, bytes] = field(repr=False)
    mpy: int
    choosing: dict[str, bytes] = field(repr=False)


def compile_code(facts):
    """Return the Code of lib for a board, by its prompt.Facts. Raises RuntimeError."""
    folder = build_board(architecture(facts.mpy))
    choosing = () if facts.chooses else CHOOSING
    return Code(files_in(folder), facts.mpy, _compiled(folder, folder / "lib", choosing))


def files_in(folder):
    """Return {name: bytes} of the files of a set, from what build_board() has filled."""
    return _compiled(folder / "lib", folder / "lib", _PACKAGES)


def write(board, code, tell):
    """Write a set beside what is on a board, and have it run on trial next.

    Raises BoardError; what ran before runs on then.
    """
    data = make_set(code.files, code.mpy)
    number = int(board.execute(_NEXT))
    board.make_folders([FOLDER])
    board.put(path_of(number), data, tell)
    version = board.execute(_BEGIN % number).strip()
    tell(f"Set {number} is on the board: {len(code.files)} files, {len(data):,} bytes.")
    tell(f"Version {version} runs on trial: it is kept after a minute in which all is well.")


def remove(board):
    """Have what is frozen run from the next start on; tell whether there was anything else."""
    return board.execute(_REMOVE).strip() == "1"


def _compiled(root, lib, packages):
    """Return {name below `root`: bytes} of the .mpy files of packages."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for package in packages
        for path in sorted((lib / package).rglob("*.mpy"))
    }

"""A set of code on a board: written beside what runs, proved there, and run on trial.

What a board does with it, at each start, stands in lib/codeset.
"""

from codeset.sets import FOLDER, path_of
from plughub.firmware.code_set import make_set

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
# Firmware that was built with it has it frozen; into a stock one it does not fit.
_IS_FROZEN = """
import sys
path = sys.path[:]
sys.path[:] = [".frozen"]
sys.modules.pop("codeset", None)
try:
    import codeset
    print(1)
except ImportError:
    print(0)
sys.path[:] = path
sys.modules.pop("codeset", None)
"""


def is_frozen(board):
    """Tell whether the firmware of a board that is held at its prompt can choose a set."""
    return board.execute(_IS_FROZEN).strip() == "1"


def write(board, files, mpy, tell):
    """Write a set of {name: bytes} beside what is on a board, and have it run on trial next.

    Raises BoardError; what ran before runs on then.
    """
    data = make_set(files, mpy)
    number = int(board.execute(_NEXT))
    board.make_folders([FOLDER])
    board.put(path_of(number), data, tell)
    version = board.execute(_BEGIN % number).strip()
    tell(f"Set {number} is on the board: {len(files)} files, {len(data):,} bytes.")
    tell(f"Version {version} runs on trial: it is kept after a minute in which all is well.")


def remove(board):
    """Have what is frozen run from the next start on; tell whether there was anything else."""
    return board.execute(_REMOVE).strip() == "1"

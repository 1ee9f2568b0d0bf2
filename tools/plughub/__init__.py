"""The tools of Plughub on a PC.

From a checkout they use its files as they stand, and keep what they make in build/. Installed,
they have a copy of those files beside them, and keep what they make in the user's cache.
"""

import sys
from pathlib import Path

_SOURCE = Path(__file__).resolve().parent / "source"
_IS_INSTALLED = _SOURCE.is_dir()

#: What starts a board. boot.py, which wants the other to be there, is to be written last.
SCRIPTS = ("main.py", "boot.py")
#: The folder with boot.py, main.py, lib, firmware and tools.
ROOT = _SOURCE if _IS_INSTALLED else Path(__file__).resolve().parents[2]


def _made():
    if not _IS_INSTALLED:
        return ROOT / "build"
    try:
        from platformdirs import user_cache_path
    except ImportError:  # the library alone: entry.py says so
        return ROOT
    return user_cache_path("plughub")


#: Where what is made of them is kept.
BUILD = _made()

if _IS_INSTALLED:
    # Last, so that the library is the one that is installed.
    sys.path += [str(ROOT / "lib"), str(ROOT / "tools")]

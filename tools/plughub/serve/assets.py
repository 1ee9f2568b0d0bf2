"""The page and the API's description, made of their sources when these have changed."""

import os
import subprocess
import sys
from pathlib import Path

import plughub
from plughub import BUILD, ROOT

#: Where Python finds them, as hub_assets.
FOLDER = BUILD / "firmware"
_MODULE = FOLDER / "hub_assets.py"
_MADE_OF = ("firmware/page/*", "lib/hub/web/**/*.py")
_MAKERS = Path(plughub.__file__).parent / "firmware"


def are_made():
    """Tell whether they are there, and no older than all that they are made of."""
    try:
        made = _MODULE.stat().st_mtime
    except OSError:
        return False
    sources = [source for pattern in _MADE_OF for source in ROOT.glob(pattern)]
    return all(source.stat().st_mtime <= made for source in [*sources, *_MAKERS.glob("*.py")])


def begin_to_make():
    """Begin to make them where they are not; return a function that waits for the end of that.

    A process of its own does it: what shrinks them takes memory that a hub has better use for.
    """
    if are_made():
        return lambda: None
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-m", "plughub.firmware.assets"]
    process = subprocess.Popen(command, env=environment)

    def wait():
        if process.wait() == 0:
            _MODULE.touch()  # it may be the same as before

    return wait

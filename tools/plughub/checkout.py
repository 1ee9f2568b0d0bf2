"""The firmware as it stands in this checkout or package, ready to run in the simulator."""

import json
import shutil
import subprocess
import sys

from plughub import BUILD, ROOT, SCRIPTS
from plughub.firmware.assets import build_assets
from simulator.board import Board


def find_micropython(bits=64):
    """Return the MicroPython that `make` has got: 64, 32, or "frozen"; None without one."""
    name = {64: "micropython", 32: "micropython-32", "frozen": "micropython-frozen"}[bits]
    path = BUILD / "micropython" / "bin" / name
    return path if path.exists() else None


def get_micropython():
    """Return a MicroPython for this PC, got if there is none yet; None where it cannot be had.

    The reason is printed on standard error then.
    """
    if not find_micropython() and shutil.which("sh"):
        script = ROOT / "tools" / "micropython" / "get.sh"
        subprocess.run(["sh", script, "micropython", BUILD / "micropython"], check=False)
    return find_micropython()


def prepare_flash(folder, config, rules=None):
    """Fill `folder` with what the board's flash holds, apart from the libraries."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in SCRIPTS:
        shutil.copy2(ROOT / name, folder / name)
    for trace in (".nvs", ".reset", "auth.json"):  # of another board
        (folder / trace).unlink(missing_ok=True)
    if config is not None:
        (folder / "config.json").write_text(json.dumps(config, indent=1))
    (folder / "rules.json").unlink(missing_ok=True)
    if rules is not None:
        (folder / "rules.json").write_text(json.dumps(rules, indent=1))
    return folder


def simulated(flash, interpreter=None, libraries=None, heap=None):
    """Return a simulated Board that imports the checkout's sources, unless told otherwise.

    Without an interpreter the firmware runs on this CPython; one that has the firmware frozen
    into it needs no sources.
    """
    if libraries is None:
        is_frozen = interpreter is not None and interpreter == find_micropython("frozen")
        libraries = [] if is_frozen else [ROOT / "lib", build_assets()]
    return Board(flash, interpreter or sys.executable, libraries, heap)

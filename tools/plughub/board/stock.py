"""Stock MicroPython firmware, by mpflash from micropython.org: fetched once, and kept."""

import hashlib
import os
import subprocess
import sys

from freeze import Refused
from freeze.chips import chip_of
from freeze.known import KNOWN
from plughub import BUILD
from plughub.cli import UNREACHABLE, Failure, errors

#: The version that is fetched: the hub was tried with it.
VERSION = "1.26.1"
_BOARDS = {"esp32": "ESP32_GENERIC", "esp32s3": "ESP32_GENERIC_S3", "esp32c3": "ESP32_GENERIC_C3"}
_FETCH_S = 300
_MPFLASH = "from mpflash.cli_main import mpflash; mpflash()"
_BY_HAND = (
    "get {board} {version} at https://micropython.org/download/{board}/ yourself, and name the"
    " .bin as FIRMWARE"
)


def stock_firmware(chip):
    """Return the path of the stock .bin for a chip, as freeze.chips names it. Raises Failure.

    One that is not among those that were tried is told of.
    """
    board = _BOARDS.get(chip)
    if not board:
        raise Failure(f"there is no stock firmware for the hub on an {chip}: name one as FIRMWARE")
    folder = BUILD / "stock"
    path = _kept(folder, board)
    if not path:
        with errors.status(f"Fetching {board} {VERSION} from micropython.org"):
            why = _fetch(folder, board)
        path = _kept(folder, board)
        if not path:
            by_hand = _BY_HAND.format(board=board, version=VERSION)
            text = f"the stock firmware could not be fetched ({why}): {by_hand}"
            raise Failure(text, UNREACHABLE)
    if hashlib.sha256(path.read_bytes()).hexdigest() not in KNOWN:
        errors.print(f"{path.name} is not among the firmware that was tried", style="yellow")
    return path


def _kept(folder, board):
    """Return the firmware that was fetched before, None without; what is none is removed."""
    for path in sorted(folder.glob(f"**/{board}-v{VERSION}.bin")):
        try:
            chip_of(path.read_bytes()[:24])
            return path
        except Refused:  # such as a page that says what went wrong
            path.unlink()
    return None


def _fetch(folder, board):
    """Have mpflash fetch it; return the last it has said."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-c", _MPFLASH, "download", "--board", board, "--version", VERSION]
    try:
        done = subprocess.run(
            command,
            env=os.environ | {"MPFLASH_FIRMWARE": str(folder)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_FETCH_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"nothing has come within {_FETCH_S} s"
    lines = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    return lines[-1] if lines else f"mpflash has ended with {done.returncode}"

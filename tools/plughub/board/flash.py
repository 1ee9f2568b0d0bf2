"""`plughub flash`: a MicroPython firmware with the hub in it onto an ESP32, by esptool."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from freeze.chips import CHIPS, chip_of
from plughub.board.ports import why_closed
from plughub.board.prompt import Board, NoPrompt
from plughub.board.stock import stock_firmware
from plughub.cli import UNREACHABLE, Failure, errors
from plughub.firmware.image import ERRORS, build_image

_DETECT_S = 60
_CHIP = re.compile(r"^Chip type:\s+(ESP32(?:-(?:S[23]|C\d+|H\d+|P4))?)", re.MULTILINE)
_NO_CHIP = (
    "no ESP32 answers at {port} ({why}). Hold its BOOT button, press RESET or plug it in, let go,"
    " and try again"
)


def command(port, firmware, chip, erase):
    """Return esptool's command line."""
    where = [*(["--erase-all"] if erase else []), hex(chip.offset), str(firmware)]
    return [*_esptool(port, chip.name), "--baud", "460800", "write-flash", *where]


def flash(port, firmware=None, stock=False, erase=False, config=None, rules=None):
    """Freeze the hub into a stock .bin and write it to the board at `port`.

    Without `firmware` it is the stock one for the board's chip. With `stock` the .bin is written
    as it is. The board's file system lies behind the firmware and stays, unless all is erased
    first, or a configuration or rules bring one of their own.
    Returns esptool's exit status, 1 where nothing was written. Raises Failure.
    """
    console = Console(highlight=False, soft_wrap=True)
    if not firmware:
        firmware = stock_firmware(chip_at(port))
    try:
        if stock:
            return _write(port, firmware, erase)
        image = build_image(firmware, console, config, rules)
    except ERRORS as error:
        console.print(f"Not flashed: {firmware}: {error}", markup=False)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "firmware.bin")
        path.write_bytes(image.data)
        return _write(port, path, erase)


def installed(port):
    """Return the prompt.Facts of what is on a board, None where no MicroPython answers.

    Raises Failure where its port cannot be opened.
    """
    try:
        with Board(port) as board:
            return board.facts()
    except NoPrompt:
        return None


def chip_at(port):
    """Return the chip of a board as freeze.chips names it, by its boot loader. Raises Failure."""
    command = [*_esptool(port), "--no-stub", "chip-id"]
    why = f"nothing within {_DETECT_S} s"
    try:
        with errors.status(f"Looking which chip is at {port}"):
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=_DETECT_S, check=False
            )
    except subprocess.TimeoutExpired:
        pass
    else:
        if found := _CHIP.search(done.stdout):
            name = found[1].lower().replace("-", "")
            if name in [chip.name for chip in CHIPS.values()]:
                return name
            raise Failure(f"the chip at {port} is an {found[1]}, which the hub does not run on")
        lines = (done.stdout + done.stderr).strip().splitlines()
        why = lines[-1].strip() if lines else why
    raise Failure(why_closed(port) or _NO_CHIP.format(port=port, why=why), UNREACHABLE)


def _esptool(port, chip="auto"):
    return [sys.executable, "-m", "esptool", "--chip", chip, "--port", port]


def _write(port, firmware, erase):
    with open(firmware, "rb") as file:
        chip = chip_of(file.read(24))
    return subprocess.run(command(port, firmware, chip, erase), check=False).returncode

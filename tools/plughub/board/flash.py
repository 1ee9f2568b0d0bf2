"""`plughub flash`: a MicroPython firmware with the hub in it onto an ESP32, by esptool."""

import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from freeze.chips import chip_of
from plughub.firmware.image import ERRORS, build_image


def command(port, firmware, chip, erase):
    """Return esptool's command line."""
    base = [sys.executable, "-m", "esptool", "--chip", chip.name, "--port", port]
    where = [*(["--erase-all"] if erase else []), hex(chip.offset), str(firmware)]
    return [*base, "--baud", "460800", "write-flash", *where]


def flash(port, firmware, stock=False, erase=False, config=None, rules=None):
    """Freeze the hub into a stock .bin and write it to the board at `port`.

    With `stock` the .bin is written as it is. The board's file system lies behind the firmware and
    stays, unless all is erased first, or a configuration or rules bring one of their own.
    Returns esptool's exit status, 1 where nothing was written.
    """
    console = Console(highlight=False, soft_wrap=True)
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


def _write(port, firmware, erase):
    with open(firmware, "rb") as file:
        chip = chip_of(file.read(24))
    return subprocess.run(command(port, firmware, chip, erase), check=False).returncode

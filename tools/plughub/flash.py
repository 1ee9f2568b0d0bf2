"""`plughub flash`: a stock MicroPython firmware onto an ESP32, by esptool."""

import subprocess
import sys

from rich.console import Console

# Where the image begins depends on the chip, which the image names in its header.
_CHIPS = {
    0: ("esp32", 0x1000),
    2: ("esp32s2", 0x1000),
    5: ("esp32c3", 0),
    9: ("esp32s3", 0),
    12: ("esp32c2", 0),
    13: ("esp32c6", 0),
}
_MAGIC = 0xE9


def image_target(head):
    """Return (chip, offset) for the first 16 bytes of an image. Raises ValueError."""
    if len(head) < 16 or head[0] != _MAGIC:
        raise ValueError("this is no firmware image for an ESP32 (a .bin that begins with E9)")
    chip = int.from_bytes(head[12:14], "little")
    if chip not in _CHIPS:
        raise ValueError(f"this image is for a chip that is not known here (number {chip})")
    return _CHIPS[chip]


def command(port, firmware, chip, offset, erase):
    """Return esptool's command line."""
    base = [sys.executable, "-m", "esptool", "--chip", chip, "--port", port, "--baud", "460800"]
    return [*base, "write-flash", *(["--erase-all"] if erase else []), hex(offset), str(firmware)]


def flash(port, firmware, erase=False):
    """Write `firmware` to the board at `port`. Returns esptool's exit status."""
    try:
        with open(firmware, "rb") as file:
            chip, offset = image_target(file.read(16))
    except ValueError as error:
        Console().print(f"Not flashed: {firmware}: {error}", markup=False)
        return 1
    return subprocess.run(command(port, firmware, chip, offset, erase), check=False).returncode

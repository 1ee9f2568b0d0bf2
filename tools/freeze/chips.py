"""The chips that a firmware image may be for."""

from dataclasses import dataclass

from .refused import Refused


@dataclass(frozen=True)
class Chip:
    """A chip: esptool's name, where its firmware begins on flash, and its processor.

    `core` is None where modules cannot be frozen, for want of a file it was tried on. `native` is
    mpy-cross' name of the machine code that can be frozen, None for none.
    """

    name: str
    offset: int
    core: str | None = None
    native: str | None = None


# By the number in an image's header (esp_chip_id_t of ESP-IDF).
CHIPS = {
    0: Chip("esp32", 0x1000, "xtensa", "xtensawin"),
    2: Chip("esp32s2", 0x1000),
    5: Chip("esp32c3", 0, "riscv"),
    9: Chip("esp32s3", 0, "xtensa", "xtensawin"),
    12: Chip("esp32c2", 0),
    13: Chip("esp32c6", 0),
}

MAGIC = 0xE9


def chip_of(head):
    """Return the Chip that an image is for, of its first 24 bytes."""
    if len(head) < 24 or head[0] != MAGIC:
        raise Refused("this is no firmware image for an ESP32 (a .bin that begins with E9)")
    number = int.from_bytes(head[12:14], "little")
    if number not in CHIPS:
        raise Refused(f"this image is for a chip that is not known here (number {number})")
    return CHIPS[number]

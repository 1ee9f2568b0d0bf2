"""Files behind the application: the littlefs that MicroPython mounts at the first start."""

import re

from littlefs import LittleFS, LittleFSError

from .firmware_file import FirmwareFile
from .refused import Refused, require

_BLOCK = 4096  # what the flash erases at once, and MicroPython's block
# MicroPython's own numbers (vfs_lfs.c); they may differ from mount to mount.
_READ = _PROGRAM = _LOOKAHEAD = 32
# What every MicroPython since 1.25 reads and writes.
_DISK_VERSION = 0x00020000


def with_files(firmware, files):
    """Return a firmware, as bytes, that is followed by a file system with {name: bytes}.

    MicroPython makes a partition of all that the last one leaves of the flash, and takes what it
    finds there for its file system. Raises Refused.
    """
    file = FirmwareFile(firmware)
    start = max(partition.end for partition in file.partitions)
    require(
        file.flash_size - start >= 2 * _BLOCK,
        f"the partitions end at {start:#x}, the flash at {file.flash_size:#x}:"
        " no place is left for files",
    )
    blocks = (file.flash_size - start) // _BLOCK
    # What is erased may be left out at the end: littlefs erases a block before it writes there.
    contents = _make(files, blocks).rstrip(b"\xff")
    contents += b"\xff" * (-len(contents) % _BLOCK)
    gap = start - file.offset - len(firmware)
    return firmware + b"\xff" * gap + contents


def _make(files, blocks):
    """Return the blocks of a file system."""
    system = LittleFS(
        block_size=_BLOCK,
        block_count=blocks,
        read_size=_READ,
        prog_size=_PROGRAM,
        lookahead_size=_LOOKAHEAD,
        disk_version=_DISK_VERSION,
    )
    for name, data in files.items():
        try:
            for slash in re.finditer("/", name):
                system.makedirs(name[: slash.start()], exist_ok=True)
            with system.open(name, "wb") as file:
                file.write(data)
        except LittleFSError as error:
            raise Refused(
                f"{name} ({len(data)} bytes) cannot be put on the file system: {error}"
            ) from None
    return bytes(system.context.buffer)

"""Files of the page that lie behind the application in its partition: read in pieces, not mapped.

A stock firmware has no room for them among its constants.
"""

from esp32 import Partition

from tuya.port import const

_BLOCK = const(4096)
_PIECE = const(512)


def read(from_end, size, at):
    """Return the bytes of a file from `at` on. It begins `from_end` bytes before the end."""
    data = bytearray(size - at)
    partition = Partition(Partition.RUNNING)  # pyright: ignore - a number names it as well
    _read(partition, _begin(partition, from_end) + at, data)
    return bytes(data)


def pieces(from_end, size):
    """Yield a file, a piece at a time in one buffer. It begins `from_end` bytes before the end."""
    partition = Partition(Partition.RUNNING)  # pyright: ignore - a number names it as well
    place = _begin(partition, from_end)
    piece = memoryview(bytearray(_PIECE))
    while size:
        count = min(size, _PIECE)
        _read(partition, place, piece[:count])
        yield piece[:count]
        place += count
        size -= count


def _begin(partition, from_end):
    return partition.info()[3] - from_end


def _read(partition, place, buf):
    partition.readblocks(place // _BLOCK, buf, place % _BLOCK)

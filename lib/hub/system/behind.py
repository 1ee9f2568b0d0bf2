"""Files of the page that lie behind the application in its partition: read in pieces, not mapped.

A stock firmware has no room for them among its constants.
"""

from esp32 import Partition

from tuya.port import const

_BLOCK = const(4096)
_PIECE = const(512)


def opened(from_end, size, count):
    """Return (the last `count` bytes of a file, an iterator of its pieces, all in one buffer).

    It begins `from_end` bytes before the end of the partition and has `size` bytes.
    """
    partition = Partition(Partition.RUNNING)  # pyright: ignore - a number names it as well
    place = partition.info()[3] - from_end
    end = bytearray(count)
    _read(partition, place + size - count, end)
    return bytes(end), _pieces(partition, place, size)


def _pieces(partition, place, size):
    piece = memoryview(bytearray(_PIECE))
    while size:
        count = min(size, _PIECE)
        _read(partition, place, piece[:count])
        yield piece[:count]
        place += count
        size -= count


def _read(partition, place, buf):
    partition.readblocks(place // _BLOCK, buf, place % _BLOCK)

"""What a plug has drawn on each day of a year: in a file of its own, for the heap is too small.

A ring of records of four bytes: the number of the day since 1970, and its energy in 10 Wh. It is
written once a day, and read a record at a time.
"""

import struct

from hub.system.store import exists
from tuya.port import const

_COUNT = const(372)  # records: more than a year has days
_RECORD = const("<HH")
_SIZE = const(4)
_PIECE = const(31)  # records that an empty file is made of at a time
_UNIT = const(10)
_MOST = const(0xFFFF)


def path_of(id):
    """Return the name of the file of the plug of this id."""
    return "year-%s.bin" % id


def keep(id, facts):
    """Take what Meter.save() returns down, but for today, which is not over. Raises OSError."""
    today, days = facts["day"], facts["days"]
    if not today or len(days) < 2:
        return
    path = path_of(id)
    if not exists(path):
        _make(path)
    with open(path, "r+b") as file:
        for back in range(1, len(days)):
            day = today - back
            record = struct.pack(_RECORD, day, min(_MOST, days[-1 - back] // _UNIT))
            place = day % _COUNT * _SIZE
            file.seek(place)
            if file.read(_SIZE) != record:
                file.seek(place)
                file.write(record)


def read(id, first, last):
    """Yield the kWh of the days from `first` to `last`, None where that is not known."""
    if not exists(path_of(id)):
        return
    with open(path_of(id), "rb") as file:
        for day in range(first, last + 1):
            file.seek(day % _COUNT * _SIZE)
            known, energy = struct.unpack(_RECORD, file.read(_SIZE) or bytes(_SIZE))
            yield energy * _UNIT / 1000 if known == day else None


def _make(path):
    with open(path, "wb") as file:
        for _ in range(_COUNT // _PIECE):
            file.write(bytes(_PIECE * _SIZE))

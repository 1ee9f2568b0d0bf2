"""MicroPython's interned strings (qstrs): pools of them, each continuing the one before.

A qstr is a number; a pool says which string it is. In a 32-bit firmware of 1.25 a pool is

    pointer to the pool before, how many strings those have (top bit: this one is sorted),
    entries that a pool made at run time has at least, how many strings, pointer to hashes
    (16 bits each), pointer to lengths (8 bits each), then a pointer to each string, which a zero
    byte ends

as py/qstr.h of MicroPython has it. The first pool, of the strings that .mpy files name by their
number, is not sorted.
"""

import struct
from dataclasses import dataclass

from .image import find_all
from .refused import require

_HEAD = 24
_SORTED = 1 << 31
_FIRST_ALLOC = 10  # MICROPY_ALLOC_QSTR_ENTRIES_INIT
_MOST = 1 << 14
# How the first pool begins, in every MicroPython whose .mpy files are of version 6.
_BEGINNING = [b"", b"", b"__dir__", b"\n", b" ", b"*", b"/", b"<module>", b"_", b"__call__"]

LONGEST = 255


def hash_of(text):
    """Return the hash that MicroPython gives to the bytes of a string."""
    number = 5381
    for byte in text:
        number = (number * 33 ^ byte) & 0xFFFFFFFF
    return number & 0xFFFF or 1


@dataclass(frozen=True)
class Pool:
    address: int
    before: int  # the address of the pool that it continues
    total_before: int
    is_sorted: bool
    strings: list


class Qstrs:
    """All the interned strings of a firmware, as bytes, and their numbers."""

    def __init__(self, image):
        self._image = image
        pools = [self._first_pool()]
        while following := self._pool_after(pools[-1]):
            pools.append(following)
        require(
            len(pools) > 1,
            f"the pool of interned strings at {pools[0].address:#x} is the only one: is this"
            " MicroPython?",
        )
        self.pools = pools
        self.strings = [text for pool in pools for text in pool.strings]
        # Number 0 stands for no string at all.
        self.numbers = {text: number for number, text in enumerate(self.strings) if number}
        self.numbers[b""] = 1

    @property
    def last(self):
        """The pool that code refers to."""
        return self.pools[-1]

    @property
    def static(self):
        """The strings that .mpy files name by their number."""
        return self.pools[0].strings

    def number(self, text):
        """Return the number of a string that every MicroPython has."""
        require(text.encode() in self.numbers, f"{text!r} is no interned string of this firmware")
        return self.numbers[text.encode()]

    def text(self, number):
        """Return the string of a number, as bytes."""
        require(number < len(self.strings), f"there is no interned string of number {number}")
        return self.strings[number]

    def _first_pool(self):
        start = struct.pack("<3I", 0, 0, _FIRST_ALLOC)
        constants = self._image.constants
        addresses = [constants.address + place for place in find_all(constants.data, start)]
        pools = [
            pool
            for pool in map(self._read, addresses)
            if pool and pool.strings[: len(_BEGINNING)] == _BEGINNING
        ]
        require(
            len(pools) == 1,
            f"{len(pools)} first pools of interned strings were found, one is wanted: this is no"
            " MicroPython of 1.25 or later, or one built in another way",
        )
        return pools[0]

    def _pool_after(self, pool):
        total = pool.total_before + len(pool.strings)
        places = filter(self._image.in_constants, self._image.places(pool.address))
        pools = [p for p in map(self._read, places) if p and p.total_before == total]
        require(
            len(pools) < 2,
            f"{len(pools)} pools of interned strings continue the one at {pool.address:#x}",
        )
        if not pools:
            return None
        require(
            pools[0].is_sorted and pools[0].strings == sorted(pools[0].strings),
            f"the pool of interned strings at {pools[0].address:#x} is not sorted",
        )
        return pools[0]

    def _read(self, address):
        """Return the pool at an address, None if there is none."""
        image = self._image
        if not image.holds(address, _HEAD):
            return None
        before, total, alloc, count, hashes, lengths = image.words(address, 6)
        if not (
            0 < count <= _MOST
            and alloc <= _MOST
            and image.holds(hashes, 2 * count)
            and image.holds(lengths, count)
            and image.holds(address + _HEAD, 4 * count)
        ):
            return None
        strings = []
        for place, pointer, length, hashed in zip(
            range(count),
            image.words(address + _HEAD, count),
            image.read(lengths, count),
            struct.unpack(f"<{count}H", image.read(hashes, 2 * count)),
            strict=True,
        ):
            if not image.holds(pointer, length + 1):
                return None
            raw = image.read(pointer, length + 1)
            text = raw[:-1]
            is_none = not before and not place  # number 0, which has no hash
            if raw[-1] or hashed != (0 if is_none else hash_of(text)):
                return None
            strings.append(text)
        return Pool(address, before, total & ~_SORTED, bool(total & _SORTED), strings)


def write_pool(blob, qstrs, strings):
    """Add a pool of sorted strings that continues those of a firmware; return its address."""
    hashes = blob.add(struct.pack(f"<{len(strings)}H", *map(hash_of, strings)))
    lengths = blob.add(bytes(map(len, strings)))
    pointers = _pointers(blob, strings)
    total = len(qstrs.strings) | _SORTED
    alloc = min(_FIRST_ALLOC, len(strings))
    return blob.add_words(
        *(qstrs.last.address, total, alloc, len(strings), hashes, lengths), *pointers, share=False
    )


def _pointers(blob, strings):
    """Add the strings; return their addresses. What another one ends with is part of that."""
    addresses = {}
    last = b""
    for text in sorted(strings, key=lambda text: text[::-1], reverse=True):
        if last.endswith(text):
            addresses[text] = addresses[last] + len(last) - len(text)
            continue
        addresses[text] = blob.add(text + b"\0", align=1)
        last = text
    return [addresses[text] for text in strings]

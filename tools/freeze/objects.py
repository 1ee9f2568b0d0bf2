"""Constants as a 32-bit MicroPython has them in memory (representation A of py/mpconfig.h).

A value is one word: a small integer (31 bits, then 1), an interned string (its number, then 010),
None, False, True (then 110), or the address of an object, which begins with the address of its
type. Types, in turn, are found by their names in the tables of modules' globals.
"""

import struct
from functools import cached_property

from .code import FUNCTION_TABLE
from .image import find_all
from .pool import hash_of
from .refused import Refused, require

_IMMEDIATE = {6: None, 0xE: False, 0x1E: True}
_NONE, _FALSE, _TRUE = _IMMEDIATE
_INTERNED = 2
_NEGATIVE, _FIXED_DIGITS = 1, 2  # flags of a big integer, whose count of digits follows them
_DIGIT_BYTES = 2
_TYPES = ("bytes", "complex", "float", "int", "str", "tuple")
_PI = 0x40490FDB  # as a single float
_MAXSIZE = b"\xff\xff\xff\x7f"
_FUNCTIONS_AT_LEAST = 40  # the table of native code has twice as many
_LONGEST_INTERNED = 24
_ROM = range(0x40000000, 0x40070000)  # of every chip so far


class Objects:
    """The types of a firmware, and its constants as Python's."""

    def __init__(self, image, qstrs):
        self._image = image
        self._qstrs = qstrs
        self._type = self._type_type()
        self.types = {name: self._global(name, self._is_type(name)) for name in _TYPES}
        self.ellipsis = self._global("Ellipsis", self._is_ellipsis)
        self._check_numbers()

    def implementation(self):
        """Return what sys.implementation says: (version, machine, the .mpy files it takes)."""
        fields = ("version", "_machine", "_mpy")
        address = self._global("implementation", self._is_implementation)
        count = self._image.word(address + 4)
        values = self._image.words(address + 8, count)
        # An attrtuple: behind its items is a pointer to their names.
        names = self._image.word(address + 8 + 4 * count)
        numbers = self._image.words(names, count)
        named = dict(zip(map(self._qstrs.text, numbers), values, strict=True))
        missing = [name for name in fields if name.encode() not in named]
        require(not missing, f"sys.implementation has no {', '.join(missing)}")
        return tuple(self.value(named[name.encode()]) for name in fields)

    def value(self, word):
        """Return what a word says: None, bool, Ellipsis, int, float, complex, str, bytes, tuple.

        FUNCTION_TABLE is one too. Raises Refused for what no frozen module has.
        """
        if word & 1:
            return (word ^ 1 << 31) - (1 << 31) >> 1
        if word & 7 == _INTERNED:
            return self._qstrs.text(word >> 3).decode()
        if word in _IMMEDIATE:
            return _IMMEDIATE[word]
        if word == self.ellipsis:
            return ...
        return self._object(word)

    @cached_property
    def function_table(self):
        """Return the address of the table of functions that native code calls."""
        constants = self._image.constants
        start = struct.pack("<3I", _NONE, _FALSE, _TRUE)
        found = []
        for place in find_all(constants.data, start):
            address = constants.address + place
            size = 4 * _FUNCTIONS_AT_LEAST
            if address % 4 == 0 and self._image.holds(address, size):
                functions = self._image.words(address, _FUNCTIONS_AT_LEAST)[3:]
                if all(map(self._is_code, functions)):
                    found.append(address)
        require(
            len(found) == 1,
            f"{len(found)} tables of functions for native code were found, one is wanted",
        )
        return found[0]

    def _object(self, address):
        image = self._image
        names = {address: name for name, address in self.types.items()}
        kind = names.get(image.word(address))
        if kind in ("str", "bytes"):
            hashed, size, pointer = image.words(address + 4, 3)
            raw = image.read(pointer, size + 1)
            text = raw[:-1]
            require(
                not raw[-1] and hashed in (hash_of(text), 0),  # 0: not known yet
                f"the {kind} at {address:#x} has another hash or no end",
            )
            return text.decode() if kind == "str" else text
        if kind == "tuple":
            return tuple(map(self.value, image.words(address + 8, image.word(address + 4))))
        if kind == "float":
            return struct.unpack("<f", image.read(address + 4, 4))[0]
        if kind == "complex":
            return complex(*struct.unpack("<2f", image.read(address + 4, 8)))
        if kind == "int":
            flags, count, digits = image.words(address + 4, 3)
            require(
                flags & _FIXED_DIGITS and flags >> 2 == count,
                f"the integer at {address:#x} has digits of another kind",
            )
            number = int.from_bytes(image.read(digits, _DIGIT_BYTES * count), "little")
            return -number if flags & _NEGATIVE else number
        if image.word(address) == _NONE and address == self.function_table:
            return FUNCTION_TABLE
        raise Refused(f"the constant at {address:#x} is of a type that is not known here")

    def _type_type(self):
        """Return the address of `type`, the only object that is its own type."""
        constants = self._image.constants
        number = self._qstrs.number("type")
        found = [
            address
            for address, word in constants.words()
            if word == address and self._name_of_type(address) == number
        ]
        require(len(found) == 1, f"{len(found)} types named 'type' were found, one is wanted")
        return found[0]

    def _global(self, name, check):
        """Return the pointer that a table of globals has for a name, if it passes a check."""
        found = self._pointers(name, check)
        require(len(found) == 1, f"{len(found)} objects named {name!r} were found, one is wanted")
        return found.pop()

    def _pointers(self, name, check):
        """Return the pointers that stand behind a name in constants and pass a check."""
        key = self._qstrs.number(name) << 3 | _INTERNED
        pointers = {
            self._image.word(place + 4)
            for place in self._image.places(key)
            if self._image.holds(place + 4, 4)
        }
        return {pointer for pointer in pointers if pointer % 4 == 0 and check(pointer)}

    def _name_of_type(self, address):
        """Return the number of a type's name: it stands behind the type's own type, and flags."""
        return self._image.word(address + 4) >> 16 if self._image.holds(address, 8) else None

    def _is_type(self, name):
        number = self._qstrs.number(name)
        return lambda pointer: (
            self._name_of_type(pointer) == number and self._image.word(pointer) == self._type
        )

    def _is_ellipsis(self, pointer):
        if not self._image.holds(pointer, 8):
            return False
        kind, name = self._image.words(pointer, 2)
        return (
            name == self._qstrs.number("Ellipsis")
            and self._image.holds(kind, 4)
            and self._image.word(kind) == self._type
        )

    def _is_implementation(self, pointer):
        if not self._image.holds(pointer, 12):
            return False
        kind, count, first = self._image.words(pointer, 3)
        return (
            self._name_of_type(kind) == self._qstrs.number("tuple")
            and self._image.holds(pointer, 12 + 4 * count)
            and first == self._qstrs.number("micropython") << 3 | _INTERNED
        )

    def _is_code(self, address):
        mapped = self._image.holds(address) and not self._image.in_constants(address)
        return mapped or address in _ROM

    def _check_numbers(self):
        """Look at what is known of every MicroPython, so that numbers are surely of this kind."""
        require(
            self._pointers("pi", self._is_pi),
            "math.pi is no float of 32 bits: this firmware has numbers of another kind",
        )
        require(
            self._pointers("maxsize", self._is_maxsize),
            "sys.maxsize has no digits of 16 bits: this firmware has numbers of another kind",
        )

    def _is_pi(self, pointer):
        image = self._image
        return image.holds(pointer, 8) and image.words(pointer, 2) == (self.types["float"], _PI)

    def _is_maxsize(self, pointer):
        image = self._image
        if not image.holds(pointer, 16):
            return False
        *head, digits = image.words(pointer, 4)
        return (
            head == [self.types["int"], 2 << 2 | _FIXED_DIGITS, 2]
            and image.holds(digits, 4)
            and image.read(digits, 4) == _MAXSIZE
        )


class ObjectWriter:
    """Adds constants to a firmware. `numbers` are those of all its interned strings."""

    def __init__(self, objects, numbers, blob):
        self._objects = objects
        self._numbers = numbers
        self._blob = blob

    def word(self, value):
        """Return the word for a value, whose object is added where there must be one."""
        for word, immediate in _IMMEDIATE.items():
            if value is immediate:
                return word
        if value is ...:
            return self._objects.ellipsis
        if value is FUNCTION_TABLE:
            return self._objects.function_table
        write = {
            int: self._int,
            float: lambda number: self._add("float", struct.pack("<f", number)),
            complex: lambda number: self._add(
                "complex", struct.pack("<2f", number.real, number.imag)
            ),
            str: self._str,
            bytes: lambda text: self._text("bytes", text),
            tuple: self._tuple,
        }
        return write[type(value)](value)

    def _int(self, number):
        if -(1 << 30) <= number < 1 << 30:
            return (number << 1 | 1) & 0xFFFFFFFF
        size = abs(number)
        count = (size.bit_length() + 15) // 16
        digits = self._blob.add(size.to_bytes(_DIGIT_BYTES * count, "little"))
        flags = count << 2 | _FIXED_DIGITS | (_NEGATIVE if number < 0 else 0)
        return self._add("int", struct.pack("<3I", flags, count, digits))

    def _str(self, text):
        raw = text.encode()
        # Two strings that are both interned are compared by their numbers: a text that is
        # interned anywhere must be so everywhere.
        if raw in self._numbers:
            return self._numbers[raw] << 3 | _INTERNED
        return self._text("str", raw)

    def _text(self, kind, raw):
        pointer = self._blob.add(raw + b"\0", align=1)
        return self._add(kind, struct.pack("<3I", hash_of(raw), len(raw), pointer))

    def _tuple(self, items):
        words = [self.word(item) for item in items]
        return self._add("tuple", struct.pack(f"<{1 + len(words)}I", len(words), *words))

    def _add(self, kind, rest):
        return self._blob.add(struct.pack("<I", self._objects.types[kind]) + rest)


def texts_to_intern(constants):
    """Yield the strings of constants that can be interned.

    An interned one takes less flash, and a string made at run time that is equal costs no heap;
    longer ones are texts for people. MicroPython looks interned strings up as C does, so none may
    have a zero byte.
    """
    for value in constants:
        if isinstance(value, tuple):
            yield from texts_to_intern(value)
        elif isinstance(value, str):
            raw = value.encode()
            if 0 not in raw and len(raw) <= _LONGEST_INTERNED:
                yield raw

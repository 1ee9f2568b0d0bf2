"""A firmware .bin as MicroPython's build makes it, in small: its tables, and code that uses them.

It shares no code with tools/freeze: where both are wrong about a layout, only a real .bin tells.
"""

import functools
import hashlib
import struct
from dataclasses import dataclass, field

PAGE = 0x10000
XTENSA = {"esp32": (0, 0x1000, 0x3F400020, 0x400D0020), "esp32s3": (9, 0, 0x3C140020, 0x42000020)}
RISCV = {"esp32c3": (5, 0, 0x3C140020, 0x42000020)}
CHIPS = XTENSA | RISCV

STATIC = ["", "", "__dir__", "\n", " ", "*", "/", "<module>", "_", "__call__"]
STATIC += [f"static_{number}" for number in range(240)]
TYPES = ("bytes", "complex", "float", "int", "str", "tuple")
NAMES = (*TYPES, "type", "singleton", "attrtuple", "Ellipsis", "implementation", "version")
NAMES += ("_machine", "_mpy", "micropython", "name", "pi", "maxsize", "answer", "generator")
ONE_CONSTANTS = 9
# n_state 2, one byte of names (number 0); None, return.
_NOTHING = bytes.fromhex("0802005163")
_GENERATOR_CHILD = bytes.fromhex("8840020151 63")


@dataclass
class Stock:
    """What may differ from one firmware to another; `places` says what lies where."""

    chip: str = "esp32"
    version: tuple = (1, 26, 1)
    mpy: int = 0x2B06
    end_beyond: int | None = 0  # how far behind the constants ESP-IDF's end is, None: no such word
    partition: int = 0x1F0000
    paths: tuple = ("_boot.py", "pkg/one.py")
    copies: int = 1  # of the tables of frozen modules
    constants: bytearray = field(default_factory=bytearray)
    places: dict = field(default_factory=dict)

    def build(self):
        """Return the .bin."""
        number, offset, self._base, code_base = CHIPS[self.chip]
        self.constants = bytearray(b"\x32\x54\xcd\xab" + bytes(252))
        self._pools()
        self._types()
        self._sys_and_math()
        tables = [self._frozen() for _ in range(self.copies)]
        end = self._words()
        self.places |= {"end": end, "code": code_base}
        wanted = [self.places["pool"], *(address for pair in tables for address in pair)]
        ends = [] if self.end_beyond is None else [end + self.end_beyond]
        groups = [wanted, [self._base, code_base, *ends], [end + (self.end_beyond or 0)]]
        if self.chip in RISCV:
            groups = groups[:2]
        make = _xtensa_code if self.chip in XTENSA else _riscv_code
        image = _image(number, self._base, self.constants, code_base, make(code_base, groups))
        table = _partition_table(self.partition)
        boot = _header(0, number).ljust(0x8000 - offset, b"\xff")
        return (boot + table).ljust(PAGE - offset, b"\xff") + image

    def _add(self, data, align=4, name=None):
        self.constants += bytes(-len(self.constants) % align)
        address = self._base + len(self.constants)
        self.constants += data
        if name:
            self.places[name] = address
        return address

    def _words(self, *words, name=None):
        return self._add(struct.pack(f"<{len(words)}I", *words), name=name)

    def _text(self, text):
        return self._add(text + b"\0", align=1)

    def _pools(self):
        self._numbers = {}
        before = total = 0
        frozen = sorted({*NAMES, *self.paths})
        for name, strings, flag in (("static", STATIC, 0), ("pool", frozen, 1 << 31)):
            hashes = [_hash(text.encode()) for text in strings]
            if not before:
                hashes[0] = 0
            hashes = self._add(struct.pack(f"<{len(hashes)}H", *hashes), name=name + " hashes")
            lengths = self._add(bytes(len(text.encode()) for text in strings))
            texts = [self._text(text.encode()) for text in strings]
            head = (before, total | flag, min(10, len(strings)), len(strings), hashes, lengths)
            before = self._words(*head, *texts, name=name)
            self._numbers |= {text: total + place for place, text in enumerate(strings)}
            total += len(strings)

    def _types(self):
        here = self._words()
        kind = self._words(here, self._numbers["type"] << 16, name="type")
        for name in (*TYPES, "singleton", "attrtuple"):
            title = "tuple" if name == "attrtuple" else name
            self._words(kind, self._numbers[title] << 16, name=name)
        self._words(self.places["singleton"], self._numbers["Ellipsis"], name="Ellipsis")
        for name in (*TYPES, "Ellipsis"):
            self._global(name, self.places[name])

    def _global(self, name, pointer):
        self._words(self._numbers[name] << 3 | 2, pointer)

    def _sys_and_math(self):
        p = self.places
        machine = self._text(b"A board")
        machine = self._words(p["str"], 0, 7, machine)
        version = [number << 1 | 1 for number in self.version] + [1 << 3 | 2]
        version = self._words(p["tuple"], 4, *version)
        names = ("name", "version", "_machine", "_mpy")
        names = self._words(*(self._numbers[name] for name in names))
        micropython = self._numbers["micropython"] << 3 | 2
        values = (micropython, version, machine, self.mpy << 1 | 1, names)
        self._global("implementation", self._words(p["attrtuple"], 4, *values))
        self._global("pi", self._words(p["float"], 0x40490FDB, name="pi"))
        digits = self._add(b"\xff\xff\xff\x7f")
        self._global("maxsize", self._words(p["int"], 2 << 2 | 2, 2, digits))
        function = CHIPS[self.chip][3] + 64
        self._words(6, 0xE, 0x1E, *[function] * 60, name="functions")

    def _frozen(self):
        """Add frozen modules; return (address of the names, address of the records)."""
        records = []
        for path in self.paths:
            names = [self._numbers[name] for name in (path, "answer", "generator")]
            names = self._add(struct.pack("<3H", *names))
            if path.endswith("one.py"):
                records.append(self._words(names, self._constants(), self._code_of_one()))
            else:
                records.append(self._words(names, 0, self._add(_NOTHING, align=1)))
        names = "\0".join(self.paths) + "\0\0"
        # What stands before the names need not be a zero byte.
        table = self._words(*records, name="records")
        return self._add(names.encode(), align=1, name="names"), table

    def _constants(self):
        p = self.places
        text = b"a text that nobody interns"
        text = self._words(p["str"], _hash(text), len(text), self._text(text))
        data = self._words(p["bytes"], _hash(b"\0\1"), 2, self._text(b"\0\1"))
        big = self._words(p["int"], 3 << 2 | 2 | 1, 3, self._add(bytes(5) + b"\1"))
        real = self._words(p["float"], 0x3FC00000)
        pair = self._words(p["complex"], 0x3F800000, 0x40000000)
        items = self._words(p["tuple"], 2, 7 << 1 | 1, 6)
        last = self._numbers["answer"] << 3 | 2
        values = (text, data, big, real, pair, items, p["Ellipsis"], 0x1E, last)
        return self._words(*values)

    def _code_of_one(self):
        """A module that loads each constant, and makes two functions, one of them a generator."""
        loads = b"".join(bytes([0x23, place, 0x59]) for place in range(ONE_CONSTANTS))
        makes = bytes.fromhex("3200 1601 3201 1602")
        body = self._add(b"\x08\x02\x00" + loads + makes + b"\x51\x63", align=1)
        first = self._add(_NOTHING, align=1)
        generator = self._add(_GENERATOR_CHILD, align=1)
        generator = self._words(2 << 16 | 1 << 24, generator, 0)
        return self._words(2 << 16, body, self._words(first, generator), name="code of one")


def _hash(text):
    number = functools.reduce(lambda h, byte: (h * 33 ^ byte) & 0xFFFFFFFF, text, 5381)
    return number & 0xFFFF or 1


def _xtensa_code(base, groups):
    """Literals, each group away from the others, and an L32R for each."""
    code = bytearray()
    literals = []
    for group in groups:
        literals += [base + len(code) + 4 * place for place in range(len(group))]
        code += struct.pack(f"<{len(group)}I", *group) + bytes(64)
    for literal in literals:
        place = base + len(code)
        distance = literal - (place + 3 & ~3) >> 2
        code += bytes([0x21]) + struct.pack("<H", distance & 0xFFFF)
    return code + bytes(-len(code) % 4)


def _riscv_code(base, groups):
    """A function for each group; the second address is used by a load, others are added."""
    code = bytearray()
    for group in groups:
        for place, address in enumerate(group):
            high = address + 0x800 >> 12
            low = address & 0xFFF
            code += struct.pack("<I", high << 12 | 15 << 7 | 0x37)  # lui a5
            code += b"\x01\x00"  # c.nop
            is_names = place == 1 and group is groups[0]
            use = 0x03 | 4 << 12 if is_names else 0x13  # lbu, addi
            code += struct.pack("<I", low << 20 | 15 << 15 | 15 << 7 | use)
        code += b"\x82\x80" + bytes(128)  # ret
    return code + bytes(-len(code) % 4)


def _header(segments, chip):
    head = struct.pack("<BBBBI", 0xE9, segments, 2, 0x20, 0x40080400)
    return head + b"\xee\0\0\0" + struct.pack("<H", chip) + bytes(9) + b"\x01"


def _image(chip, base, constants, code_base, code):
    used = 32 + len(constants)
    ram = bytes(-(used + 16 - 32) % PAGE)  # so that the code lies at the same place of a page
    segments = (
        *((base, constants), (0x3FFB0000 if chip == 0 else 0x3FC90000, ram)),
        *((code_base, code), (0x40080000 if chip == 0 else 0x40374000, bytes(64))),
    )
    image = bytearray(_header(len(segments), chip))
    checksum = 0xEF
    for address, data in segments:
        image += struct.pack("<II", address, len(data)) + data
        checksum = functools.reduce(lambda a, b: a ^ b, data, checksum)
    image += bytes(15 - len(image) % 16) + bytes([checksum])
    return bytes(image + hashlib.sha256(image).digest())


def _partition_table(size):
    entries = ((1, 2, 0x9000, 0x6000, b"nvs"), (0, 0, 0x10000, size, b"factory"))
    table = b"".join(b"\xaa\x50" + struct.pack("<BBII16sI", *entry, 0) for entry in entries)
    digest = hashlib.md5(table).digest()
    return (table + b"\xeb\xeb" + b"\xff" * 14 + digest).ljust(0xC00, b"\xff")

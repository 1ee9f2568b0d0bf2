"""The frozen modules of a firmware: two tables, of names and of records, in the same order.

The table of names is their paths, each ended by a zero byte, with an empty one at the end
(mp_frozen_names). A record is three pointers: to the numbers of the module's names (16 bits each,
the first is its path), to its constants or 0, and to its code (mp_frozen_module_t). Code is
bytecode, or, where it has children or is native, four bytes and two pointers: 0, 0, kind, whether
it is a generator; to the code, to the table of children (mp_raw_code_truncated_t).
"""

import struct

from .bytecode import is_generator, read_function
from .code import BYTECODE, NATIVE, VIPER
from .image import find_all
from .refused import Refused, require

_RECORD_WORDS = 3
_RAW_CODE = b"\0\0"
_END_OF_NAMES = b".py\0\0"


class FrozenModules:
    """The frozen modules that a firmware has. Raises Refused where they are not understood."""

    def __init__(self, image, qstrs, objects, references):
        self._image = image
        self._qstrs = qstrs
        self._objects = objects
        names, self.names_address, self.table_address = self._find(references)
        self.names = [name.decode() for name in names]
        self.records = image.words(self.table_address, len(names))
        for name, record in zip(self.names, self.records, strict=True):
            try:
                self._prove(record)
            except Refused as error:
                raise Refused(f"the frozen module {name}: {error}") from None

    def has(self, module):
        """Tell whether a Module is frozen with the very same names, constants and code."""
        if module.name not in self.names:
            return False
        record = self.records[self.names.index(module.name)]
        names, constants, code = self._image.words(record, _RECORD_WORDS)
        numbers = self._image.read(names, 2 * len(module.names))
        numbers = struct.unpack(f"<{len(module.names)}H", numbers)
        words = self._image.words(constants, len(module.constants)) if constants else ()
        # By what they look like: 1, 1.0 and True are equal, and not the same.
        return (
            [self._qstrs.text(number) for number in numbers] == module.names
            and [repr(self._objects.value(word)) for word in words]
            == [repr(value) for value in module.constants]
            and self._has_code(code, module.code)
        )

    def _has_code(self, address, code):
        image = self._image
        if code.kind == BYTECODE and not code.children:
            return image.read(address, len(code.body)) == code.body
        head, body, children = image.words(address, 3)
        count = len(code.children) + (code.kind == NATIVE)
        if count == 1 and code.kind == NATIVE:
            table = (children,)
        else:
            table = image.words(children, count) if count else ()
        return (
            head >> 16 & 0xFF == code.kind
            and image.read(body, len(code.body)) == code.body
            and all(map(self._has_code, table, code.children))
            and (code.kind != NATIVE or image.read(table[-1], len(code.prelude)) == code.prelude)
        )

    def _prove(self, record):
        """Decode a module: all its functions, their names, and the constants they use."""
        names, objects, code = self._image.words(record, _RECORD_WORDS)
        used_names, used_constants = self._prove_code(code)
        for number in struct.unpack(f"<{used_names}H", self._image.read(names, 2 * used_names)):
            self._qstrs.text(number)
        require(objects or not used_constants, "its code has constants, its record has none")
        for word in self._image.words(objects, used_constants) if objects else ():
            self._objects.value(word)

    def _prove_code(self, address):
        """Decode a function and those it makes; return how many names and constants they use."""
        image = self._image
        body, children, generator = address, 0, None
        if image.read(address, 2) == _RAW_CODE:
            head, body, children = image.words(address, 3)
            kind, generator = head >> 16 & 0xFF, head >> 24
            if kind in (NATIVE, VIPER):
                return 0, 0  # machine code, which nobody decodes here
            require(kind == BYTECODE, f"code of kind {kind} at {address:#x}")
        function = read_function(image.view(body))
        require(
            generator in (None, function.is_generator),
            f"the code at {address:#x} is of a generator for one half only",
        )
        require(children or not function.children, f"the code at {address:#x} lacks children")
        names, constants = function.names, function.constants
        for child in image.words(children, function.children) if children else ():
            more_names, more_constants = self._prove_code(child)
            names, constants = max(names, more_names), max(constants, more_constants)
        return names, constants

    def _find(self, references):
        """Return (names, address of their table, address of the table of records)."""
        pointed = self._pointers_to_records()
        found = []
        for names_address, names in self._tables_of_names():
            tables = [
                address
                for address, path in pointed.items()
                if path == names[0]
                and all(pointed.get(address + 4 * n) == name for n, name in enumerate(names))
            ]
            if tables and references.find(names_address):
                found += [
                    (names, names_address, table) for table in tables if references.find(table)
                ]
        require(
            len(found) == 1,
            f"{len({table for _, _, table in found})} tables of frozen modules were found,"
            " one is wanted",
        )
        return found[0]

    def _pointers_to_records(self):
        """Return {address of a pointer: path} for all that may point to a frozen module."""
        paths = {n: text for n, text in enumerate(self._qstrs.strings) if text.endswith(b".py")}
        image, constants = self._image, self._image.constants
        low, high = constants.address, constants.end
        words = constants.words()
        records = {}
        for (address, names), (_, objects), (_, code) in zip(
            words, words[1:], words[2:], strict=False
        ):
            if (
                low <= names < high - 1
                and low <= code < high
                and (not objects or low <= objects < high)
                and (path := paths.get(int.from_bytes(image.read(names, 2), "little")))
            ):
                records[address] = path
        return {address: records[word] for address, word in words if word in records}

    def _tables_of_names(self):
        """Yield (address, names) of all that may be a table of names: where it begins is open."""
        paths = [text for text in self._qstrs.strings if text.endswith(b".py")]
        constants = self._image.constants
        for place in find_all(constants.data, _END_OF_NAMES):
            end = place + len(_END_OF_NAMES) - 2
            names = []
            while end > 0:
                # What stands before the first name may be anything, a zero byte or none.
                ending = [
                    p for p in paths if constants.data.endswith(p, 0, end) and p not in names
                ]
                for path in ending:
                    yield constants.address + end - len(path), [path, *names]
                whole = constants.data[constants.data.rfind(b"\0", 0, end) + 1 : end]
                if whole not in ending:
                    break
                names.insert(0, bytes(whole))
                end -= len(whole) + 1


def write_modules(modules, numbers, writer, blob, code_blob):
    """Add the records of modules; return their addresses.

    `numbers` are those of all interned strings, `writer` adds constants. Machine code goes to
    `code_blob`, since only the other segment can be run, and all else to `blob`.
    """
    return [
        blob.add_words(
            blob.add(struct.pack(f"<{len(m.names)}H", *(numbers[name] for name in m.names))),
            blob.add_words(*map(writer.word, m.constants)) if m.constants else 0,
            _write_code(m.code, blob, code_blob),
            share=False,
        )
        for m in modules
    ]


def write_tables(names, records, blob):
    """Add the tables of names and of records; return their addresses."""
    text = b"".join(name.encode() + b"\0" for name in names) + b"\0"
    return blob.add(text, share=False), blob.add_words(*records, share=False)


def _write_code(code, blob, code_blob):
    children = [_write_code(child, blob, code_blob) for child in code.children]
    if code.kind == BYTECODE:
        require(code.body[:2] != _RAW_CODE, "bytecode that begins as a record of code does")
        if not children:
            return blob.add(code.body, align=1)
        generator = read_function(code.body).is_generator
        body = blob.add(code.body, align=1)
    else:
        generator = code.kind == NATIVE and is_generator(code.prelude)
        body = code_blob.add(code.body)
    if code.kind == NATIVE:
        # Its prelude is read byte by byte, which the segment of code does not allow: it lies
        # behind the children, or stands in for their table where there are none.
        children.append(blob.add(code.prelude, align=1))
    if code.kind == NATIVE and not code.children:
        table = children[0]
    else:
        table = blob.add_words(*children) if children else 0
    return blob.add_words(code.kind << 16 | generator << 24, body, table)

"""A JSON file read entry by entry: as a whole it may take more heap than there is.

MicroPython's parser does not say where a text stops being JSON, and takes a file that was cut off
for a whole one; what is read here is checked on its way.
"""

import json

from tuya.port import const

_OPEN = const(0x7B)
_CLOSE = const(0x7D)
_OPEN_LIST = const(0x5B)
_CLOSE_LIST = const(0x5D)
_QUOTE = const(0x22)
_COLON = const(0x3A)
_COMMA = const(0x2C)
_NEWLINE = const(0x0A)
_SPACE = b" \t\r\n"
_SPACE_MAX = const(0x20)
_AFTER_WORD = b",]} \t\r\n"
_WORDS = (b"true", b"false", b"null")
_DIGITS = b"0123456789+-.eE"
_ESCAPES = b'"\\/bfnrtu'
# A configuration needs four; the stack of the board bears little more than this.
_DEPTH_MAX = const(16)
_CHUNK = const(256)
_NO_QUOTE = "a double quote at the end of the text"


class Fault(ValueError):
    """Where a text stops being JSON, such as "line 3: expected a comma"."""


def entries(file, wanted=None):
    """Yield the entries of the JSON object in a binary file: (key, index, value).

    A list in it is told element by element, with its index; an empty one, like all other values,
    with the index None. `wanted`: the keys whose entries are to be told. Raises Fault.
    """
    reader = _Reader(file)
    if reader.peek() != _OPEN:
        reader.load(False)  # what is no JSON at all is told first
        reader.end()
        raise Fault("an object in braces is expected")
    for key in reader.members():
        is_wanted = wanted is None or key in wanted
        if reader.peek() != _OPEN_LIST:
            value = reader.load(is_wanted)
            if is_wanted:
                yield key, None, value
            continue
        index = 0
        for _ in reader.elements():
            value = reader.load(is_wanted)
            if is_wanted:
                yield key, index, value
            index += 1
        if is_wanted and not index:
            yield key, None, []
    reader.end()


def read(path, wanted=None):
    """Yield the entries of a file as entries() does. Raises Fault, also where there is none."""
    try:
        file = open(path, "rb")  # noqa: SIM115 - it is closed below
    except OSError:
        raise Fault("there is no such file yet") from None
    with file:
        yield from entries(file, wanted)


def entries_of(value):
    """Yield the entries of an object that is in memory, as entries() does."""
    if not isinstance(value, dict):
        raise Fault("an object in braces is expected")
    for key in value:
        if isinstance(value[key], list) and value[key]:
            for index, element in enumerate(value[key]):
                yield key, index, element
        else:
            yield key, None, value[key]


def json_text(entries, dumps, line="", element=""):
    """Yield the JSON of an object in pieces, the other way round: an entry at a time.

    `dumps` returns the JSON of a value. `line` and `element`: white space in front of each key
    and of each element of a list, for people.
    """
    end = "\n" if line else ""
    colon = ": " if line else ":"
    before = None  # the key of the list that is open
    between = "{"
    for key, index, value in entries:
        if index and key == before:
            yield "," + element
        else:
            close = "]" if before is not None else ""
            yield close + between + line + dumps(key) + colon
            if index is not None:
                yield "[" + element
            before = key if index is not None else None
            between = ","
        yield dumps(value)
    if between == "{":
        yield "{}" + end
    else:
        yield ("]" if before is not None else "") + end + "}" + end


def write_entries(entries, file):
    """Write the entries of an object for people too, a line for each."""
    for text in json_text(entries, json.dumps, "\n ", "\n  "):
        file.write(text)


class _Reader:
    """Looks at one byte after the other, as a number: each in an object of its own would be
    garbage, of which a change of the configuration has no room for.
    """

    def __init__(self, file):
        self._file = file
        self._chunk = b""
        self._at = 0
        self._line = 1
        self._depth = 0
        # While a value is loaded: its bytes in former chunks, and where it begins in this one.
        self._kept = None
        self._from = 0

    # --- bytes ---

    def _next(self):
        """Return the next byte and leave it there; 0 at the end."""
        if self._at == len(self._chunk):
            self._keep()
            self._chunk = self._file.read(_CHUNK)
            self._at = self._from = 0
            if not self._chunk:
                return 0
        return self._chunk[self._at]

    def _keep(self):
        if self._kept is not None:
            self._kept.extend(self._chunk[self._from : self._at])

    def peek(self):
        """Return the next byte that is no white space and leave it there; 0 at the end."""
        byte = self._next()
        while byte <= _SPACE_MAX and byte in _SPACE:
            if byte == _NEWLINE:
                self._line += 1
            self._at += 1
            byte = self._next()
        return byte

    def fault(self, expected):
        """Return the Fault of this place."""
        return Fault("line %d: expected %s" % (self._line, expected))

    def _expect(self, byte, expected):
        if self.peek() != byte:
            raise self.fault(expected)
        self._at += 1

    # --- objects and lists ---

    def members(self):
        """Read an object; yield each key in front of its value, which must then be read."""
        for _ in self._inside(_CLOSE):
            if self.peek() != _QUOTE:
                raise self.fault("a name in double quotes")
            key = self.load(True)
            self._expect(_COLON, "a colon")
            yield key

    def elements(self):
        """Read a list; yield in front of each element, which must then be read."""
        return self._inside(_CLOSE_LIST)

    def _inside(self, end):
        self._depth += 1
        if self._depth > _DEPTH_MAX:
            raise self.fault("no deeper nesting")
        self._at += 1
        more = self.peek() != end
        while more:
            yield None
            more = self.peek() != end
            if more:
                self._expect(_COMMA, 'a comma or "%s"' % chr(end))
        self._at += 1
        self._depth -= 1

    # --- values ---

    def load(self, is_wanted):
        """Read a value; return it, None where it is not wanted."""
        self.peek()
        if not is_wanted:
            return self._value()
        self._kept = bytearray()
        self._from = self._at
        self._value()
        self._keep()
        kept = self._kept
        self._kept = None
        try:
            return json.loads(kept)  # pyright: ignore - it takes any buffer
        except ValueError:
            raise self.fault("a value in JSON, as text in UTF-8") from None

    def end(self):
        """Read what must be the end of the file."""
        if self.peek() or self._chunk:
            raise self.fault("nothing more")

    def _value(self):
        first = self.peek()
        if first == _OPEN:
            for _ in self._inside(_CLOSE):
                if self.peek() != _QUOTE:
                    raise self.fault("a name in double quotes")
                self._string()
                self._expect(_COLON, "a colon")
                self._value()
        elif first == _OPEN_LIST:
            for _ in self._inside(_CLOSE_LIST):
                self._value()
        elif first == _QUOTE:
            self._string()
        else:
            self._word()

    def _string(self):
        self._at += 1
        while True:
            if not self._next() and not self._chunk:
                raise self.fault(_NO_QUOTE)
            end = self._chunk.find(b'"', self._at)
            stop = len(self._chunk) if end < 0 else end
            slash = self._chunk.find(b"\\", self._at, stop)
            if self._chunk.find(b"\n", self._at, stop if slash < 0 else slash) >= 0:
                raise self.fault(_NO_QUOTE)
            if slash >= 0:
                self._at = slash + 1
                if self._next() not in _ESCAPES:
                    text = "a backslash only in front of one of " + _ESCAPES.decode()
                    raise self.fault(text)
                self._at += 1
                continue
            self._at = stop
            if end >= 0:
                self._at += 1
                return

    def _word(self):
        word = bytearray()
        byte = self._next()
        while self._chunk and byte not in _AFTER_WORD:
            word.append(byte)
            self._at += 1
            byte = self._next()
        word = bytes(word)
        if word in _WORDS:
            return
        try:
            if word.strip(_DIGITS):
                raise ValueError
            float(word)
        except ValueError:
            raise self.fault("a value") from None

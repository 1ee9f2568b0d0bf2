"""Where a text stops being JSON.

MicroPython's parser does not say, and takes a file that was cut off for a whole one.
"""

_SPACE = " \t\r\n"
_WORDS = ("true", "false", "null")


def locate(text):
    """Return the first fault of `text`, such as "line 3: expected a comma", None without one."""
    try:
        at = _Reader(text).whole()
        expected = "nothing more"
    except _Fault as fault:
        at, expected = fault.args
    if at == len(text) and expected == "nothing more":
        return None
    return "line %d: expected %s" % (text.count("\n", 0, at) + 1, expected)


class _Fault(Exception):
    pass


class _Reader:
    def __init__(self, text):
        self._text = text
        self._at = 0

    def whole(self):
        self._value()
        self._peek()
        return self._at

    def _peek(self):
        while self._at < len(self._text) and self._text[self._at] in _SPACE:
            self._at += 1
        return self._text[self._at : self._at + 1]

    def _expect(self, character, expected):
        if self._peek() != character:
            raise _Fault(self._at, expected)
        self._at += 1

    def _value(self):
        first = self._peek()
        if first == "{":
            self._members("}", self._member)
        elif first == "[":
            self._members("]", self._value)
        elif first == '"':
            self._string()
        else:
            self._word()

    def _members(self, end, read):
        self._at += 1
        if self._peek() == end:
            self._at += 1
            return
        while True:
            read()
            if self._peek() == end:
                self._at += 1
                return
            self._expect(",", 'a comma or "%s"' % end)

    def _member(self):
        if self._peek() != '"':
            raise _Fault(self._at, "a name in double quotes")
        self._string()
        self._expect(":", "a colon")
        self._value()

    def _string(self):
        start = self._at
        self._at += 1
        while self._text[self._at : self._at + 1] not in ('"', "", "\n"):
            self._at += 2 if self._text[self._at] == "\\" else 1
        if self._text[self._at : self._at + 1] != '"':
            raise _Fault(start, "a double quote at the end of the text")
        self._at += 1

    def _word(self):
        start = self._at
        while self._at < len(self._text) and self._text[self._at] not in ",]}" + _SPACE:
            self._at += 1
        word = self._text[start : self._at]
        if word not in _WORDS:
            try:
                float(word)
            except ValueError:
                raise _Fault(start, "a value") from None

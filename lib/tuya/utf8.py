"""Characters that come in halves. Loaded where a text is not plain ASCII.

JSON may write a character beyond U+FFFF as two escapes, \\ud83d\\ude00 (RFC 8259, section 7).
MicroPython's json takes each half for a character of its own, and makes of it what no UTF-8 has.
"""

_HALVES = 0xD800
_SECOND = 0xDC00
_END = 0xE000
_ESCAPE = 6  # letters of \ud83d


def joined(data):
    """Return the bytes of a JSON text with each character whole and in UTF-8.

    Raises ValueError for half a character, and for what is no UTF-8.
    """
    _check(data)
    if b"\\u" not in data:
        return data
    out = bytearray()
    done = at = 0
    while True:
        at = data.find(b"\\", at)
        if at < 0:
            break
        if data[at + 1 : at + 2] != b"u":
            at += 2  # \\, \n and the like
            continue
        size, character = _escaped(data, at)
        if size > _ESCAPE:
            out += data[done:at]
            out += character.encode()
            done = at + size
        at += size
    return bytes(out + data[done:]) if done else data


def _escaped(data, at):
    """Return (size, character) of the one or two escapes at a place."""
    code = _code(data, at)
    if not _HALVES <= code < _END:
        return _ESCAPE, chr(code)
    if code < _SECOND and data[at + 6 : at + 8] == b"\\u":
        second = _code(data, at + _ESCAPE)
        if _SECOND <= second < _END:
            return 2 * _ESCAPE, chr(0x10000 + ((code - _HALVES) << 10) + second - _SECOND)
    raise ValueError("half a character")


def _code(data, at):
    digits = data[at + 2 : at + _ESCAPE]
    if len(digits) < 4:
        raise ValueError("an escape is cut off")
    return int(digits, 16)


def _check(data):
    """Raise ValueError for what is no UTF-8; MicroPython's decode() lets halves pass."""
    data.decode()
    at = data.find(b"\xed")
    while at >= 0:
        if data[at + 1] >= 0xA0:
            raise ValueError("half a character")
        at = data.find(b"\xed", at + 3)


def readable(text):
    """Return a text that a device has sent with "?" for each character that is none."""
    try:
        data = text.encode()
        _check(data)
    except ValueError:
        return "".join([c if " " <= c <= "~" else "?" for c in text])
    return text

"""What happens, a line each: on the console, and the last ones in memory that never grows."""

import sys

from tuya.port import clock_is_set, const, ticks_ms, unix_time

INFO, WARNING, ERROR = "i", "w", "e"

_SIZE = const(1024)  # bytes, about 16 lines
_LINE_MAX = const(240)
_SECRET_MIN = const(4)  # shorter ones would blot out half the log

_ring = bytearray(_SIZE)
_end = 0  # where the next line goes
_count = 0  # bytes of the ring in use
_total = 0  # lines since the start
_last = ""  # the text of the last line
_repeats = 0  # how often it has come again since
_secrets = []
_local = None  # makes local time of Unix time


def tell_local_time(local):
    """Have lines begin with the local time: `local(unix)` returns it in seconds."""
    global _local  # noqa: PLW0603 - there is one log
    _local = local


def keep_secret(text):
    """Never let `text`, a key or a password, appear in a line."""
    if text and len(text) >= _SECRET_MIN and text not in _secrets:
        _secrets.append(text)


def scrub(text):
    """Return `text` with stars in place of what is secret."""
    for secret in _secrets:
        if secret in text:
            text = text.replace(secret, "***")
    return text


def log(text, level=INFO):
    """Tell `text` behind the time of day, or behind the uptime while there is no clock."""
    global _last, _repeats  # noqa: PLW0603 - there is one log
    if clock_is_set():
        seconds = (_local(unix_time()) if _local else unix_time()) % 86400
        at = "%02d:%02d:%02d" % (seconds // 3600, seconds // 60 % 60, seconds % 60)
    else:
        at = "%8.1f" % (ticks_ms() / 1000)
    text = _plain(scrub(text))
    print(at, text)
    # Who has the same said over and over must not push out what others have said.
    if text == _last:
        _repeats += 1
        return
    if _repeats:
        _keep(level, at, "%d times more: %s" % (_repeats, _last))
    _last = text
    _repeats = 0
    _keep(level, at, text)


def _plain(text):
    """Return a text without control characters: a name must not forge a line, nor colour it."""
    for c in text:
        if c < " " or c == "\x7f":
            return "".join([" " if c < " " or c == "\x7f" else c for c in text])
    return text


def log_exception(text, exception):
    """Print `text` and where `exception` came from; keep what it was."""
    log("%s: %s" % (text, repr(exception)), ERROR)
    if hasattr(sys, "print_exception"):
        sys.print_exception(exception)
    else:
        import traceback

        traceback.print_exception(exception)


def lines():
    """Return the last lines, the oldest first: [{"seq", "level", "text"}], counted from 1."""
    data, last = _kept()
    raw = [line for line in data.split(b"\n") if line]
    first = last - len(raw) + 1
    found = [
        {"seq": first + i, "level": chr(line[0]), "text": _decoded(line[2:])}
        for i, line in enumerate(raw)
    ]
    if _repeats:
        found[-1]["text"] += " (and %d times more)" % _repeats
    return found


def _kept():
    """Return the last lines as bytes, each "LEVEL TIME TEXT", and the number of the last one."""
    start = (_end - _count) % _SIZE
    data = bytes(_ring[start:_end] if start < _end else _ring[start:] + _ring[:_end])
    if _count == _SIZE:
        data = data[data.find(b"\n") + 1 :]  # the first one is cut off
    return data, _total


def _keep(level, at, text):
    global _end, _count, _total  # noqa: PLW0603 - there is one log
    line = ("%s %s %s" % (level, at, text)).encode()[:_LINE_MAX] + b"\n"
    _total += 1
    for byte in line:
        _ring[_end] = byte
        _end = (_end + 1) % _SIZE
    _count = min(_count + len(line), _SIZE)


def _decoded(line):
    # A line that was too long may end within a character.
    for end in (len(line), len(line) - 1, len(line) - 2, len(line) - 3):
        try:
            return line[:end].decode()
        except UnicodeError:
            pass
    return ""

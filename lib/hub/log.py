"""What happens, a line each: on the console, and the last ones in memory that never grows."""

import sys

from tuya.port import clock_is_set, const, ticks_ms, unix_time

INFO, WARNING, ERROR = "i", "w", "e"

_SIZE = const(1024)  # bytes, about 16 lines
_LINE_MAX = const(240)
_LINE_FEED = const(10)
_SECRET_MIN = const(4)  # shorter ones would blot out half the log

_ring = bytearray(_SIZE)
_written = 0  # bytes since the start: the next one goes there, modulo the size
_gone = 0  # lines that others have taken the place of as a whole
_is_cut = False  # the one after these has lost its beginning
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
    """Yield the last lines, the oldest first: {"seq", "level", "text"}, counted from 1.

    One at a time, as the heap may have no block for all; who takes them slowly misses those that
    others have taken the place of meanwhile.
    """
    at = seq = 0
    while True:
        oldest = max(0, _written - _SIZE)
        if at < oldest:
            at = oldest
            seq = _gone
            if _is_cut:
                at += len(_line(at)) + 1
                seq += 1
        if at == _written:
            return
        line = _line(at)
        at += len(line) + 1
        seq += 1
        text = _decoded(line[2:])
        if _repeats and at == _written:
            text += " (and %d times more)" % _repeats
        yield {"seq": seq, "level": chr(line[0]), "text": text}


def _line(at):
    """Return the line, "LEVEL TIME TEXT" as bytes, that begins at a place."""
    ring = memoryview(_ring)
    start = at % _SIZE
    piece = bytes(ring[start : start + _LINE_MAX + 1])
    if b"\n" not in piece:
        piece += bytes(ring[: _LINE_MAX + 1 - len(piece)])
    return piece[: piece.find(b"\n")]


def _keep(level, at, text):
    global _written, _gone, _is_cut  # noqa: PLW0603 - there is one log
    line = ("%s %s %s" % (level, at, text)).encode()[:_LINE_MAX] + b"\n"
    for byte in line:
        place = _written % _SIZE
        if _written >= _SIZE:
            _is_cut = _ring[place] != _LINE_FEED
            _gone += not _is_cut
        _ring[place] = byte
        _written += 1


def _decoded(line):
    # A line that was too long may end within a character.
    for end in (len(line), len(line) - 1, len(line) - 2, len(line) - 3):
        try:
            return line[:end].decode()
        except UnicodeError:
            pass
    return ""

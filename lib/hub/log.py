"""What happens, a line each: on the console, and the last ones in memory that never grows."""

import sys

from tuya.port import clock_is_set, const, ticks_ms, unix_time

from .clock.location import local

INFO, WARNING, ERROR = "i", "w", "e"

_SIZE = const(1024)  # bytes, about 16 lines
_LINE_MAX = const(160)
_SECRET_MIN = const(4)  # shorter ones would blot out half the log

_ring = bytearray(_SIZE)
_end = 0  # where the next line goes
_count = 0  # bytes of the ring in use
_total = 0  # lines since the start
_secrets = []


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
    if clock_is_set():
        seconds = local(unix_time()) % 86400
        at = "%02d:%02d:%02d" % (seconds // 3600, seconds // 60 % 60, seconds % 60)
    else:
        at = "%8.1f" % (ticks_ms() / 1000)
    text = scrub(text)
    print(at, text)
    _keep(("%s %s %s" % (level, at, text)).replace("\n", " ").encode()[:_LINE_MAX] + b"\n")


def log_exception(text, exception):
    """Print `text` and where `exception` came from; keep what it was."""
    log("%s: %s" % (text, repr(exception)), ERROR)
    if hasattr(sys, "print_exception"):
        sys.print_exception(exception)
    else:
        import traceback

        traceback.print_exception(exception)


def kept():
    """Return the last lines as bytes, each "LEVEL TIME TEXT", and the number of the last one."""
    start = (_end - _count) % _SIZE
    data = bytes(_ring[start:_end] if start < _end else _ring[start:] + _ring[:_end])
    if _count == _SIZE:
        data = data[data.find(b"\n") + 1 :]  # the first one is cut off
    return data, _total


def _keep(line):
    global _end, _count, _total  # noqa: PLW0603 - there is one log
    _total += 1
    for byte in line:
        _ring[_end] = byte
        _end = (_end + 1) % _SIZE
    _count = min(_count + len(line), _SIZE)

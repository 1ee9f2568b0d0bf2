"""The heap of the ESP-IDF in software: what is left for Wi-Fi and lwIP once Python has its own.

Sockets take from it, what lies in send buffers does, and each area by which Python's heap grows.
The figures are those of a classic ESP32 with stock firmware and Wi-Fi. Python's heap grows only
on an interpreter with the module board_heap, which tools/micropython builds. To find out how much
heap something needs, PLUGHUB_SECOND_AREA makes the second area smaller; there is no third then.
"""

import gc
import os
import time

try:
    import board_heap
except ImportError:
    board_heap = None

#: Bytes of an area of Python's heap, the first and the second one.
AREA = 57344
_limit = os.getenv("PLUGHUB_SECOND_AREA")
_second = int(_limit) if _limit else AREA
_TOTAL = 93400  # with Wi-Fi connected and Python in its first area
_LARGEST_LESS = 1000  # the largest block has less than what is free in all
_SOCKET = 290
_CONNECTED = 110  # more
# lwIP gives each piece that is sent a segment of full size, until the other side has it.
_SEGMENT = 1540
_PIECE = 90  # for each piece beside its bytes
_ACKNOWLEDGED_MS = 20
_CONTROL_MIN = 600  # bytes without which select() and the like fail

_sockets = {}  # {socket: its list of (ticks_ms, bytes) that were sent}
_minimum = _TOTAL
_has_begun = False


def begin():
    """Let Python's heap grow as the board's does, from what it holds now."""
    global _has_begun  # noqa: PLW0603 - there is one board
    _has_begun = True
    note()


def areas():
    """Return the bytes of each area of Python's heap; () where nobody can tell."""
    return board_heap.areas() if board_heap else ()


def python_free(used):
    """Return the bytes that Python can have besides `used`, without a third area."""
    if not (_has_begun and board_heap):
        return gc.mem_free()
    sizes = areas()
    return sum(sizes[:2]) + (_second if len(sizes) == 1 else 0) - used


class no_growth:
    """While this context lasts, Python's heap does not grow."""

    def __enter__(self):
        if board_heap:
            board_heap.offer(0, 0)

    def __exit__(self, *exception):
        note()


def opened(sock):
    """Take what a socket needs. Raises OSError without it."""
    need(_SOCKET + _CONNECTED)
    _sockets[sock] = []
    note()


def closed(sock):
    """Give back what a socket had."""
    _sockets.pop(sock, None)
    note()


def sent(sock, size):
    """Take what `size` bytes in one piece need until the other side has them."""
    pieces = _sockets.get(sock)
    if pieces is not None:
        pieces.append((time.ticks_ms(), size))
        note()


def need(size):
    """Raise OSError as lwIP does where there are not `size` bytes."""
    if free() < size:
        note()
        raise OSError(105)  # ENOBUFS


def is_exhausted():
    """Tell whether there is too little even for select()."""
    return free() < _CONTROL_MIN


def free():
    """Return the bytes that are free now."""
    left = _TOTAL
    for sock in _sockets:
        left -= _SOCKET + _CONNECTED + _held(sock)
    if board_heap:
        for size in board_heap.areas()[1:]:
            left -= size + size // 40
    return max(left, 0)


def note():
    """Notice a new minimum, and what Python's heap could take now."""
    global _minimum  # noqa: PLW0603 - there is one board
    left = free()
    _minimum = min(_minimum, left)
    if _has_begun and board_heap:
        board_heap.offer(_second, 0 if _limit else max(left - _LARGEST_LESS, 0))


def info():
    """Return (total, free, largest, minimum) in bytes."""
    note()
    left = free()
    return _TOTAL, left, max(left - _LARGEST_LESS, 0), _minimum


def _held(sock):
    """Return the bytes that wait in the send buffer of a socket."""
    pieces = _sockets[sock]
    if not pieces:
        return 0
    waiting = board_heap.unacknowledged(sock.fileno()) if board_heap else 0
    now = time.ticks_ms()
    # From the newest on: what is not acknowledged was sent last.
    kept = len(pieces)
    while kept and (waiting > 0 or time.ticks_diff(now, pieces[kept - 1][0]) < _ACKNOWLEDGED_MS):
        kept -= 1
        waiting -= pieces[kept][1]
    del pieces[:kept]
    return sum([max(size, _SEGMENT) + _PIECE for _, size in pieces])

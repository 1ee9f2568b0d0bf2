"""The heap of the ESP-IDF in software: what is left for Wi-Fi and lwIP once Python has its own.

Sockets take from it, what lies in send buffers does, and each area by which Python's heap grows.
The figures are those of a classic ESP32 with stock firmware and Wi-Fi.

PLUGHUB_HEAP is the heap that the firmware has within Python's first two areas: 112,000 bytes on
the board, where a third one takes what the network lives on. With less there is no third one, to
find out how much is needed. Without it, or on an interpreter that lacks the module board_heap
(tools/micropython builds it in), Python's heap is what -X heapsize says.
"""

import gc
import os
import time

try:
    from cryptolib import aes
except ImportError:
    aes = None  # CPython has another one
try:
    import board_heap
except ImportError:
    board_heap = None

#: What a board has, and what -X heapsize is to say then: an area, and room for the simulator.
BOARD = 112000
FIRST_AREA = 57344 + 12288
_limit = int(os.getenv("PLUGHUB_HEAP") or 0) if board_heap else 0
_TOTAL = 93400  # with Wi-Fi connected and Python in its first area
_SECOND_AREA = 57344
_LARGEST_LESS = 1000  # the largest block has less than what is free in all
_SOCKET = 400  # a connected one
# What lwIP and the driver take for each piece beside its bytes, until the other side has it.
_PIECE = 350
_ACKNOWLEDGED_MS = 20
_WRITABLE = 2878  # a socket with more bytes than this waiting is not writable
_QUEUE = 8  # nor one with so many pieces
_CONTROL_MIN = 300  # bytes without which select() and the like fail
# What a simulated socket takes of Python's heap more than one of the board.
_WRAPPER = 260
# What an AES object does: the board's hardware keeps no schedule of the key (304 bytes for 64).
_CIPHER = 240

_drained = 0  # by somebody else
_sockets = {}  # {socket: its list of (ticks_ms, bytes) that were sent}
_minimum = _TOTAL
_share = 0  # of Python's heap, before the firmware begins
_second = 0  # bytes of the second area, its tables included


def begin(of_firmware=0):
    """Let Python's heap grow as the board's does, from what it holds now.

    So many bytes of that are the firmware's own.
    """
    global _share, _second  # noqa: PLW0603 - there is one board
    gc.collect()
    _share = gc.mem_alloc() - of_firmware + 2048  # and what the simulator makes while it runs
    if _limit:
        room = _limit + _share + 12 * (_WRAPPER + _CIPHER) - areas()[0]
        _second = room * 131 // 128 + 256  # with the tables of its own
    note()


def is_board():
    """Tell whether Python has the board's heap, and no more."""
    return bool(_limit)


def share():
    """Return the bytes of Python's heap that are the simulator's."""
    ciphers = board_heap.count(aes) if board_heap else 0
    return _share + len(_sockets) * _WRAPPER + ciphers * _CIPHER


def areas():
    """Return the bytes of each area of Python's heap; () where nobody can tell."""
    return board_heap.areas() if board_heap else ()


def python_free():
    """Return the bytes that Python can have more, without a third area."""
    if not _limit:
        return gc.mem_free()
    return _limit + share() - gc.mem_alloc()


class no_growth:
    """While this context lasts, Python's heap takes no third area."""

    def __enter__(self):
        if _limit:
            board_heap.offer(_second, 0)

    def __exit__(self, *exception):
        note()


def opened(sock):
    """Take what a socket needs. Raises OSError without it."""
    need(_SOCKET)
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


def is_full(sock):
    """Tell whether so much waits to be acknowledged that lwIP wants no more for now."""
    waiting = _waiting(sock) if _limit else ()
    return len(waiting) >= _QUEUE or sum([size for _, size in waiting]) > _WRITABLE


def need(size):
    """Raise OSError as lwIP does where there are not `size` bytes."""
    if free() < size:
        note()
        raise OSError(105)  # ENOBUFS


def drain(size):
    """Have somebody else hold so many bytes."""
    global _drained  # noqa: PLW0603 - there is one board
    _drained = size
    note()


def is_exhausted():
    """Tell whether there is too little even for select()."""
    return free() < _CONTROL_MIN


def free():
    """Return the bytes that are free now."""
    left = _TOTAL - _drained
    for sock in _sockets:
        left -= _SOCKET
        for _, size in _waiting(sock):
            left -= size + _PIECE
    if _limit:
        sizes = areas()
        if len(sizes) > 1:
            left -= _SECOND_AREA
        for size in sizes[2:]:
            left -= size + size // 40
    return max(left, 0)


def note():
    """Notice a new minimum, and what Python's heap could take now."""
    global _minimum  # noqa: PLW0603 - there is one board
    left = free()
    _minimum = min(_minimum, left)
    if _limit:
        third = max(left - _LARGEST_LESS, 0) if _limit >= BOARD else 0
        board_heap.offer(_second, third)


def info():
    """Return (total, free, largest, minimum) in bytes."""
    note()
    left = free()
    return _TOTAL, left, max(left - _LARGEST_LESS, 0), _minimum


def _waiting(sock):
    """Return (ticks_ms, bytes) of the pieces that the other side has not acknowledged."""
    pieces = _sockets.get(sock)
    if not pieces:
        return ()
    waiting = board_heap.unacknowledged(sock.fileno()) if board_heap else 0
    now = time.ticks_ms()
    # From the newest on: what is not acknowledged was sent last.
    kept = len(pieces)
    while kept and (waiting > 0 or time.ticks_diff(now, pieces[kept - 1][0]) < _ACKNOWLEDGED_MS):
        kept -= 1
        waiting -= pieces[kept][1]
    del pieces[:kept]
    return pieces

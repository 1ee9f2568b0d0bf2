"""The page's icon as a PNG, for telephones that do not take firmware/page/icon.svg."""

import struct
import zlib

SIZE = 192
_GREEN, _WHITE = bytes.fromhex("1f7a52"), b"\xff" * 3
# As in the SVG: (x, y, radius) of circles, each drawn over those before it.
_CIRCLES = ((96, 96, 58), (72, 96, 10), (120, 96, 10))


def build_icon():
    """Return the PNG: two colours, a bit a pixel."""
    rows = b"".join(b"\0" + _row(y) for y in range(SIZE))
    header = struct.pack(">IIBBBBB", SIZE, SIZE, 1, 3, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"PLTE", _GREEN + _WHITE), (b"IDAT", zlib.compress(rows, 9)))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*c) for c in (*chunks, (b"IEND", b"")))


def _row(y):
    bits = "".join("1" if _is_white(x, y) else "0" for x in range(SIZE))
    return int(bits, 2).to_bytes(SIZE // 8, "big")


def _is_white(x, y):
    inside = [(x - cx) ** 2 + (y - cy) ** 2 < radius**2 for cx, cy, radius in _CIRCLES]
    return inside[0] and not any(inside[1:])


def _chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

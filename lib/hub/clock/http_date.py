"""The time from the Date of an HTTP answer, such as the router's. Loaded when NTP has failed."""

from hub.clock.zone import day_of
from tuya.port import connect, const, wait_for_ms

_CONNECT_MS = const(2000)
_ANSWER_MS = const(3000)
_HEAD_MAX = const(1024)
_MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"


async def fetch(address, port=80):
    """Return the Unix time that the HTTP server at a numeric address has.

    Raises OSError, ValueError, asyncio.TimeoutError.
    """
    stream = await connect(address, port, _CONNECT_MS)
    try:
        stream.send(b"HEAD / HTTP/1.0\r\nHost: %s\r\n\r\n" % address.encode())
        return parse(await wait_for_ms(_head(stream), _ANSWER_MS))
    finally:
        stream.close()


def parse(head):
    """Return the Unix time in the head of an answer. Raises ValueError where there is none."""
    for line in head.decode().split("\r\n"):
        name, _, value = line.partition(":")
        if name.lower() == "date":
            # Sun, 06 Nov 1994 08:49:37 GMT (RFC 9110, 5.6.7)
            parts = value.strip().split(" ")
            if len(parts) == 6 and parts[5] == "GMT" and parts[2] in _MONTHS:
                hours, minutes, seconds = [int(part) for part in parts[4].split(":")]
                month = _MONTHS.index(parts[2]) // 3 + 1
                days = day_of(int(parts[3]), month, int(parts[1]))
                return days * 86400 + hours * 3600 + minutes * 60 + seconds
    raise ValueError("no date in the answer")


async def _head(stream):
    buf = bytearray(256)
    head = b""
    while b"\r\n\r\n" not in head and len(head) < _HEAD_MAX:
        count = await stream.readinto(buf)
        if not count:
            break
        head += buf[:count]
    return head

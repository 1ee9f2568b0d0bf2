"""Asks for the time by SNTP, without ever blocking: the name is looked up by UDP as well.

Loaded once an hour.
"""

import os

from hub.clock.dns import look_up
from tuya.port import const, is_plausible, ticks_add, ticks_diff, ticks_ms
from tuya.udp import UDP

_ANSWER_MS = const(2000)
# NTP counts from 1900.
_1900_TO_1970 = const(2208988800)


async def fetch(host, port, name_server):
    """Return Unix time in seconds from the NTP server `host`. Raises OSError, ValueError."""
    return await ask(await look_up(host, name_server), port)


async def ask(address, port):
    """Ask an NTP server for Unix time in seconds. Raises OSError, ValueError."""
    request = bytearray(48)
    request[0] = 0x23  # version 4, client
    # A server sends it back as the origin timestamp (RFC 5905, and RFC 9109 on why by chance).
    request[40:48] = mark = os.urandom(8)
    due = ticks_add(ticks_ms(), _ANSWER_MS)
    udp = UDP()
    try:
        udp.send(request, address, port)
        while True:
            answer = await udp.receive(48, max(0, ticks_diff(due, ticks_ms())))
            if answer[24:32] == mark:  # others have not been asked
                return parse(answer)
    finally:
        udp.close()


def parse(answer):
    """Return the Unix time in an NTP answer. Raises ValueError for one that is of no use."""
    if len(answer) < 48 or answer[0] & 7 != 4:
        raise ValueError("no NTP answer")
    if not 1 <= answer[1] <= 15:
        raise ValueError("the server itself has no time")
    seconds = int.from_bytes(answer[40:44], "big")
    # The count wraps in 2036: small numbers belong to the era after that.
    if seconds < 0x80000000:
        seconds += 0x100000000
    seconds -= _1900_TO_1970
    if not is_plausible(seconds):
        raise ValueError("the server has a time that cannot be")
    return seconds


def set_rtc(seconds):
    """Set the board's clock (UTC) to Unix time."""
    import time

    from machine import RTC

    year_2000 = 946684800
    epoch = year_2000 if time.gmtime(0)[0] == 2000 else 0
    t = time.gmtime(seconds - epoch)
    RTC().datetime((t[0], t[1], t[2], t[6], t[3], t[4], t[5], 0))

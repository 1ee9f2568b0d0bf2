"""Sets the clock by SNTP, without ever blocking: the name is looked up by UDP as well."""

from tuya.port import const, sleep_ms
from tuya.udp import UDP

from ..log import log
from .unload import unload

_ANSWER_MS = const(2000)
_RETRY_MIN_MS = const(5000)
_RETRY_MAX_MS = const(600000)
_AGAIN_MS = const(3600000)
_SLICE_MS = const(60000)  # beats must come more often than the clock is set
# NTP counts from 1900.
_1900_TO_1970 = const(2208988800)


async def keep_clock(host, port, is_up, name_server, set_clock, beat):
    """Set the clock from the NTP server `host` once an hour, for ever; sooner after a failure.

    `is_up()` and `name_server()` tell of the network, `set_clock(unix_seconds)` sets the clock.
    """
    pause = _RETRY_MIN_MS
    while True:
        beat()
        if not is_up():
            await sleep_ms(1000)
            continue
        try:
            address = await _look_up(host, name_server())
            set_clock(await ask(address, port))
        except (OSError, ValueError) as e:
            log("the clock could not be set from %s: %s" % (host, e))
            left = pause
            pause = min(pause * 2, _RETRY_MAX_MS)
        else:
            log("the clock is set")
            pause = _RETRY_MIN_MS
            left = _AGAIN_MS
        while left > 0:
            beat()
            await sleep_ms(min(left, _SLICE_MS))
            left -= _SLICE_MS


async def _look_up(host, server):
    from .dns import look_up

    try:
        return await look_up(host, server)
    finally:
        unload("system.dns")  # it is wanted once an hour


async def ask(address, port):
    """Ask an NTP server for Unix time in seconds. Raises OSError, ValueError."""
    request = bytearray(48)
    request[0] = 0x23  # version 4, client
    udp = UDP()
    try:
        udp.send(request, address, port)
        answer = await udp.receive(48, _ANSWER_MS)
    finally:
        udp.close()
    return parse(answer)


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
    return seconds - _1900_TO_1970


def set_rtc(seconds):
    """Set the board's clock (UTC) to Unix time."""
    import time

    from machine import RTC

    year_2000 = 946684800
    epoch = year_2000 if time.gmtime(0)[0] == 2000 else 0
    t = time.gmtime(seconds - epoch)
    RTC().datetime((t[0], t[1], t[2], t[6], t[3], t[4], t[5], 0))

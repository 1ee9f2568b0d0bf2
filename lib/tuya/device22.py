"""Reading DPs by writing null to them: what a device wants that calls a query "unvalid".

All devices of 3.2 are like that and some of 3.3 and 3.4 ("device22", "type 0d"). They report
only what is asked for, as pushes.
"""

from tuya.link import ANY_DPS, Reply
from tuya.port import const, sleep_ms, unix_time, wait_ms

_CONTROL_NEW = const(0x0D)

# Old firmware takes no more than 255 bytes on this path: 90 for the frame of the body and 11
# for each DP.
_CHUNK = const(14)
_DP_MAX = const(255)
_PACE_MS = const(50)
# The first report comes within this, and none any more after that much silence.
_FIRST_MS = const(1000)
_QUIET_MS = const(300)
_ROUNDS = const(4)


class _Collected(Reply):
    """Ends when all DPs that are `wanted` have come, or any report once `missing` is 0."""

    def __init__(self, wanted):
        super().__init__()
        # A bit for each: a set of 255 numbers takes 2 kB while it grows.
        self._is_missing = bytearray(_DP_MAX // 8 + 1)
        self.missing = len(wanted)
        for dp in wanted:
            self._is_missing[dp >> 3] |= 1 << (dp & 7)
        self.count = 0

    def end(self, message=None, error=None):
        self.error = error
        for dp in message or ():
            bit = 1 << (dp & 7)
            if 0 <= dp <= _DP_MAX and self._is_missing[dp >> 3] & bit:
                self._is_missing[dp >> 3] &= ~bit
                self.missing -= 1
        self.count += message is not None
        if error or self.missing <= 0:
            self.event.set()


async def ask_device22(link, dialect, observed):
    """Have a device report its DPs; tell whether it did.

    Any that there may be are asked for once on each link, then those that it is known to have.
    """
    wanted = range(1, _DP_MAX + 1)
    if observed in link.asked_for_all:
        wanted = sorted([dp for dp in observed.dps if 0 < dp <= _DP_MAX])
    collected = link.expect(ANY_DPS, _Collected(wanted))
    for at in range(0, len(wanted), _CHUNK):
        if at:
            await sleep_ms(_PACE_MS)
        nulls = dict.fromkeys(wanted[at : at + _CHUNK])
        link.send(_CONTROL_NEW, dialect.control(nulls, unix_time(), observed.cid))
    count = 0
    wait = _QUIET_MS if collected.count else _FIRST_MS
    for _ in range(_ROUNDS):
        if await wait_ms(collected.event, wait) or count == collected.count:
            break
        count = collected.count
        wait = _QUIET_MS
    collected.missing = 0
    if collected.count and observed not in link.asked_for_all:
        link.asked_for_all += (observed,)
    return collected.count > 0

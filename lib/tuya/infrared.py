"""Infrared blasters: learn the code of a remote control, send it.

Both kinds are written like any DP and never report what they were told. A code is base64 of
little-endian 16-bit times in microseconds, light and dark in turn.

    type 1  DP 201 takes JSON as a text, DP 202 gives what was learned
    type 2  DP 1 takes what to do, DP 2 gives what was learned, DPs 3 to 13 take the code
"""

import struct
from binascii import a2b_base64, b2a_base64

from .errors import NoReply
from .port import compact_json, ticks_add, ticks_diff, ticks_ms

_CONTROL = 201
_LEARNED = 202
# Of type 2.
_MODE, _LEARNED_2, _KEY, _DELAY, _KIND = 1, 2, 7, 10, 13
_PULSE_MAX_US = 65535


class Infrared:
    """Wraps a Device, which stays its owner's to run.

    `kind` is 1 or 2; None tells it by what the device reports. Raises TuyaError as Device.set.
    """

    def __init__(self, device, kind=None):
        self.device = device
        self._given_kind = kind

    @property
    def kind(self):
        if self._given_kind:
            return self._given_kind
        return 2 if isinstance(self.device.dps.get(_MODE), str) else 1

    async def learn(self, ms=30000):
        """Have the device listen for a remote control; return the code. Raises NoReply.

        Whatever ends it, the device listens no longer.
        """
        dp = _LEARNED if self.kind == 1 else _LEARNED_2
        async with self.device.changes() as changes:
            await self._study("study_exit")
            # The same code twice is no change: it is forgotten before.
            self.device.dps.pop(dp, None)
            await self._study("study")
            try:
                return await _wait_for(changes, dp, ms)
            finally:
                await self._study("study_exit")

    async def send(self, code):
        """Send a code, base64. Raises ValueError for one that is none."""
        pulses(code)
        if self.kind == 1:
            order = {"control": "send_ir", "head": "", "key1": "1" + code, "type": 0, "delay": 300}
            dps = {_CONTROL: _ordered(order)}
        else:
            dps = {_MODE: "send_ir", _KEY: code, _DELAY: 300, _KIND: 0}
        await self.device.set(dps, confirm=False)

    async def _study(self, word):
        if self.kind == 1:
            await self.device.set({_CONTROL: _ordered({"control": word})}, confirm=False)
        else:
            await self.device.set({_MODE: word}, confirm=False)


async def _wait_for(changes, dp, ms):
    until = ticks_add(ticks_ms(), ms)
    while True:
        left = ticks_diff(until, ticks_ms())
        changed = await changes.within(left) if left > 0 else None
        if changed is None:
            raise NoReply("no code was learned within %d s" % (ms // 1000))
        if changed.get(dp):
            return changed[dp]


def _ordered(order):
    # A dict of MicroPython has no order, and old firmware may want one.
    keys = ("control", "head", "key1", "type", "delay")
    parts = ['"%s":%s' % (key, compact_json(order[key])) for key in keys if key in order]
    return "{%s}" % ",".join(parts)


def pulses(code):
    """Return the microseconds of a code, light and dark in turn. Raises ValueError."""
    try:
        data = a2b_base64(code)
    except (ValueError, TypeError):
        data = b""
    if not data or len(data) % 2:
        raise ValueError("an infrared code is base64 of 16-bit numbers")
    return list(struct.unpack("<%dH" % (len(data) // 2), data))


def code(pulses):
    """Return the code of microseconds, light and dark in turn. Raises ValueError."""
    if not pulses or not all(0 < pulse <= _PULSE_MAX_US for pulse in pulses):
        raise ValueError("a pulse lasts 1 to %d microseconds" % _PULSE_MAX_US)
    data = b"".join([struct.pack("<H", pulse) for pulse in pulses])
    return b2a_base64(data)[:-1].decode()

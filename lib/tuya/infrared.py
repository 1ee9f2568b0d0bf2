"""Infrared blasters: learn the codes of remote controls and send them. The device is passed in.

A code is base64 of pulses and gaps in turns, each a little-endian 16-bit count of microseconds.
Sources for the DPs: tinytuya's IRRemoteControlDevice, and the schema of Tuya in ioBroker.tuya#139.
"""

# What a device reports may be of any type, and is looked at where it is used.
# pyright: reportArgumentType=false, reportCallIssue=false, reportIndexIssue=false
# pyright: reportOperatorIssue=false, reportOptionalOperand=false, reportOptionalSubscript=false
# pyright: reportReturnType=false

import asyncio
import binascii
import struct

from tuya.errors import Rejected, TuyaError
from tuya.port import compact_json, const, ticks_add, ticks_diff, ticks_ms

if const(0):  # for an IDE: nothing is loaded here
    from tuya.changes import Observed

_LEARN_MS = const(30000)
# A blaster that reports nothing when asked still answers commands within this time.
_SHOW_MS = const(1000)

# Older blasters take JSON in one DP, newer ones have a DP for each part. Learned codes have their
# own.
_COMMAND = const(201)
_LEARNED = const(202)
_MODE = const(1)
_LEARNED_2 = const(2)
_HEAD = const(3)
_KEY = const(4)
_CODE = const(7)
_TYPE = const(13)

_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="


def to_pulses(code):
    """Return the list of microseconds of a code: pulse, gap, pulse, ... Raises ValueError."""
    if not isinstance(code, str) or not code or not all(c in _BASE64 for c in code):
        raise ValueError("a code is base64")
    if len(code) % 4 == 1 and code[0] == "1":
        code = code[1:]  # as older blasters take it: 1 says that pulses follow
    data = binascii.a2b_base64(code)
    if not data or len(data) % 2:
        raise ValueError("a code is 2 bytes for each pulse and gap, not %d bytes" % len(data))
    return list(struct.unpack("<%dH" % (len(data) // 2), data))


def to_code(pulses):
    """Return the code of a list of microseconds, 1 to 65535 each. Raises ValueError."""
    if not pulses:
        raise ValueError("a code has pulses")
    for us in pulses:
        if isinstance(us, bool) or not isinstance(us, int) or not 0 < us < 65536:
            raise ValueError("a pulse or gap is 1 to 65535 us, not %s" % repr(us))
    data = struct.pack("<%dH" % len(pulses), *pulses)
    return binascii.b2a_base64(data).decode().rstrip("\n")


class Infrared:
    """A blaster. `kind` is 1 for those with DPs 201 and 202, 2 for those with DPs 1 to 13; None
    has it found in what the blaster reports, and asks it when that is nothing.
    """

    def __init__(self, device: "Observed", kind: int | None = None) -> None:
        if kind not in (None, 1, 2) or isinstance(kind, bool):
            raise ValueError("kind is 1 or 2, not %s" % repr(kind))
        self.device: "Observed" = device
        self._kind = kind
        self._leaving = None  # type: asyncio.Task | None
        self._lock = asyncio.Lock()

    @property
    def kind(self) -> int | None:
        """1, 2, or None when the blaster has not shown it yet."""
        if not self._kind:
            dps = self.device.dps
            if _COMMAND in dps or _LEARNED in dps:
                self._kind = 1
            elif isinstance(dps.get(_MODE), str) or isinstance(dps.get(_LEARNED_2), str):
                self._kind = 2
        return self._kind

    async def learn(self, timeout_ms: int = _LEARN_MS) -> str | None:
        """Wait for a button of a remote control; return its code, or None when there was none.

        Raises TuyaError. The blaster is out of study mode afterwards, also when this is
        cancelled; that may take as long as a write.
        """
        await self._found()
        learned = _LEARNED if self._kind == 1 else _LEARNED_2
        # The same code again would be no change.
        self.device.dps.pop(learned, None)
        deadline = ticks_add(ticks_ms(), timeout_ms)
        async with self.device.changes() as changes:
            try:
                await self._control("study", self._kind)
                while True:
                    left = ticks_diff(deadline, ticks_ms())
                    changed = await changes.within(left) if left > 0 else None
                    if changed is None:
                        return None
                    if isinstance(changed.get(learned), str) and changed[learned]:
                        return changed[learned]
            finally:
                # In a task of its own: whoever is cancelled a second time still leaves.
                left_study = asyncio.Event()
                self._leaving = asyncio.create_task(self._leave(left_study))
                await left_study.wait()

    async def send(self, code: str) -> None:
        """Send a learned code. Raises TuyaError, and ValueError when it is none.

        Returns when the blaster has taken it; nothing can tell whether anybody saw it.
        """
        to_pulses(code)
        if await self._found() == 1:
            await self._send_json("", code if len(code) % 4 == 1 else "1" + code)
        else:
            code = code[1:] if len(code) % 4 == 1 else code
            await self._write({_MODE: "study_key", _CODE: code, _TYPE: 0})

    async def send_key(self, head: str, key: str) -> None:
        """Send a key of Tuya's library of remote controls, which comes as head and key."""
        for text in (head, key):
            if not isinstance(text, str) or not text:
                raise ValueError("head and key are texts, not %s" % repr(text))
        if await self._found() == 1:
            await self._send_json(head, "0" + key)
        else:
            await self._write({_MODE: "send_ir", _HEAD: head, _KEY: key, _TYPE: 0})

    # ---

    async def _found(self):
        if not self.kind:
            async with self.device.changes() as changes:
                # After power-on a blaster reports no DP before it has been told something.
                for kind in (1, 2):
                    try:
                        await self._control("study_exit", kind)
                    except Rejected:
                        pass  # it is of the other kind
                await self.device.status()
                while not self.kind:
                    if await changes.within(_SHOW_MS) is None:
                        raise Rejected("no DPs of a blaster are reported: give its kind, 1 or 2")
        return self._kind

    async def _leave(self, done):
        try:
            await self._control("study_exit", self._kind)
        except TuyaError:
            pass  # it is out of reach, and leaves by itself after a while
        finally:
            done.set()

    async def _control(self, control, kind):
        if kind == 1:
            await self._write({_COMMAND: '{"control":"%s"}' % control})
        else:
            await self._write({_MODE: control})

    async def _send_json(self, head, key):
        # The order of keys that such blasters have seen for years.
        await self._write(
            {
                _COMMAND: '{"control":"send_ir","head":%s,"key1":%s,"type":0,"delay":300}'
                % (compact_json(head), compact_json(key))
            }
        )

    async def _write(self, dps):
        # One after the other: a device takes writes of one DP that wait together for one write.
        async with self._lock:
            await self.device.set(dps, confirm=False)  # what is sent is never reported

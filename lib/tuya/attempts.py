"""The attempts to connect to one device: when, where, in which version, what a failure means."""

import asyncio
import random

from tuya.errors import KeyChanged, LanClosed, Refused, SlotTaken, WrongKey, WrongVersion
from tuya.port import const, sleep_ms, ticks_diff, ticks_ms, wait_ms

# Nothing accepted: trying again costs the device nothing. With an attempt that takes as long as
# it may, it is back within 3 s.
_ABSENT_MAX_MS = const(1700)
# A device that accepts connections takes longer than this only behind a very bad link.
_CONNECT_MS = const(3000)
_AGAIN_MS = const(1200)
# Accepted, then failed: connecting over and over wedges some plugs until they lose power.
_MIN_MS = const(1000)
_MAX_MS = const(60000)
# One unclear failure in so many is looked into: that takes attempts too.
_DIAGNOSE_EVERY = const(8)
_DIAGNOSE_REFUSED = const(4)
# An absent device may have another address. It is looked for beside the attempts at the old one:
# devices broadcast every 5 to 8 s.
_SEARCH_MS = const(8000)
_SEARCH_EVERY_MS = const(30000)
_HURRY_EVERY_MS = const(5000)


class Attempts:
    """What is known of a device from connecting to it; its owner makes the attempts.

    The owner sets `stage` to how far the one under way has come. `find` is as discovery.find.
    """

    ABSENT, GREETING, TALKING = range(3)
    # What most devices never need takes no heap: a board keeps 12 attributes in 112 bytes.
    _hurry = None  # type: asyncio.Event | None  # while it waits for the next attempt
    _search = None  # type: asyncio.Task | None
    _searched_at = None  # type: int | None

    def __init__(self, device, find):
        self._device = device
        self.find = find or _find
        self.stage = self.ABSENT
        self.version = None  # of the attempt under way
        self._failures = 0
        self._unclear = 0  # failures that do not tell their cause
        self._key_worked = False
        self._diagnosis = None
        self._verdict = None
        self._address = None  # where UDP says that the device is: worth what a session there is
        self._trying = None  # that address, while it is tried

    @property
    def address(self):
        """Where to connect in the attempt under way, None while that is not known."""
        return self._trying or self._device.address

    @property
    def connect_ms(self):
        """How long to try: one who is absent should be looked for again soon."""
        return _AGAIN_MS if self._failures and not self._trying else _CONNECT_MS

    @property
    def is_looking(self):
        """Whether it takes connections, and its version or what it lacks is being found out."""
        return self._diagnosis is not None and self.stage == self.GREETING

    @property
    def is_searching(self):
        """Whether it is being looked for, or has been found where it was not tried yet."""
        return bool(self._search or self._address or self._trying)

    async def plan(self):
        """Return the version to try, and whether to listen for a moment before speaking."""
        self.stage = self.ABSENT
        self._trying = self._address
        self._address = None
        if not (self._device.version or self._diagnosis):
            await self._diagnose().begin()
        if self._diagnosis:
            self.version = self._diagnosis.version
            return self.version, self._diagnosis.is_quiet
        self.version = self._device.version
        return self.version, False

    def succeed(self, version):
        """Take that the device talks in `version`. Raises WrongVersion when it should not."""
        self.stage = self.TALKING
        self._diagnosis = None
        if self._trying:
            self._device.address = self._trying
            self._trying = None
        self._key_worked = True
        if self._device.version not in (None, version):
            from tuya.diagnose import another_version

            raise another_version(version, self._device.version)
        self._verdict = None
        self._failures = self._unclear = 0

    async def fail(self, error):
        """Take how an attempt or a connection ended; return the error to tell."""
        self._failures += 1
        if self._trying:
            # Whoever is there, it is not the device: what is known of the old address stands.
            self._trying = None
            return self._device.error or error
        if self.stage == self.ABSENT:
            self._look(_SEARCH_EVERY_MS)
        if isinstance(error, (SlotTaken, WrongKey, WrongVersion)):
            self._diagnosis = None
            self._verdict = error
        elif self.stage == self.GREETING:
            error = await self._clear_up(error)
        elif isinstance(error, Refused) and not self._key_worked:
            error = await self._refused(error)
        else:
            self._verdict = None
            if self._device.version:
                self._diagnosis = None
        if isinstance(error, WrongKey) and self._key_worked:
            return KeyChanged(error.seen)
        return error

    def hurry(self):
        """Have the next attempt made now; the device is wanted."""
        self._go_on()
        if self.stage == self.ABSENT and self._failures:
            self._look(_HURRY_EVERY_MS)

    def close(self):
        """End what goes on beside the attempts."""
        if self._search:
            self._search.cancel()
            self._search = None

    async def pause(self):
        """Wait until the next attempt is due."""
        if self._address:
            return
        if self._diagnosis:
            await sleep_ms(_MIN_MS)
            return
        longest = _ABSENT_MAX_MS if self.stage == self.ABSENT else _MAX_MS
        pause = min(_MIN_MS << min(max(self._failures - 1, 0), 6), longest)
        self._hurry = asyncio.Event()
        await wait_ms(self._hurry, pause - random.getrandbits(8) * pause // 1024)
        self._hurry = None

    def _go_on(self):
        if self._hurry:
            self._hurry.set()

    def _look(self, every_ms):
        now = ticks_ms()
        due = self._searched_at is None or ticks_diff(now, self._searched_at) >= every_ms
        if due and not self._search:
            self._searched_at = now
            self._search = asyncio.create_task(self._seek())

    async def _seek(self):
        device = self._device
        found = await self.find(device.id, device.address, _SEARCH_MS)
        self._search = None
        if found and found.address != device.address and self.stage == self.ABSENT:
            self._address = found.address
            self._go_on()

    async def _clear_up(self, error):
        if self._diagnosis:
            self._verdict = await self._diagnosis.learn(error)
            if self._verdict:
                self._diagnosis = None
        else:
            self._unclear += 1
            if self._unclear % _DIAGNOSE_EVERY == 1:
                self._diagnose()
        return self._verdict or error

    async def _refused(self, error):
        self._diagnosis = None
        self._unclear += 1
        if self._unclear % _DIAGNOSE_EVERY == _DIAGNOSE_REFUSED:
            from tuya.diagnose import why_refused

            self._verdict = await why_refused(self._device, self.find)
        elif not isinstance(self._verdict, LanClosed):
            self._verdict = None
        return self._verdict or error

    def _diagnose(self):
        from tuya.diagnose import Diagnosis

        self._diagnosis = Diagnosis(self._device, self.find)
        return self._diagnosis


async def _find(id, address, ms):
    from tuya.discovery import find

    return await find(id, address, ms)

"""The attempts to connect to one device: when, where, in which version, what a failure means."""

import asyncio
import random

from tuya.errors import (
    BadFrame,
    KeyChanged,
    LanClosed,
    NoResources,
    Offline,
    Refused,
    SlotTaken,
    WrongKey,
    WrongVersion,
)
from tuya.port import const, sleep_ms, ticks_diff, ticks_ms, wait_ms

# Nothing accepted: an attempt costs the device nothing, and with it one is back within 3 s.
_ABSENT_MAX_MS = const(1700)
# A device that accepts connections takes longer than this only behind a very bad link.
_CONNECT_MS = const(3000)
_AGAIN_MS = const(1200)
# Accepted, then failed: connecting over and over wedges some plugs until they lose power.
_MIN_MS = const(1000)
_MAX_MS = const(60000)
# Who wants it shortens the pause, but from the second failure on no further than to this; nobody's
# wish makes a key or version right.
_FLOOR_MS = const(2000)
_VERDICT_FLOOR_MS = const(10000)
# A connection that lasts so long was none of the failures. One that the device ends sooner, so
# many times in a row, ends by its nature.
_LASTING_MS = const(10000)
_BRIEF = const(3)
# What the key does not open may be broken, and who hangs up may suffer from something else.
# Against a key that has worked more has to come together.
_BROKEN = const(1)
_DIAGNOSED = const(2)
_ENOUGH = const(2)
_ENOUGH_LATER = const(3)
# So long a bad network may break all that comes, of a device whose key has worked.
_BROKEN_MS = const(8000)
# One unclear failure in so many is looked into: that takes attempts too.
_DIAGNOSE_EVERY = const(8)
_DIAGNOSE_REFUSED = const(4)
# An absent device may have another address: beside the attempts its broadcasts are listened for.
_SEARCH_MS = const(8000)
_SEARCH_EVERY_MS = const(30000)
_HURRY_EVERY_MS = const(5000)


class Attempts:
    """What is known of a device from connecting to it; its owner makes the attempts.

    The owner sets `stage` to how far the one under way has come. `find` is as discovery.find.
    """

    ABSENT, GREETING, TALKING = range(3)
    # What most devices never need takes no heap: a board keeps 12 attributes in 112 bytes.
    _hurry = None  # type: asyncio.Event | None  # set when the next attempt is wanted at once
    _search = None  # type: asyncio.Task | None
    _searched_at = None  # type: int | None
    _brief = 0  # how many connections in a row the device has ended soon
    _evidence = 0  # against the key, since it was last proved
    hang_ups = 0  # how many writes in a row ended the connection: of 3.1, see key31.py
    #: Whether the attempt under way is made because somebody waits for it: of brief devices.
    is_wanted = False

    def __init__(self, device, find):
        self._device = device
        self.find = find or _find
        self.stage = self.ABSENT
        self._began_at = 0  # ticks_ms of the last attempt
        self._failures = 0
        self._unclear = 0  # failures that do not tell their cause
        self._worked_at = None  # ticks_ms when the key last did; None: never
        self._diagnosis = None
        self._verdict = None
        self._address = None  # where UDP says that the device is: worth what a session there is
        self._trying = None  # that address, while it is tried

    @property
    def version(self):
        """The version of the attempt under way."""
        return self._diagnosis.version if self._diagnosis else self._device.version

    @property
    def is_brief(self):
        """Whether the device ends each connection by itself soon after it has answered."""
        return self._brief >= _BRIEF

    @property
    def doubt(self):
        """WrongKey while that is told of a device that talks all the same, else None.

        What 3.1 says in the clear proves no key, and refutes no error either.
        """
        return self._verdict if isinstance(self._verdict, WrongKey) else None

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
        self._began_at = ticks_ms()
        if self._brief or self.is_wanted:
            self.is_wanted = self.is_brief and self._is_hurried()
        if self._gives_way():
            self._diagnosis.give_way()
        self._hurry = None
        self._trying = self._address
        self._address = None
        if not (self._device.version or self._diagnosis):
            await self._diagnose().begin()
        return self.version, bool(self._diagnosis and self._diagnosis.is_quiet)

    def succeed(self, version, is_proved):
        """Take that the device talks in `version`, and whether that proves the key.

        Raises WrongVersion when it should not.
        """
        self.stage = self.TALKING
        self._diagnosis = None
        if self._trying:
            self._device.address = self._trying
            self._trying = None
        if self._device.version not in (None, version):
            from tuya.diagnose import another_version

            raise another_version(version, self._device.version)
        self._unclear = 0
        if is_proved:
            self.prove_key()
        elif not self.doubt:
            self._verdict = None

    def prove_key(self):
        """Take that the device has used the same key."""
        self._worked_at = ticks_ms()
        self._verdict = None
        if self._evidence:
            self._evidence = 0

    def doubt_key(self, seen):
        """Take what points to a wrong key, where nothing has proved it. Returns the error."""
        self._verdict = self._as_changed(WrongKey(seen))
        return self._verdict

    async def fail(self, error):
        """Take how an attempt or a connection ended; return the error to tell.

        It is None where connections to this device end like that.
        """
        if self._has_ended_briefly(error):
            return self.doubt
        if self._gives_way():
            return self._device.error
        self._failures += 1
        if self._trying:
            # Whoever is there, it is not the device: what is known of the old address stands.
            self._trying = None
            return self._device.error or error
        if self.stage == self.ABSENT:
            self._look(_SEARCH_EVERY_MS)
        if not (isinstance(error, WrongKey) or self._diagnosis) and self._evidence:
            self._evidence = 0  # something else is the matter
        was_doubted = bool(self.doubt)
        # It may have been altered on its way: from 3.4 on no checksum tells of that.
        is_doubtful = isinstance(error, WrongKey) and (self.version or "") >= "3.4"
        if is_doubtful and not (was_doubted or self._is_enough(_BROKEN)):
            if self.version == self._device.version:
                self._diagnosis = None  # it answers: what it did before proves little
            return BadFrame(error.seen)
        if isinstance(error, (SlotTaken, WrongKey)) or (
            isinstance(error, WrongVersion) and self.stage == self.TALKING
        ):
            self._diagnosis = None
            self._verdict = error = self._as_changed(error)
        elif isinstance(error, NoResources):
            self._diagnosis = None  # what this machine lacks says nothing of the device
        elif self.stage == self.GREETING:
            error = await self._clear_up(error)
        elif isinstance(error, Refused) and self._worked_at is None:
            error = await self._refused(error)
        elif self.stage == self.TALKING and self.doubt:
            return self.doubt
        else:
            self._verdict = None
            if self._device.version:
                self._diagnosis = None
        if self.doubt and not was_doubted:
            self._look(_SEARCH_EVERY_MS)  # another device may have got its address
        return self._as_changed(error)

    def hurry(self):
        """Have the next attempt made now; tell whether the one under way has to end for it."""
        self._go_on()
        if self.stage == self.ABSENT and self._failures:
            self._look(_HURRY_EVERY_MS)
        return self._gives_way()

    def close(self):
        """End what goes on beside the attempts."""
        if self._search:
            self._search.cancel()
            self._search = None

    async def rest(self):
        """Wait until an attempt may be made, however much somebody wants it."""
        if self.stage == self.ABSENT or self._address:
            return
        if self._diagnosis:
            floor = _MIN_MS
        elif self._failures <= 1:
            return
        elif isinstance(self._verdict, (WrongKey, WrongVersion)):
            floor = _VERDICT_FLOOR_MS
        else:
            floor = _FLOOR_MS
        left = floor - ticks_diff(ticks_ms(), self._began_at)
        if left > 0:
            await sleep_ms(left)

    async def pause(self):
        """Wait until the next attempt is due."""
        if self._address:
            return
        pause = _MIN_MS
        if not self._diagnosis:
            longest = _ABSENT_MAX_MS if self.stage == self.ABSENT else _MAX_MS
            pause = min(_MIN_MS << min(max(self._failures - 1, 0), 6), longest)
            pause -= random.getrandbits(8) * pause // 1024
        self._hurry = self._hurry or asyncio.Event()
        await wait_ms(self._hurry, pause)
        await self.rest()

    def _is_enough(self, weight):
        """Take evidence against the key; tell whether that is no accident any more."""
        self._evidence += weight
        if self._worked_at is None:
            return self._evidence >= _ENOUGH
        is_long = not 0 <= ticks_diff(ticks_ms(), self._worked_at) < _BROKEN_MS
        return is_long and self._evidence >= _ENOUGH_LATER

    def _as_changed(self, error):
        if isinstance(error, WrongKey) and self._worked_at is not None:
            return KeyChanged(error.seen)
        return error

    def _has_ended_briefly(self, error):
        """Count how connections end, and tell whether this one did as they all do."""
        if self.stage != self.TALKING:
            return False
        if self._worked_at is not None:
            self._worked_at = ticks_ms()
        if ticks_diff(ticks_ms(), self._began_at) >= _LASTING_MS:
            self._failures = 0
            if self._brief:
                self._brief = 0
        elif type(error) is Offline:
            self._brief += 1
            if self.is_brief:
                self._failures += 1
                return True
        return False

    def _gives_way(self):
        """Whether a version is tried that it is not said to speak, while somebody wants it."""
        return bool(self._diagnosis and self._diagnosis.is_guessing and self._is_hurried())

    def _is_hurried(self):
        return bool(self._hurry and self._hurry.is_set())

    def _go_on(self):
        # Also for the end of a connection that has not been noticed yet.
        self._hurry = self._hurry or asyncio.Event()
        self._hurry.set()

    def _look(self, every_ms):
        at = self._searched_at
        if not self._search and (at is None or ticks_diff(ticks_ms(), at) >= every_ms):
            self._searched_at = ticks_ms()
            self._search = asyncio.create_task(self._seek())

    async def _seek(self):
        device = self._device
        found = await self.find(device.id, device.address, _SEARCH_MS, device.version)
        self._search = None
        if found and found.address != device.address and self.stage != self.TALKING:
            self._address = found.address
            self._go_on()

    async def _clear_up(self, error):
        if self._diagnosis:
            verdict = await self._diagnosis.learn(error)
            if isinstance(verdict, WrongKey) and not self._is_enough(_DIAGNOSED):
                self._diagnosis.begin_again()
                verdict = None
            elif verdict:
                self._diagnosis = None
            self._verdict = verdict
        else:
            self._unclear += 1
            if self._unclear % _DIAGNOSE_EVERY == 1:
                self._diagnose()
        return self._verdict or error

    async def _refused(self, error):
        self._diagnosis = None
        self._unclear += 1
        if self._unclear % _DIAGNOSE_EVERY == _DIAGNOSE_REFUSED:
            from tuya.diagnose import lan_closed, look_for

            address = await look_for(self._device, self.find)
            is_there = address == self._device.address
            self._verdict = lan_closed(address) if is_there else None
            self._address = None if is_there else address  # who refuses is another one
        elif not isinstance(self._verdict, LanClosed):
            self._verdict = None
        return self._verdict or error

    def _diagnose(self):
        from tuya.diagnose import Diagnosis

        self._diagnosis = Diagnosis(self._device, self.find, self._is_hurried)
        return self._diagnosis


async def _find(id, address, ms, version=None):
    from tuya.discovery import find

    return await find(id, address, ms)

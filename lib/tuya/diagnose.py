"""Why a device cannot be reached or does not talk, told from what was seen, never guessed.

Connect fails: Offline, Refused; LanClosed when UDP knows the device all the same. It closes
before we have said a word, or resets: SlotTaken. It closes at our words, or is mute: WrongVersion
when it answers or announces another one, else NoReply for what is mute; WrongKey for what holds a
silent connection and closes twice at what the key has made. It answers what the key does not open,
or that it cannot read: WrongKey; KeyChanged when the key worked before. What could be an accident
has to come together with more of its kind: see Attempts.
"""

import asyncio
import errno

from tuya.errors import (
    UNKNOWN_ID,
    BadFrame,
    LanClosed,
    NoNetwork,
    NoReply,
    NoResources,
    Offline,
    Refused,
    Rejected,
    TuyaError,
    WrongKey,
    WrongVersion,
)
from tuya.link import NO_WORD
from tuya.port import const, sleep_ms

# Cheapest first: most plugs are 3.3, and 3.5 tells at once (tinytuya's scan).
_VERSIONS = ("3.3", "3.5", "3.4", "3.1")
# Devices broadcast every 5 to 8 s; those that wait to be asked answer at once.
_LISTEN_MS = const(1500)
_TURN_MS = const(50)
_PUT_OFF_MAX = const(4)
_REFUSED = (errno.ECONNREFUSED, errno.ECONNRESET)
#: What a lack of sockets (23) or memory of one's own is called: by the ESP32's lwIP and Python.
OWN_LACK = (11, 12, 23, 105, -203)
# What it calls to have no route, not even to a router. (Linux says 113 for one who is absent.)
_NO_ROUTE = const(118)


def why_no_connection(error, address):
    """Turn what connect() raised into the error of its cause."""
    if isinstance(error, TuyaError):
        return error
    if isinstance(error, asyncio.TimeoutError):
        return Offline("%s does not answer" % address)
    if error.errno in _REFUSED:
        return Refused("%s refuses the connection" % address)
    if error.errno in OWN_LACK:
        text = "no socket or memory is free to reach %s (error %s)"
        return NoResources(text % (address, error.errno))
    if error.errno == _NO_ROUTE:
        return NoNetwork("there is no network to reach %s in" % address)
    return Offline("%s cannot be reached (error %s)" % (address, error.errno))


async def look_for(device, find):
    """Return where a device that refuses connections says that it is, None for nowhere."""
    found = await find(device.id, device.address, _LISTEN_MS)
    return found.address if found else None


def lan_closed(address):
    return LanClosed("%s announces itself and refuses connections" % address)


class Diagnosis:
    """Finds the cause by a few attempts to connect, which the device's owner makes.

    `version` is to be tried next; `is_quiet`: listening for a moment before speaking, since a
    device that is full closes by itself. `find` is as discovery.find; `is_wanted()` tells whether
    somebody wants the device at once.
    """

    def __init__(self, device, find, is_wanted):
        self._device = device
        self._find = find
        self._is_wanted = is_wanted
        self._configured = device.version
        self._untried = None
        self._announced = None
        self._hung_up = None  # the version at whose words it has hung up
        self._is_confirming = False
        self._other = None  # what it has done in it beside that
        self._said = None  # what it has answered in the configured version
        self._put_off = 0  # how often somebody's wish has come first
        self.version = device.version
        self.is_quiet = True

    async def begin(self):
        """Choose the first version to try of a device of which none is known."""
        await self._listen()
        self.version = self._untried.pop(0)

    @property
    def is_guessing(self):
        """Whether another version is tried than is configured, and a wish comes before it."""
        return self.version != self._configured and self._may_be_put_off()

    def give_way(self):
        """Have the version that is configured tried before the guess that was to be made."""
        self._put_off += 1
        self._is_confirming = self.is_quiet = False
        self._untried.insert(0, self.version)
        self.version = self._configured

    def begin_again(self):
        """Look once more at what it does in its own version: the others have been tried."""
        self.version = self._configured or self._hung_up or self.version
        self._hung_up = self._said = self._other = None
        self._is_confirming = False
        self.is_quiet = True

    async def learn(self, error):
        """Take how the attempt ended. Returns its cause, or None while there is more to try."""
        self.is_quiet = False
        self._note(error)
        if self._untried is None and not await self._listen():
            self.version = self._configured  # it may be in order again
            return None
        if self._untried:
            self.version = self._untried.pop(0)
            return None
        return self._verdict()

    def _may_be_put_off(self):
        # Not for ever: who keeps asking wants to be told the cause as well.
        return bool(self._configured) and self._put_off < _PUT_OFF_MAX

    def _note(self, error):
        is_configured = self.version == self._configured
        # At the words of other versions than its own one hangs up with any key.
        may_be_its_own = is_configured or not self._configured
        if _is_at_the_key(error, self.version):
            if may_be_its_own:
                self._hung_up = self._hung_up or self.version
        elif self._is_confirming:
            self._hung_up = None
        elif (may_be_its_own and isinstance(error, BadFrame)) or (
            is_configured and isinstance(error, (NoReply, Offline))
        ):
            self._other = error
        if is_configured and isinstance(error, (Rejected, WrongVersion)):
            self._said = error

    def _verdict(self):
        address = self._device.address
        if self._configured and self._announced not in (None, self._configured):
            return another_version(self._announced, self._configured)
        if isinstance(self._said, Rejected) and not self._said.seen.endswith(UNKNOWN_ID):
            return WrongKey("%s cannot read what the key makes: %s" % (address, self._said.seen))
        if self._said:
            return self._said
        # One that does something else at times has more to suffer from than a key.
        if self._other and (self._hung_up or not isinstance(self._other, NoReply)):
            return self._other
        if self._hung_up:
            if self._is_confirming:
                return WrongKey("%s hangs up at what the key makes" % address)
            # One that is full or wedged hangs up too: once more, with a silence before the words.
            self._is_confirming = self.is_quiet = True
            self.version = self._hung_up
            return None
        return NoReply("%s takes connections and never answers" % address)

    async def _listen(self):
        """Learn what it announces; tell whether there was time for it: somebody may want it."""
        device = self._device
        task = asyncio.create_task(self._find(device.id, device.address, _LISTEN_MS))
        try:
            while not task.done():
                if self._may_be_put_off() and self._is_wanted():
                    self._put_off += 1
                    return False
                await sleep_ms(_TURN_MS)
            found = await task
        finally:
            task.cancel()
        self._announced = found.version if found else None
        # What is announced comes first, but can be forged or outdated.
        versions = [self._announced] if self._announced else []
        versions += [version for version in _VERSIONS if version != self._announced]
        self._untried = [version for version in versions if version != self.version]
        return True


def _is_at_the_key(error, version):
    """Tell whether one has hung up at what the key makes: the query of 3.1 is in the clear."""
    return version != "3.1" and isinstance(error, Offline) and error.seen.endswith(NO_WORD)


async def judge_clear(device, link, version, refusal, reread):
    """Take an answer in the clear to the first query: a refusal, or None for DPs.

    It shows neither version nor key: Rejected or WrongVersion, unless what is read by nulls is
    encrypted. In 3.1 all answers are in the clear, and a gateway has none.
    """
    is_31 = version == "3.1"
    is_read = is_31 and (device.is_gateway or refusal.seen.endswith(UNKNOWN_ID))
    if refusal and not is_read and not await reread(link, device, refusal):
        raise refusal.again()
    if not (link.is_proved or is_31):
        raise WrongVersion("it answers in the clear, as 3.1 does")


def another_version(found, configured):
    return WrongVersion("it speaks %s, not %s" % (found, configured))

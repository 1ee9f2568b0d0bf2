"""Slows down guesses at the password, of each address and of all together."""

from hub.log import WARNING, log
from hub.web.http import Problem
from tuya.port import const, ticks_add, ticks_diff, ticks_ms

# Within a minute, of one address and of all.
_ATTEMPTS = const(5)
_ATTEMPTS_OF_ALL = const(20)
_MINUTE_MS = const(60000)
_PAUSE_MAX_MS = const(300000)
_ADDRESSES_MAX = const(8)


class _Guesses:
    """Wrong passwords of one address, or of all; `most` of them within a minute."""

    def __init__(self, most):
        self.most = most
        self.count = 0
        self.began_at = ticks_ms()
        self.pause_ms = _MINUTE_MS  # the next one
        self.until = None  # type: int | None  # ticks_ms at which a pause ends

    def left_ms(self, now):
        """Return the ms that are left of a pause."""
        left = 0 if self.until is None else ticks_diff(self.until, now)
        if not 0 < left <= _PAUSE_MAX_MS:
            self.until = None
            return 0
        return left

    def add(self, now):
        """Count one; tell whether a pause begins."""
        if not 0 <= ticks_diff(now, self.began_at) <= _MINUTE_MS:
            self.count = 0
            self.began_at = now
        self.count += 1
        if self.count < self.most:
            return False
        self.count = 0
        self.until = ticks_add(now, self.pause_ms)
        self.pause_ms = min(self.pause_ms * 2, _PAUSE_MAX_MS)
        return True


class Limiter:
    """Slows down who guesses passwords: 5 within a minute, then none for 1, 2, 4 and 5 minutes.

    All addresses together have 20: no number of them helps.
    """

    def __init__(self):
        self._all = _Guesses(_ATTEMPTS_OF_ALL)
        self._by_address = {}

    def check(self, address):
        """Raise Problem while this address, or everybody, has to wait."""
        now = ticks_ms()
        mine = self._by_address.get(address)
        left = max(self._all.left_ms(now), mine.left_ms(now) if mine else 0)
        if left:
            seconds = left // 1000 + 1
            detail = "Too many wrong passwords; try again in %d s" % seconds
            raise Problem(429, detail, "Retry-After: %d\r\n" % seconds)

    def begin(self, address):
        """Count an attempt as wrong, until was_right(). Raises Problem as check() does."""
        self.check(address)
        now = ticks_ms()
        mine = self._by_address.get(address)
        if not mine:
            self._make_room(now)
            mine = self._by_address[address] = _Guesses(_ATTEMPTS)
        if mine.add(now):
            log("wrong passwords: %s has to wait" % address, WARNING)
        if self._all.add(now):
            log("wrong passwords from many addresses: everybody has to wait", WARNING)

    def was_right(self, address):
        """Forget the attempts of an address."""
        self._by_address.pop(address, None)
        self._all.count = max(0, self._all.count - 1)

    def _make_room(self, now):
        known = self._by_address
        if len(known) >= _ADDRESSES_MAX:
            # Who has to wait is forgotten last.
            free = [address for address in known if not known[address].left_ms(now)]
            del known[(free or list(known))[0]]


def limiter_of(authentication):
    """Return its Limiter; there is none while nobody has named a password."""
    if not authentication.limiter:
        authentication.limiter = Limiter()
    return authentication.limiter

"""Nonces: whoever proves the password under one cannot be copied by those who listen.

One says when it was made, and that this hub has made it since its start; none is kept before its
first use.
"""

from binascii import hexlify
from os import urandom

from tuya.hmac import HMAC, is_same
from tuya.port import const

_GOOD_S = const(300)
_USED_MAX = const(8)
_STAMP = const(8)  # hexadecimal digits of when it was made
_CHANCE = const(16)  # then so many that differ in each
_MARK = const(32)  # and of what nobody else could have made


class Nonces:
    """`now()` returns seconds that only grow."""

    def __init__(self, now):
        self._now = now
        self._mark = HMAC(urandom(32)).digest
        self._counts = {}  # {nonce: the last count under it}
        self._forgotten_s = -1  # of nonces made until then it is not known how they were used

    def make(self):
        """Return a new nonce, a text."""
        return self._marked("%08x" % self._now() + hexlify(urandom(_CHANCE // 2)).decode())

    def use(self, nonce, count=1):
        """Take down that a nonce was used for the `count`th time; tell whether it may have been.

        To be called when the password is proved: who guesses must not fill the memory of it.
        """
        if len(nonce) != _STAMP + _CHANCE + _MARK or not self._is_ours(nonce):
            return False
        made = int(nonce[:_STAMP], 16)
        if self._now() - made > _GOOD_S or count <= self._counts.get(nonce, 0):
            return False
        if nonce not in self._counts:
            if made <= self._forgotten_s:
                return False
            if len(self._counts) >= _USED_MAX:
                oldest = min(self._counts)
                self._forgotten_s = int(oldest[:_STAMP], 16)
                del self._counts[oldest]
        self._counts[nonce] = count
        return True

    def _is_ours(self, nonce):
        return is_same(nonce.encode(), self._marked(nonce[: _STAMP + _CHANCE]).encode())

    def _marked(self, text):
        return text + hexlify(self._mark(text.encode())).decode()[:_MARK]


def nonces_of(hub):
    """Return the Nonces of a hub; it has none while nobody logs in."""
    authentication = hub.authentication
    if not authentication.nonces:
        authentication.nonces = Nonces(lambda: hub.supervisor.uptime_s)
    return authentication.nonces

"""The session key of 3.4 and 3.5, which both sides make of two random numbers.

03  our nonce                                 16 bytes
04  the device's nonce, HMAC( key, ours )     16 + 32 bytes
05  HMAC( key, the device's nonce )           32 bytes; nothing answers it
"""

from os import urandom

from tuya.cipher import as_key
from tuya.errors import NoReply, WrongKey
from tuya.hmac import HMAC, is_same
from tuya.port import aes_ecb, const, wait_ms

_SESS_KEY_NEG_FINISH = const(0x05)
_SESS_KEY_NEG_RESP = const(0x04)
_SESS_KEY_NEG_START = const(0x03)

_ANSWER_MS = const(3000)

# A device that is silent for so long has lost what came behind the end of the negotiation.
_LOST_MS = const(600)

_NONCE_SIZE = const(16)
_RESP_SIZE = const(48)


async def negotiate(link, negotiation):
    """Agree on a session key over a link; from its next frame on the link uses it.

    Raises WrongKey, or why the link ended.
    """
    agreed = None
    while not agreed:
        reply = link.begin(_SESS_KEY_NEG_START, negotiation.start(), _SESS_KEY_NEG_RESP)
        if not await wait_ms(reply.event, _ANSWER_MS):
            raise NoReply("connected, but no session within %d ms" % _ANSWER_MS)
        if reply.error:
            raise reply.error.again()
        agreed = negotiation.finish(reply.message.payload)
    link.rekey(_SESS_KEY_NEG_FINISH, *agreed)


async def repeat_lost(link, reply, command, payload):
    """Send the first request of a session again where nothing comes of it.

    It leaves with the last frame of the negotiation, and some devices read one frame of a segment.
    Others are only slow, and answer it twice then.
    """
    heard_at = link.heard_at
    if not await wait_ms(reply.event, _LOST_MS) and link.heard_at == heard_at:
        link.asked_twice = True
        link.send(command, payload)


class Negotiation:
    """One exchange under a local key, no I/O. start() starts it again, also in the middle."""

    def __init__(self, version, key, random=urandom):
        self._version = version
        self._key = as_key(key)
        self._sum = HMAC(self._key).digest
        self._random = random
        self._nonce = b""

    def start(self):
        """Return the body of 03."""
        self._nonce = self._random(_NONCE_SIZE)
        return self._nonce

    def finish(self, answer):
        """Take the body of 04; return (body of 05, session key). Raises WrongKey.

        A session key that begins with a zero byte, 1 in 256, must not be used: vendor code takes
        it for none. None is returned then, and start() begins a new exchange on the same
        connection.
        """
        nonce = answer[:_NONCE_SIZE]
        if len(answer) != _RESP_SIZE or not is_same(answer[_NONCE_SIZE:], self._sum(self._nonce)):
            raise WrongKey("the device does not prove that it has the same local key")
        session = session_key(self._version, self._key, self._nonce, nonce)
        return (self._sum(nonce), session) if session[0] else None


def session_key(version, key, client_nonce, device_nonce):
    """Return the session key, 16 bytes, that both sides make of the local key and their nonces."""
    session = _mixed(client_nonce, device_nonce)
    encrypt = aes_ecb(key).encrypt
    if version == "3.4":
        encrypt(session, session)
    else:
        # AES-GCM with an IV of 12 bytes of the client's nonce: the first block of its key stream.
        stream = bytearray(client_nonce[:12] + b"\0\0\0\2")
        encrypt(stream, stream)
        session = _mixed(session, stream)
    return bytes(session)


def _mixed(left, right):
    return bytearray([left[i] ^ right[i] for i in range(_NONCE_SIZE)])

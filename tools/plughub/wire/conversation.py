"""Both directions of one connection between a client and a device: bytes to what was said."""

from dataclasses import dataclass, field

from plughub.devices import Known
from plughub.wire.commands import (
    BOARDCAST_LPV34,
    NEGOTIATION,
    SESS_KEY_NEG_FINISH,
    SESS_KEY_NEG_RESP,
    SESS_KEY_NEG_START,
    STATUS,
    UDP_NEW,
)
from plughub.wire.cutting import Cutter, header
from plughub.wire.keyring import Key
from plughub.wire.opening import Closed, evident_version, open_frame
from tuya.hmac import HMAC, is_same
from tuya.session import session_key

_NONCE_SIZE = 16


@dataclass
class Seen:
    """One frame, or bytes that are none; all that is not known is None.

    `at`: Unix time in s. `source`, `destination`: "host:port". `from_device`: who has sent it.
    `fault`: what is wrong with it, "" for nothing. `payload`: clear bytes, b"" for an empty body.
    `key`: the one that has opened it. `device`: the one that sends or receives it.
    """

    raw: bytes
    at: float | None = None
    source: str | None = None
    destination: str | None = None
    from_device: bool | None = None
    fault: str = ""
    version: str | None = None
    sequence: int | None = None
    command: int | None = None
    code: int | None = None
    payload: bytes | None = None
    device: Known | None = None
    key: Key | None = field(default=None, repr=False)


class Conversation:
    """Follows one connection: cuts its frames, learns its key and version, its session key too.

    `client`, `device`: (host, port), or None for bytes of which nobody knows where they are from;
    then `from_device` is None below as well. `version`: of the device where it is known, for what
    frames themselves do not tell.
    """

    def __init__(self, keyring, client=None, device=None, version=None):
        self._keyring = keyring
        self._names = {False: client and name_of(client), True: device and name_of(device)}
        self._host = device[0] if device else None
        self._known = keyring.device_at(self._host)
        self._version = version or (self._known.version if self._known else None)
        self._cutters = {True: Cutter(), False: Cutter(), None: Cutter()}
        self._local = self._session = None
        self._client_nonce = self._device_nonce = b""

    def feed(self, data, from_device=None, at=None):
        """Take bytes that one side has sent, cut anywhere; return the [Seen] they complete."""
        pieces = self._cutters[from_device].feed(data)
        return [self._seen(piece, from_device, at) for piece in pieces]

    def lose(self, size, from_device, at=None):
        """Take it that so many bytes of one side are missing here; return [Seen]."""
        seen = self._end(from_device, at)
        fault = f"{size} bytes are missing in what was captured"
        return [*seen, self._blank(b"", from_device, at, fault)]

    def end(self, at=None):
        """Take it that nothing follows; return [Seen] of what is cut off."""
        return [each for side in (False, True, None) for each in self._end(side, at)]

    def _end(self, from_device, at):
        return [self._seen(piece, from_device, at) for piece in self._cutters[from_device].end()]

    def _blank(self, raw, from_device, at, fault):
        return Seen(
            raw,
            at,
            self._names[bool(from_device)],
            self._names[not from_device],
            from_device,
            fault,
            device=self._known,
        )

    def _seen(self, piece, from_device, at):
        seen = self._blank(piece.raw, from_device, at, piece.fault)
        told = header(piece.raw)
        if told:
            seen.sequence, seen.command = told
        if piece.fault:
            return seen
        version = evident_version(piece.raw) or self._version
        try:
            opened = open_frame(piece.raw, from_device, self._keys(), version)
        except Closed as e:
            seen.version = self._version = version
            seen.fault = str(e) + self._why_closed(seen)
            return seen
        self._learn(opened)
        _, seen.code, seen.payload, seen.key = opened
        seen.version, seen.device = self._version, self._known
        if from_device is None:
            seen.from_device = _is_from_device(opened, seen.command)
        if seen.command in NEGOTIATION and opened.version in ("3.4", "3.5"):
            seen.fault = self._negotiate(opened, seen.command)
        return seen

    def _keys(self):
        proved = [key for key in (self._session, self._local) if key]
        return proved + self._keyring.keys_for(self._host)

    def _learn(self, opened):
        if opened.key and opened.key is not self._session:
            self._local = opened.key
            self._known = opened.key.device or self._known
        version = opened.version or self._version
        if version == "3.3" and self._known and self._known.version == "3.2":
            version = "3.2"  # which looks the same
        self._version = version

    def _why_closed(self, seen):
        if self._session or seen.command in NEGOTIATION or (self._version or "") < "3.4":
            return ""
        return "; the negotiation of its session key was not seen"

    # --- the session key of 3.4 and 3.5: see lib/tuya/session.py ---

    def _negotiate(self, opened, command):
        """Take a frame of the negotiation; return what is wrong with it, or ""."""
        if len(opened.payload) != NEGOTIATION[command]:
            return f"{len(opened.payload)} bytes where {NEGOTIATION[command]} are expected"
        if command == SESS_KEY_NEG_START:
            self._client_nonce = opened.payload
            return ""
        prove = HMAC(opened.key.secret).digest
        if command == SESS_KEY_NEG_FINISH:
            if self._device_nonce and not is_same(opened.payload, prove(self._device_nonce)):
                return "the client does not prove that it has the same local key"
            return ""
        if not self._client_nonce:
            return "the nonce of the client was not seen: what follows stays closed"
        self._device_nonce = opened.payload[:_NONCE_SIZE]
        secret = session_key(
            opened.version, opened.key.secret, self._client_nonce, self._device_nonce
        )
        self._session = Key(secret, opened.key.device)
        if not is_same(opened.payload[_NONCE_SIZE:], prove(self._client_nonce)):
            return "the device does not prove that it has the same local key"
        return ""


def name_of(address):
    """Return "host:port" of (host, port), with brackets around an IPv6 host."""
    host, port = address
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _is_from_device(opened, command):
    if command in NEGOTIATION:
        return command == SESS_KEY_NEG_RESP
    return opened.code is not None or command in (STATUS, UDP_NEW, BOARDCAST_LPV34)

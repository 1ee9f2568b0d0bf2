"""Why a device does not do what it was asked: one class for each cause a user can act on.

Every error says what was seen and, in `advice`, what a person can do about it. No error text
ever holds a local key.
"""

#: What a device says to an id, or a gateway to a cid, that it does not know.
UNKNOWN_ID = "devid not found"
#: What devices that are device22 answer to a query, gateways too, and 3.1 to what it cannot read.
NO_STATE = "json obj data unvalid"


class TuyaError(Exception):
    """Base of all errors of this package. `seen` is the evidence, `advice` the way out."""

    def __init__(self, seen: str = "") -> None:
        super().__init__(seen)
        self.seen: str = seen

    @property
    def advice(self) -> str:
        # A device that works needs no words, and words are heap.
        from tuya.advice import ADVICE, ADVICE_ON_ID

        if self.seen.endswith(UNKNOWN_ID):
            return ADVICE_ON_ID
        return ADVICE.get(type(self).__name__, "")

    def again(self) -> "TuyaError":
        """Return an equal error to raise: a kept one would gather a traceback at every raise."""
        return type(self)(self.seen)

    def __str__(self) -> str:
        advice = self.advice
        if self.seen and advice:
            return self.seen + ". " + advice
        return self.seen or advice


class Offline(TuyaError):
    """No TCP connection, or it was lost."""


class NoResources(Offline):
    """This machine lacks a socket or the memory for a connection: the device has no part in it."""

    @staticmethod
    def of(error: Exception) -> "NoResources":
        """Return it for an error of ours, which must not end the connection of a device."""
        if isinstance(error, MemoryError):
            return NoResources("there was no memory for its connection")
        from tuya.port import report

        report("a connection has failed", error)
        return NoResources("this program has failed at its connection: %s" % repr(error))


class NoNetwork(Offline):
    """This machine is in no network: the device has no part in it."""


class Refused(TuyaError):
    """Something is at the address, but nothing listens on the port."""


class LanClosed(Refused):
    """The device makes itself known on the LAN, but does not let anybody in."""


class SlotTaken(TuyaError):
    """The connection was accepted and closed at once."""


class NoReply(TuyaError):
    """Connected, but a request was not answered in time."""


class Rejected(TuyaError):
    """The plug answered a request with a text instead of doing it, or did not do it."""


class WrongVersion(TuyaError):
    """The device speaks another version of the protocol than it was asked in."""


class BadFrame(TuyaError):
    """Bytes that are no valid frame: the stream cannot be trusted any further."""

    # Those that came whole before it in the same bytes.
    messages: "tuple[object, ...] | list[object]" = ()


class WrongKey(BadFrame):
    """A frame that arrived whole but that the local key does not open."""


class KeyChanged(WrongKey):
    """The local key worked before and does not any more."""

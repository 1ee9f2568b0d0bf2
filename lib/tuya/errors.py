"""Why a device does not do what it was asked: one class for each cause a user can act on.

Every error says what was seen and, in `advice`, what a person can do about it. No error text
ever holds a local key.
"""


class TuyaError(Exception):
    """Base of all errors of this package. `seen` is the evidence, `advice` the way out."""

    advice = ""

    def __init__(self, seen=""):
        super().__init__(seen)
        self.seen = seen

    def again(self):
        """Return an equal error to raise: a kept one would gather a traceback at every raise."""
        return type(self)(self.seen)

    def __str__(self):
        if self.seen and self.advice:
            return self.seen + ". " + self.advice
        return self.seen or self.advice


class Offline(TuyaError):
    """No TCP connection, or it was lost."""

    advice = "Check that the plug has power and Wi-Fi and that its address is right."


class Refused(TuyaError):
    """Something is at the address, but nothing listens on the port."""

    advice = (
        "Check that the address is the plug's; another program may hold its only connection, "
        "or its firmware has no LAN protocol."
    )


class SlotTaken(TuyaError):
    """The connection was accepted and closed at once."""

    advice = (
        "Close the phone app and other programs that talk to this plug: it serves few at once."
    )


class NoReply(TuyaError):
    """Connected, but a request was not answered in time."""

    advice = "Check the protocol version; the plug may also be busy or hanging."


class Rejected(TuyaError):
    """The plug answered a request with a text instead of doing it, or did not do it."""

    advice = "Check that the plug has this DP and takes this value."


class BadFrame(TuyaError):
    """Bytes that are no valid frame: the stream can not be trusted any further."""

    advice = "The connection is dropped and made anew."
    # Those that came whole before it in the same bytes.
    messages = ()  # type: list | tuple


class WrongKey(BadFrame):
    """A frame that arrived whole but that the local key does not open."""

    advice = "The local key is wrong. Pairing a plug again changes its key: fetch the new one."

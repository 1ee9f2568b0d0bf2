"""Why Tuya's cloud does not do what it was asked: one class for each cause a user can act on.

Source of the codes: developer.tuya.com, "Global Error Codes"; those of seven digits and 2007 are
as users of the OpenAPI have reported them. No text of an error holds a secret, token or key.
"""

from tuya.errors import TuyaError


class CloudError(TuyaError):
    """Base of all errors of the cloud. `code` is Tuya's number, None where there was none."""

    ADVICE = "Look the code up under Global Error Codes on developer.tuya.com."

    def __init__(self, seen: str = "", code: int | None = None) -> None:
        super().__init__(seen)
        self.code: int | None = code

    @property
    def advice(self) -> str:
        return self.ADVICE

    def again(self) -> "CloudError":
        return type(self)(self.seen, self.code)


class CloudUnreachable(CloudError):
    """No connection, or no answer in time."""

    ADVICE = "Check that this machine reaches the internet; if it does, try again later."


class BadAnswer(CloudError):
    """What came is no answer of the OpenAPI, only a part of one, or larger than it may be."""

    ADVICE = "Try again in a moment; a proxy or a login page on the way may answer in its place."


class CloudBusy(CloudError):
    """Too many requests, or an overloaded cloud, and waiting has not helped."""

    ADVICE = "Wait some minutes, then try again."


class WrongCredentials(CloudError):
    """The cloud does not know the client id, or the signature is of another secret."""

    ADVICE = (
        "Copy Access ID and Access Secret again from the overview of the project on the Tuya IoT "
        "platform."
    )


class WrongRegion(CloudError):
    """The project is not at home in this data centre."""

    ADVICE = (
        "Use the data centre that the project's overview names. It has to be that of the app "
        "account's country as well, and enabled for the project."
    )


class NoPermission(CloudError):
    """The project may not ask for this."""

    ADVICE = (
        'Under "Service API" of the project authorise IoT Core, link your app account under '
        '"Devices", and check that the project is in the data centre of your account.'
    )


class TrialExpired(NoPermission):
    """The trial of the service IoT Core has ended: it has to be extended by hand."""

    ADVICE = (
        "Extend the trial of IoT Core on the Tuya IoT platform, under Cloud Services; it may take "
        "a day until it counts. Keys that you have stay valid."
    )


class QuotaSpent(NoPermission):
    """The calls that a trial allows for in a month are used up."""

    ADVICE = (
        "Wait for the next month, and look for another program that asks the same project all "
        "the time."
    )


class WrongClock(CloudError):
    """This machine's time is off, and the cloud has not said which is right."""

    ADVICE = "Set this machine's clock."


class TokenRefused(CloudError):
    """The cloud does not take a token that it has just given out."""

    ADVICE = "Try again; another program may be asking for tokens of the same project."


_CLASSES = (
    (WrongCredentials, (1001, 1004, 1005, 1008)),
    (TokenRefused, (1002, 1010, 1011, 1012, 1400)),
    (WrongClock, (1013,)),
    (CloudBusy, (500, 1110, 1111, 1112, 1113, 1199)),
    (WrongRegion, (2007, 2406, 28841107)),
    (TrialExpired, (28841002,)),
    (QuotaSpent, (28841004,)),
    (NoPermission, (1106,)),
)
# What belongs to the project's subscriptions has codes of this block.
_SUBSCRIPTIONS = 28841000


def error_of(code, seen):
    """Return the error to raise for a code of the cloud."""
    for kind, codes in _CLASSES:
        if code in codes:
            return kind(seen, code)
    if _SUBSCRIPTIONS <= code < _SUBSCRIPTIONS + 1000:
        return NoPermission(seen, code)
    return CloudError(seen, code)

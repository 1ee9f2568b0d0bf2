"""Why there is no connection to a broker, in words. Loaded for a moment."""

import asyncio
from errno import ECONNREFUSED

from hub.mqtt.packets import BadPacket, Refused

# By the code of CONNACK, from 1 on: MQTT 3.1.1, section 3.2.2.3.
_REFUSALS = (
    "it does not speak MQTT 3.1.1",
    "it does not accept the client id",
    "it is not ready",
    "user or password is wrong",
    "user and password do not allow it",
)


def in_words(error, was_connected, settings):
    """Return why one of client.FAILURES has ended a connection, or has kept it from being made."""
    place = "%s:%d" % (settings["host"], settings["port"])
    if isinstance(error, Refused):
        return "the broker at %s refuses: %s" % (place, _refusal(error.args[0]))
    if isinstance(error, BadPacket):
        return "what %s sends is no MQTT: %s" % (place, error)
    if isinstance(error, MemoryError):
        return "this board had no memory for it"
    if isinstance(error, EOFError):
        text = "%s has closed the connection" if was_connected else "%s hung up without an answer"
        return text % place
    if isinstance(error, asyncio.TimeoutError):
        return "the broker at %s does not answer" % place
    if error.errno == ECONNREFUSED:
        return "nothing listens at %s" % place
    what = "the connection to %s was lost (%s)" if was_connected else "%s is not reached (%s)"
    return what % (place, error)


def _refusal(code):
    return _REFUSALS[code - 1] if code <= len(_REFUSALS) else "code %d" % code

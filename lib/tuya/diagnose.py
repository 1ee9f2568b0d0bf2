"""Why a device can not be reached, told from what was seen."""

import asyncio
import errno

from .errors import Offline, Refused, TuyaError

# A refused connection is reported as reset or aborted by the ESP32's TCP.
_REFUSED = (errno.ECONNREFUSED, errno.ECONNRESET, errno.ECONNABORTED)
_ENFILE = 23


def why_no_connection(error, address):
    """Turn what connect() raised into the error of its cause."""
    if isinstance(error, TuyaError):
        return error
    if isinstance(error, asyncio.TimeoutError):
        return Offline("%s does not answer" % address)
    if error.errno in _REFUSED:
        return Refused("%s refuses the connection" % address)
    if error.errno == _ENFILE:
        return Offline("no socket is free for %s" % address)
    return Offline("%s can not be reached (error %s)" % (address, error.errno))

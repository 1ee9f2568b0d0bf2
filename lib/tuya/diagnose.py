"""Why a device can not be reached, told from what was seen."""

import asyncio
import errno

from .errors import Offline, Refused, TuyaError

# The ESP32's TCP calls a refused connection reset, aborted or not connected.
_REFUSED = (errno.ECONNREFUSED, errno.ECONNRESET, errno.ECONNABORTED, errno.ENOTCONN)
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

"""A board that hears nothing of the devices in its network, with PLUGHUB_DEAF in the environment.

On one machine all programs share the ports that devices are heard on, and a datagram reaches only
the last that has begun to listen: a board that others are tested beside must not take it.
"""

import os

_HEARD_ON = (6666, 6667, 7000)
IS_DEAF = bool(os.getenv("PLUGHUB_DEAF"))


def address_for(address):
    """Return where a socket is bound that is to be bound to the (host, port) `address`."""
    return (address[0], 0) if IS_DEAF and address[1] in _HEARD_ON else address

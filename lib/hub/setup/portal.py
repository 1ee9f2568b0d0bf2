"""The way in for who has no PC: the board's access point, where any page leads to that of the
set-up. Loaded while the access point is open.
"""

import asyncio

from hub.log import WARNING, log
from hub.setup.names import answer_names


class Portal:
    """What there is while the access point is open. `address`: the board's own in it.

    `is_first` tells whether it is open because the board knew no network: then who is in this
    one, whose password is on the console, may tell it another. Else it takes an administrator.
    """

    def __init__(self, address, is_first):
        self.address = address
        self.is_first = is_first
        self._task = asyncio.create_task(self._answer_names())

    def close(self):
        self._task.cancel()

    def is_guest(self, peer):
        """Tell whether somebody is in this network who may set the board up."""
        return self.is_first and self._has(peer)

    def is_lost(self, peer, host):
        """Tell whether somebody here asks for another host: a telephone looks for the internet."""
        name = host.rsplit(":", 1)[0].lower()
        is_own = name.replace(".", "").isdigit() or name == "localhost" or ".local" in name
        return bool(name) and self._has(peer) and not is_own

    def _has(self, peer):
        return peer is not None and peer.rsplit(".", 1)[0] == self.address.rsplit(".", 1)[0]

    async def _answer_names(self):
        try:
            await answer_names(self.address)
        except OSError as e:
            log("no names are answered for the set-up (error %s)" % e.errno, WARNING)

"""Sub-devices behind a gateway, which share its connection and are told apart by their `cid`."""

import json

from tuya.changes import Observed
from tuya.link import Reply
from tuya.port import const, wait_ms

_LAN_EXT_STREAM = const(0x40)

_QUERY = b'{"reqType":"subdev_online_stat_query","data":{"cids":[]}}'
# The list comes in several frames, one soon after the other.
_MERGE_MS = const(1000)


class Child(Observed):
    """A sub-device with the calls of a Device. Get it from Device.child()."""

    def __init__(self, gateway, cid):
        super().__init__()
        self.cid = cid
        self._gateway = gateway

    @property
    def online(self):
        """Whether the gateway is connected; Device.online_children() tells of the radio."""
        return self._gateway.online

    @property
    def error(self):
        return self._gateway.error

    async def status(self):
        """Ask for all DPs of the sub-device. Returns {number: value}. Raises TuyaError."""
        return await self._gateway.status_of(self)

    async def set(self, dps, confirm=True):
        """Write DPs of the sub-device, as Device.set."""
        await self._gateway.write_to(self, dps, confirm)

    async def refresh(self, dps=(18, 19, 20)):
        """Ask the gateway to have `dps` measured and pushed, as Device.refresh."""
        await self._gateway.refresh(dps, self.cid)


class _Lists(Reply):
    def __init__(self):
        super().__init__()
        self.online = {}
        self.count = 0

    def end(self, message=None, error=None):
        if message is None:
            super().end(error=error)
            return
        self.count += 1
        try:
            data = json.loads(message.payload)["data"]
            for name in ("offline", "online"):
                self.online.update({cid: name == "online" for cid in data.get(name, ())})
        except (ValueError, KeyError, TypeError, AttributeError):
            pass  # 3.3 gateways, and those with nothing to tell


async def online_children(link):
    """Return {cid: whether it is online} of the sub-devices that a gateway knows of.

    Empty when it tells nothing, as gateways of 3.3 do. Raises TuyaError when the link ends.
    """
    lists = link.expect(_LAN_EXT_STREAM, _Lists())
    link.send(_LAN_EXT_STREAM, _QUERY)
    count = -1
    while count != lists.count:
        count = lists.count
        if await wait_ms(lists.event, _MERGE_MS):
            raise lists.error.again()
    return lists.online

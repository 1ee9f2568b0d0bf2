"""A device that is reached through Tuya's cloud when it is not reached on the LAN."""

from tuya.device import Device
from tuya.errors import NoNetwork, NoResources, Rejected, TuyaError
from tuya.port import unix_time

# What another way does not change: the device itself refuses, or this board has no network.
_NOT_THE_LAN = (Rejected, NoResources, NoNetwork)


class FallbackDevice(Device):
    """`cloud()` returns what sends through the cloud (hub.cloud.fallback), None without one.

    Only what is written may go that way, where the LAN has failed for some time.
    """

    def __init__(self, id, address, key, version, port, find, cloud):
        super().__init__(id, address, key, version, port, find=find)
        self._cloud = cloud
        self._lost_at = unix_time()  # None while it is online
        self.subscribe(self)

    async def set(self, dps, confirm=True):
        """As Device.set(). What the cloud has taken is written; its failure is told with ours."""
        try:
            await super().set(dps, confirm)
        except TuyaError as e:
            cloud = self._cloud()
            if not cloud or self._lost_at is None or isinstance(e, _NOT_THE_LAN):
                raise
            if not cloud.is_due(unix_time() - self._lost_at):
                raise
            await self._send(cloud, dps, e)

    async def _send(self, cloud, dps, failed):
        try:
            await cloud.send(self, {int(dp): dps[dp] for dp in dps})
        except TuyaError as e:
            text = "%s. Tuya's cloud did not help: %s"
            raise type(failed)(text % (failed.seen, e.seen)) from None

    def put(self, changed):
        """Take news of itself: whether it is online."""
        cloud = self._cloud()
        if not self.online:
            if self._lost_at is None:
                self._lost_at = unix_time()
            return
        self._lost_at = None
        if cloud:
            cloud.sent.pop(self.id, None)

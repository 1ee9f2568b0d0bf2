"""Sub-devices behind a gateway, which share its connection and are told apart by their `cid`."""

import asyncio
import json

from tuya.changes import Observed
from tuya.dps import METER
from tuya.errors import NoReply, Offline, Rejected, TuyaError
from tuya.link import Reply
from tuya.port import const, wait_ms

if const(0):  # for an IDE: nothing is loaded here
    from collections.abc import Sequence

    from tuya.device import Device
    from tuya.shapes import DPs, Written

_LAN_EXT_STREAM = const(0x40)

_QUERY = const(b'{"reqType":"subdev_online_stat_query","data":{"cids":[]}}')
# The list comes in several frames, one soon after the other.
_MERGE_MS = const(1000)
_ROUNDS = const(5)
_CIDS_MAX = const(200)


class Child(Observed):
    """A sub-device with the calls of a Device. Get it from Device.child()."""

    reply_ms = 4000  # the gateway asks it by radio, where it may be asleep
    _is_reached = True  # until the gateway says otherwise
    _has_failed = False  # to answer, or to do as told: then the gateway is asked before

    def __init__(self, gateway: "Device", cid: str) -> None:
        super().__init__()
        self.id: str = cid
        self.cid = cid
        self._gateway = gateway

    @property
    def address(self) -> str | None:
        """Where its gateway is."""
        return self._gateway.address

    @property
    def version(self) -> str | None:
        """The version that its gateway speaks."""
        return self._gateway.version

    @property
    def is_connected(self) -> bool:
        """Whether its gateway can be asked at once."""
        return self._gateway.is_connected

    @property
    def is_looking(self) -> bool:
        """As of its gateway."""
        return self._gateway.is_looking

    @property
    def online(self) -> bool:
        """Whether the gateway is connected and has not said that it does not reach it."""
        return self._gateway.online and self._is_reached

    @property
    def error(self) -> TuyaError | None:
        error = self._gateway.error
        return error if error or self._is_reached else self._unreached()

    async def status(self) -> "DPs":
        """Ask for all DPs of the sub-device. Returns {number: value}. Raises TuyaError.

        Offline where the gateway says that it does not reach it.
        """
        return await self._told(self._gateway.status_of, self)

    async def set(self, dps: "Written", confirm: bool = True) -> None:
        """Write DPs of the sub-device, as Device.set; it may take 4 s."""
        await self._told(self._gateway.write_to, self, dps, confirm)

    def take(self, dps: "DPs") -> None:
        self._has_failed = False
        self.reach(True)
        super().take(dps)

    def reach(self, is_reached: bool) -> None:
        """Take what the gateway says of the radio."""
        if is_reached is not self._is_reached:
            self._is_reached = is_reached
            self.tell({})

    def _unreached(self):
        return Offline("the gateway does not reach the sub-device")

    async def _told(self, call, *arguments):
        if self._has_failed:
            await self._check()
        try:
            return await call(*arguments)
        except (NoReply, Rejected):
            # A question that nobody answers ends the connection, which is that of all others.
            self._has_failed = True
            await self._check()
            raise

    async def _check(self):
        if (self._gateway.version or "") < "3.4":
            return  # those never answer
        try:
            await self._gateway.online_children()
        except TuyaError:
            return
        if not self._is_reached:
            raise self._unreached()

    async def refresh(self, dps: "Sequence[int]" = METER) -> None:
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
                for cid in data.get(name, ())[: _CIDS_MAX - len(self.online)]:
                    self.online[cid] = name == "online"
        except (ValueError, KeyError, TypeError, AttributeError):
            pass  # 3.3 gateways, and those with nothing to tell


async def online_children(link, children):
    """Return {cid: whether it is online} of the sub-devices that a gateway knows of, having told
    those of `children`, {cid: Child}.

    Empty when it tells nothing, as gateways of 3.3 do. Raises TuyaError when the link ends.
    """
    # A second question would take the answer of the first.
    link.children_lock = link.children_lock or asyncio.Lock()
    async with link.children_lock:
        return await _asked(link, children)


async def _asked(link, children):
    lists = link.expect(_LAN_EXT_STREAM, _Lists())
    link.send(_LAN_EXT_STREAM, _QUERY)
    count = -1
    for _ in range(_ROUNDS):
        if count == lists.count:
            break
        count = lists.count
        if await wait_ms(lists.event, _MERGE_MS):
            raise lists.error.again()
    for cid in lists.online:
        if cid in children:
            children[cid].reach(lists.online[cid])
    return lists.online

"""A plug as the hub sees it: a target that is on or off, and what its meter says."""

import asyncio

from hub.log import WARNING, log
from hub.targets.target import Target
from tuya.dps import ADDED_ENERGY, COUNTDOWN, CURRENT, FAULT, POWER, SWITCH, VOLTAGE, number
from tuya.errors import NoNetwork, NoResources, Rejected, TuyaError
from tuya.port import const, ticks_diff, ticks_ms

# A second press within this time turns back what the first one asked for, confirmed or not.
_DOUBLE_TAP_MS = const(1000)
_COUNTDOWN_MAX_S = const(86400)
# It may have gone on counting for so long by the time it is asked.
_COUNTED_S = const(5)
# How long a press waits for one of few sockets.
_SLOT_MS = const(2000)


class Plug(Target):
    """Wraps a tuya.Device. `on` is what the plug confirmed last, None while it is not known.

    `slot` is its right to a connection, the pool `connections` gives it. `make_meter(device)`
    returns a Meter and a History as soon as the plug has shown that it has a meter.
    """

    def __init__(self, name, device, broadcast, slot, connections, make_meter):
        self.name = name
        self.device = device
        self.slot = slot
        self.meter = None
        self.history = None
        self._connections = connections
        self._broadcast = broadcast
        self._make_meter = make_meter
        self._wanted = None
        self._wanted_at = 0
        self._was_on = None
        self._told = None  # what the log says of the connection
        self._was_connected = False
        device.subscribe(self)

    @property
    def on(self):
        on = self.device.dps.get(SWITCH)
        return on if isinstance(on, bool) else None

    @property
    def heading(self):
        """What a toggle turns around: what was asked for a moment ago, else what is confirmed."""
        if self._wanted is not None and ticks_diff(ticks_ms(), self._wanted_at) < _DOUBLE_TAP_MS:
            return self._wanted
        return self.on

    async def switch(self, on):
        """Switch the plug; return when it has confirmed. Raises TuyaError within seconds."""
        self.check_lock(on)
        self._wanted = on
        self._wanted_at = ticks_ms()
        try:
            await self.write({SWITCH: on})
        finally:
            self._wanted = None

    async def write(self, dps):
        """Write DPs as tuya.Device.set() does, with a connection if there is none."""
        await self.reach(self.device.set(dps))

    async def reach(self, request):
        """Await a request of the device, with a connection if there is none."""
        slot = self.slot
        slot.pressed += 1
        try:
            await self._connections.need(slot, _SLOT_MS)
            if not slot.task:
                raise NoResources("no connection was free within %d s" % (_SLOT_MS // 1000))
        except BaseException:
            request.close()
            raise
        else:
            return await request
        finally:
            slot.pressed -= 1
            slot.used_at = ticks_ms()

    def count_down(self, seconds):
        left = number(self.device.dps, COUNTDOWN)
        if left is None or not (seconds or left) or seconds > _COUNTDOWN_MAX_S:
            return False
        self._counting = asyncio.create_task(self._count_down(seconds))
        return True

    async def _count_down(self, seconds):
        try:
            await self.write({COUNTDOWN: seconds})
        except TuyaError as e:
            left = number(self.device.dps, COUNTDOWN)
            is_taken = left and seconds - _COUNTED_S <= left <= seconds
            if not isinstance(e, Rejected) or not is_taken:
                log("%s does not count down itself: %s" % (self.name, e))  # the hub does

    @property
    def reason(self):
        """Why the plug is offline, in words; None while it is online."""
        device = self.device
        if self.slot.released_until is not None:
            left = ticks_diff(self.slot.released_until, ticks_ms()) // 1000
            return "released for other programs, for another %d s" % max(0, left)
        if device.online:
            return None
        return str(device.error) if device.error else "connecting"

    @property
    def has_meter(self):
        dps = self.device.dps
        return any([number(dps, dp) is not None for dp in (POWER, CURRENT, ADDED_ENERGY)])

    def state(self):
        """Return what the page and the API show: W, V, A, kWh, s; null for what is not known."""
        device = self.device
        dps = device.dps
        meter = self.meter
        return {
            "name": self.name,
            "id": device.id,
            "on": self.on,
            "online": device.online,
            "reason": self.reason,
            "power": _scaled(dps, POWER, 10),
            "voltage": _scaled(dps, VOLTAGE, 10),
            "current": _scaled(dps, CURRENT, 1000),
            "energy": meter and meter.kwh,
            "today": meter and meter.today,
            "yesterday": meter and meter.yesterday,
            "countdown": number(dps, COUNTDOWN),
            "lock": self.lock,
            "cause": self.cause,
            "fault": number(dps, FAULT),
            "age": self._age_s(),
            "address": device.address,
            "version": device.version,
            "shared": not self.slot.is_persistent,
            "seq": self.seq,
        }

    def adopt(self, item):
        """Take another name and key."""
        self.name = item["name"]
        self.device.use_key(item["key"])

    def close(self):
        """End its connection and its changes."""
        super().close()
        self._connections.remove(self.slot)
        self.device.end_changes()

    def put(self, changed):
        """Take news of the device and tell the broadcast."""
        device = self.device
        if not device.online and device.error:
            if isinstance(device.error, NoNetwork):
                self.slot.taken_at = ticks_ms()  # its visit begins when there is a network
            else:
                self.slot.has_failed = True
        if self.has_meter:
            if self._make_meter:
                self.meter, self.history = self._make_meter(device)
                self._make_meter = None
            self.meter.tick()
            if device.is_connected and not self._was_connected:
                asyncio.create_task(self._measure())
        self._was_connected = device.is_connected
        if self.on is not self._was_on:
            # What it is found to be after the start nobody has made.
            if self._was_on is not None:
                self.note_cause()
            self._was_on = self.on
        self._tell()
        self._broadcast.tell(self)

    def _tell(self):
        was = self._told
        device = self.device
        self._told = "online" if device.online else device.error and self.reason
        if self._told and self._told != was:
            log("%s: %s" % (self.name, self._told), WARNING if device.error else "i")

    async def _measure(self):
        # What a plug says when it is connected may be as old as its last connection.
        try:
            await self.device.refresh()
        except TuyaError:
            pass  # the device says so itself, as its state

    def _age_s(self):
        heard_at = self.device.heard_at
        return None if heard_at is None else ticks_diff(ticks_ms(), heard_at) // 1000


def _scaled(dps, dp, divisor):
    value = number(dps, dp)
    return None if value is None else value / divisor

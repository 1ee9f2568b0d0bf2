"""A plug as the hub sees it: a target that is on or off, and what its meter says."""

import asyncio

from tuya.errors import NoNetwork, TuyaError
from tuya.port import const, ticks_diff, ticks_ms

from ..log import WARNING, log
from .action import check_lock

_SWITCH = const(1)
_COUNTDOWN = const(9)  # s
_ADD_ELE = const(17)  # 1 Wh
_CURRENT = const(18)  # mA
_POWER = const(19)  # 0.1 W
_VOLTAGE = const(20)  # 0.1 V
_FAULT = const(26)  # bits
# A second press within this time turns back what the first one asked for, confirmed or not.
_DOUBLE_TAP_MS = const(1000)
# How long a press waits for one of few sockets.
_SEAT_MS = const(2000)


class Plug:
    """Wraps a tuya.Device. `on` is what the plug confirmed last, None while nobody knows.

    `seat` is its right to a connection, `links` gives it. `make_meter(device)` returns a Meter
    and a History as soon as the plug has shown that it has a meter.
    """

    lock = None  # why it has to stay off, in words
    seq = 0  # of its last change

    def __init__(self, name, device, broadcast, seat, links, make_meter):
        self.name = name
        self.device = device
        self.seat = seat
        self.meter = None
        self.history = None
        self._links = links
        self._broadcast = broadcast
        self._make_meter = make_meter
        self._wanted = None
        self._wanted_at = 0
        self._told = None  # what the log says of the connection
        self._was_connected = False
        device.subscribe(self)

    @property
    def on(self):
        return self.device.dps.get(_SWITCH)

    @property
    def heading(self):
        """What a toggle turns around: what was asked for a moment ago, else what is confirmed."""
        if self._wanted is not None and ticks_diff(ticks_ms(), self._wanted_at) < _DOUBLE_TAP_MS:
            return self._wanted
        return self.on

    async def switch(self, on):
        """Switch the plug; return when it has confirmed. Raises TuyaError within seconds."""
        check_lock(self, on)
        self._wanted = on
        self._wanted_at = ticks_ms()
        try:
            await self.write({_SWITCH: on})
        finally:
            self._wanted = None

    async def write(self, dps):
        """Write DPs as tuya.Device.set() does, with a connection if there is none."""
        await self.reach(self.device.set(dps))

    async def reach(self, request):
        """Await a request of the device, with a connection if there is none."""
        seat = self.seat
        seat.pressed += 1
        try:
            await self._links.need(seat, _SEAT_MS)
        except BaseException:
            request.close()
            raise
        else:
            return await request
        finally:
            seat.pressed -= 1
            seat.used_at = ticks_ms()

    @property
    def reason(self):
        """Why the plug is offline, in words; None while it is online."""
        device = self.device
        if self.seat.parked_until is not None:
            left = ticks_diff(self.seat.parked_until, ticks_ms()) // 1000
            return "released for other programs, for another %d s" % max(0, left)
        if device.online:
            return None
        return str(device.error) if device.error else "connecting"

    @property
    def has_meter(self):
        dps = self.device.dps
        return _POWER in dps or _CURRENT in dps or _ADD_ELE in dps

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
            "power": _scaled(dps.get(_POWER), 10),
            "voltage": _scaled(dps.get(_VOLTAGE), 10),
            "current": _scaled(dps.get(_CURRENT), 1000),
            "energy": meter and meter.kwh,
            "today": meter and meter.today,
            "yesterday": meter and meter.yesterday,
            "countdown": dps.get(_COUNTDOWN),
            "lock": self.lock,
            "fault": dps.get(_FAULT),
            "age": self._age_s(),
            "address": device.address,
            "version": device.version,
            "shared": not self.seat.is_lasting,
            "seq": self.seq,
        }

    def put(self, changed):
        """Take news of the device and tell the broadcast."""
        device = self.device
        if not device.online and device.error:
            if isinstance(device.error, NoNetwork):
                self.seat.taken_at = ticks_ms()  # its visit begins when there is a network
            else:
                self.seat.has_failed = True
        if self.has_meter:
            if self._make_meter:
                self.meter, self.history = self._make_meter(device)
                self._make_meter = None
            self.meter.tick()
            if device.is_connected and not self._was_connected:
                asyncio.create_task(self._measure())
        self._was_connected = device.is_connected
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


def _scaled(value, divisor):
    return None if value is None else value / divisor

"""A plug as the hub sees it: a target that is on or off, and what its meter says."""

from tuya.device import Device
from tuya.errors import TuyaError
from tuya.port import const, sleep_ms, ticks_diff, ticks_ms

from .log import log
from .system.state import Findings

_SWITCH = const(1)
_CURRENT = const(18)  # mA
_POWER = const(19)  # 0.1 W
_VOLTAGE = const(20)  # 0.1 V
# A second press within this time turns back what the first one asked for, confirmed or not.
_DOUBLE_TAP_MS = const(1000)


class Plug:
    """Wraps a tuya.Device. `on` is what the plug confirmed last, None while nobody knows."""

    def __init__(self, name, device, broadcast):
        self.name = name
        self.device = device
        self._broadcast = broadcast
        self._wanted = None
        self._wanted_at = 0
        self._told = None  # what the log says of the connection
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
        self._wanted = on
        self._wanted_at = ticks_ms()
        try:
            await self.device.set({_SWITCH: on})
        finally:
            self._wanted = None

    @property
    def reason(self):
        """Why the plug is offline, in words; None while it is online."""
        device = self.device
        if device.online:
            return None
        return str(device.error) if device.error else "connecting"

    @property
    def has_meter(self):
        return _POWER in self.device.dps or _CURRENT in self.device.dps

    def state(self):
        """Return what the page and the API show: W, V, A, s; null for what is not known."""
        device = self.device
        return {
            "name": self.name,
            "id": device.id,
            "on": self.on,
            "online": device.online,
            "reason": self.reason,
            "power": _scaled(device.dps.get(_POWER), 10),
            "voltage": _scaled(device.dps.get(_VOLTAGE), 10),
            "current": _scaled(device.dps.get(_CURRENT), 1000),
            "age": self._age_s(),
            "address": device.address,
            "version": device.version,
        }

    def put(self, changed):
        """Take news of the device and tell the broadcast."""
        was = self._told
        self._told = "online" if self.device.online else self.device.error and self.reason
        if self._told and self._told != was:
            log("%s: %s" % (self.name, self._told))
        self._broadcast.tell(self)

    def _age_s(self):
        heard_at = self.device.heard_at
        return None if heard_at is None else ticks_diff(ticks_ms(), heard_at) // 1000


def make_plug(settings, broadcast, state):
    """Build a Plug from its part of the configuration, and from what was found out before."""
    device = Device(
        settings["id"],
        settings["address"],
        settings["key"],
        version=settings["version"],
        port=settings["port"],
    )
    if not device.version:
        Findings(device, state)
    return Plug(settings["name"], device, broadcast)


async def poll_meters(plugs, interval_ms, beat):
    """Ask every connected plug with a meter to measure, each once an interval, in turn.

    Plugs stop measuring by themselves when no app is open. One that pushed nothing since it was
    asked last does not know the request: it is asked for all it has.
    """
    while True:
        for plug in plugs:
            beat()
            device = plug.device
            if device.online and plug.has_meter:
                try:
                    if ticks_diff(ticks_ms(), device.heard_at) > interval_ms:
                        await device.status()
                    await device.refresh()
                except TuyaError:
                    pass  # the device says so itself, as its state
            await sleep_ms(interval_ms // len(plugs))


def _scaled(value, divisor):
    return None if value is None else value / divisor

"""Thermostats, heaters and air conditioners."""

from .datapoints import Datapoints

_POWER = 1
_TARGET = 2
_CURRENT = 3
_MODE = 4
# Rooms are colder than this: a greater number counts in tenths of a degree. One model may count
# its target in degrees and its measurement in tenths.
_PLAUSIBLE = 60


class Climate:
    """Wraps a Device, which stays its owner's to run.

    Temperatures are degrees as the device has them. What a step of its numbers is, its models do
    not agree on: `scale` says it (10: tenths of a degree), or `mapping`, as Datapoints takes it;
    else it is told by what the device reports, so its first status must have come before any
    call. Writing raises ValueError, and TuyaError as Device.set does.
    """

    def __init__(self, device, mapping=None, scale=None):
        self.device = device
        self._mapping = Datapoints(mapping) if mapping else None
        self._given_scale = scale

    @property
    def on(self):
        return self.device.dps.get(_POWER)

    async def turn(self, on):
        await self.device.set({_POWER: bool(on)})

    @property
    def target(self):
        return self._degrees(_TARGET)

    @property
    def current(self):
        return self._degrees(_CURRENT)

    async def set_target(self, degrees):
        """Set the temperature that is to be kept."""
        known = self._mapping and self._mapping.by_dp.get(_TARGET)
        if known and self._given_scale is None:
            raw = known.raw(degrees)
        else:
            if isinstance(degrees, bool) or not isinstance(degrees, (int, float)):
                raise ValueError("a temperature is a number, not %r" % (degrees,))
            if self._given_scale is None and not self.device.dps.get(_TARGET):
                # A guess could ask for ten times the heat.
                raise ValueError("the scale of the target is not known: give it, or a mapping")
            raw = round(degrees * self._scale(_TARGET))
        await self.device.set({_TARGET: raw})

    @property
    def mode(self):
        return self.device.dps.get(_MODE)

    @property
    def modes(self):
        """The modes that the mapping names, () without one."""
        known = self._mapping and self._mapping.by_dp.get(_MODE)
        return known.options if known else ()

    async def set_mode(self, mode):
        known = self._mapping and self._mapping.by_dp.get(_MODE)
        await self.device.set({_MODE: known.raw(mode) if known else mode})

    def _degrees(self, dp):
        raw = self.device.dps.get(dp)
        if isinstance(raw, bool) or not isinstance(raw, (int, float)):
            return None
        return raw / self._scale(dp)

    def _scale(self, dp):
        if self._given_scale is not None:
            return self._given_scale
        if self._mapping and dp in self._mapping.by_dp:
            return 10 ** self._mapping.by_dp[dp].decimals
        raw = self.device.dps.get(dp)
        return 10 if isinstance(raw, (int, float)) and abs(raw) > _PLAUSIBLE else 1

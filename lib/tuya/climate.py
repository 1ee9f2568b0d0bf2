"""Thermostats, heaters and air conditioners. The device is passed in; it keeps the connection."""

# What a device reports may be of any type, and is looked at where it is used.
# pyright: reportArgumentType=false, reportCallIssue=false, reportIndexIssue=false
# pyright: reportOperatorIssue=false, reportOptionalOperand=false, reportOptionalSubscript=false
# pyright: reportReturnType=false

from tuya.errors import Rejected
from tuya.port import const

if const(0):  # for an IDE: nothing is loaded here
    from tuya.changes import Observed

# Power, target, current, mode without a mapping: of nearly all, and of those whose DP 2 is the
# mode (protocol facts of tinytuya's ClimateDevice and ThermostatDevice).
_USUAL = (1, 2, 3, 4)
_MODE_FIRST = (1, 16, 24, 2)

_CODES = (
    ("switch", "Power", "power", "switch_1"),
    ("temp_set", "TempSet", "target_temp", "set_temp"),
    ("temp_current", "TempCurrent", "current_temp", "temp_indoor"),
    ("mode", "Mode", "work_mode"),
)


class Climate:
    """A thermostat of a room. What it has not reported, or what is not known for sure, is None.

    `mapping` is the device's own in devices.json and knows the scale of each temperature. Without
    one `scale` is what a degree counts on the wire, such as 1, 2 or 10. Without that it is
    guessed from a target between 15 and 30 degrees Celsius, where no scale looks like another
    but those of half degrees; until such a target is seen no temperature is read or written.
    """

    def __init__(
        self,
        device: "Observed",
        mapping: dict[str, object] | None = None,
        scale: int | None = None,
    ) -> None:
        if scale is not None and (_is_no_number(scale) or scale <= 0):
            raise ValueError("scale is what a degree counts, such as 10, not %s" % repr(scale))
        self.device: "Observed" = device
        self._points = None
        if mapping:
            from tuya.datapoints import from_mapping  # 1 kB of heap, for those who need it

            self._points = from_mapping(mapping)
        self._scale = scale

    @property
    def on(self) -> bool | None:
        """Whether it is switched on."""
        return self._reported(0)

    @property
    def mode(self) -> str | None:
        """The mode in the device's own word, such as "auto", "cold" or "heat"."""
        return self._reported(3)

    @property
    def modes(self) -> list[str]:
        """The words that set_mode() takes, [] when they are not known."""
        dp = self._dp(3)
        return self._points.choices(dp) if self._points and dp is not None else []

    @property
    def unit(self) -> str:
        """The unit of the temperatures, "" when it is not known."""
        dp = self._dp(1)
        return self._points.unit(dp) if self._points and dp is not None else ""

    @property
    def limits(self) -> "tuple[float | None, float | None, float | None]":
        """(least, greatest, step) of the target in degrees, each None where it is not known."""
        dp = self._dp(1)
        if not self._points or dp is None:
            return None, None, None
        values = self._points.points[dp][2]
        found = [values.get(key) for key in ("min", "max", "step")]
        return tuple([None if raw is None else self._points.value(dp, raw) for raw in found])

    @property
    def scale(self) -> int | None:
        """What a degree counts on the wire; None when it is not known or the mapping tells."""
        if not self._scale and not self._points:
            raw = self._reported(1)
            for scale in (1, 10, 100):
                if not _is_no_number(raw) and 15 * scale <= raw <= 30 * scale:
                    self._scale = scale
        return self._scale

    @property
    def target(self) -> int | float | None:
        """The temperature that it was set to, degrees."""
        return self._temperature(1)

    @property
    def current(self) -> int | float | None:
        """The temperature that it measures, degrees."""
        return self._temperature(2)

    async def switch(self, on: bool) -> None:
        """Switch on (True) or off (False)."""
        if not isinstance(on, bool):
            raise ValueError("on is True or False, not %s" % repr(on))
        await self.device.set({self._need(0, "switch"): on})

    async def set_target(self, degrees: float) -> None:
        """Set the temperature; it goes to the nearest step of the device.

        Raises ValueError for what the mapping does not allow, and when the scale is not known.
        """
        dp = self._need(1, "target temperature")
        if self._points:
            raw = self._points.raw(dp, degrees)
        else:
            if _is_no_number(degrees) or not -100 < degrees < 1000:
                raise ValueError("DP %d takes degrees, not %s" % (dp, repr(degrees)))
            if not self.scale:
                raise ValueError("what a degree counts is not known: Climate(..., scale=...)")
            raw = round(degrees * self.scale)
        await self.device.set({dp: raw})

    async def set_mode(self, mode: str) -> None:
        """Set the mode, in the device's own word."""
        dp = self._need(3, "mode")
        if not (self._points or isinstance(mode, str)):
            raise ValueError("DP %d takes a text, not %s" % (dp, repr(mode)))
        raw = self._points.raw(dp, mode) if self._points else mode
        await self.device.set({dp: raw})

    # ---

    def _dp(self, place):
        if self._points:
            return self._points.find(*_CODES[place])
        return (_MODE_FIRST if isinstance(self.device.dps.get(2), str) else _USUAL)[place]

    def _need(self, place, what):
        dp = self._dp(place)
        if dp is None:
            raise Rejected("the device has no " + what)
        return dp

    def _reported(self, place):
        return self.device.dps.get(self._dp(place))

    def _temperature(self, place):
        raw = self._reported(place)
        if _is_no_number(raw):
            return None
        if self._points:
            return self._points.value(self._dp(place), raw)
        scale = self.scale
        return scale and (raw if scale == 1 else raw / scale)


def _is_no_number(value):
    return isinstance(value, bool) or not isinstance(value, (int, float))

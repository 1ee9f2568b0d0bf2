"""Plugs and power strips by what they do. The device is passed in; it keeps the connection."""

# What a device reports may be of any type, and is looked at where it is used.
# pyright: reportArgumentType=false, reportCallIssue=false, reportIndexIssue=false
# pyright: reportOperatorIssue=false, reportOptionalOperand=false, reportOptionalSubscript=false
# pyright: reportReturnType=false

from tuya.datapoints import from_mapping, phase, usual_plug
from tuya.errors import Rejected
from tuya.port import const

if const(0):  # for an IDE: nothing is loaded here
    from collections.abc import Mapping

    from tuya.changes import Observed
    from tuya.datapoints import DataPoints

# A countdown may have gone on by so many seconds when the plug is asked whether it took it.
_COUNTED_S = 5

# The sets of texts that plugs have for what they do when power comes back, the usual one first.
_POWER_ON = (
    {"off": "off", "on": "on", "memory": "memory"},
    {"off": "power_off", "on": "power_on", "memory": "last"},
    {"off": "0", "on": "1", "memory": "2"},
)


class Outlet:
    """A plug or power strip. What it has not reported is None.

    `mapping` is the device's own in devices.json; without one it has the usual DPs of plugs.
    A switch has the number of its DP: from 1 the sockets, 7 mostly USB. All that writes returns
    when the plug has confirmed it; it raises TuyaError, and ValueError for what the plug does not
    take.
    """

    def __init__(self, device: "Observed", mapping: dict[str, object] | None = None) -> None:
        self.device: "Observed" = device
        self._mapped = from_mapping(mapping) if mapping else None

    @property
    def points(self) -> "DataPoints":
        """The DataPoints of the plug."""
        return self._mapped or usual_plug(self.device.dps)

    def read(self) -> dict[str | int, object]:
        """Return {name: value} of all that the plug has reported, the meter in W, V, A and kWh."""
        points = self.points
        values = points.read(self.device.dps)
        for name in values:
            dp = points.find(name)
            if dp is not None and isinstance(values[name], (int, float)):
                values[name] = _in_base(values[name], points.unit(dp))
        return values

    async def write(self, values: "Mapping[str, object]") -> None:
        """Write {name: value} in one frame."""
        await self.device.set(self.points.write(values))

    # --- switches ---

    @property
    def switches(self) -> list[int]:
        """The numbers of the switches, in ascending order: those that the plug has reported."""
        dps = self.device.dps
        return [dp for dp in sorted(self.points.points) if dp in dps and self._is_switch(dp)]

    def is_on(self, switch: int = 1) -> bool | None:
        """Tell whether a switch is on, None when that is not known."""
        on = self.device.dps.get(switch)
        return on if isinstance(on, bool) and self._is_switch(switch) else None

    async def switch(self, on: bool, switch: int = 1) -> None:
        """Switch on (True) or off (False)."""
        await self.device.set({self._switch(switch): self.points.raw(switch, on)})

    def countdown(self, switch: int = 1) -> int | None:
        """Return the seconds after which a switch will change over, 0 when it will not."""
        return self._get(*self._countdown(switch))

    async def set_countdown(self, seconds: int, switch: int = 1) -> None:
        """Have a switch change over after `seconds`, up to a day; 0 has it stay."""
        names = self._countdown(switch)
        try:
            await self._set(seconds, *names)
        except Rejected:
            left = self._get(*names)
            if not left or not seconds - _COUNTED_S <= left <= seconds:
                raise

    def _is_switch(self, dp):
        points = self.points.points
        if dp not in points or points[dp][1] != "boolean":
            return False
        name = points[dp][0]
        return name == "switch" or (name[:7] == "switch_" and name[7:].lstrip("usb").isdigit())

    def _switch(self, switch):
        known = self.switches or [dp for dp in sorted(self.points.points) if self._is_switch(dp)]
        if switch not in known:
            raise ValueError(
                "there is no switch %s, only %s" % (switch, ", ".join([str(dp) for dp in known]))
            )
        return self.points.number(switch)

    def _countdown(self, switch):
        # switch_2 has countdown_2, switch_usb1 countdown_usb1; a single one may have no number.
        name = self.points.points[self._switch(switch)][0]
        return "countdown" + name[6:], "countdown_1" if name == "switch" else ""

    # --- the meter ---

    @property
    def power(self) -> int | float | None:
        """W."""
        return self._measured("cur_power", 2)

    @property
    def voltage(self) -> int | float | None:
        """V."""
        return self._measured("cur_voltage", 0)

    @property
    def current(self) -> int | float | None:
        """A."""
        return self._measured("cur_current", 1)

    @property
    def added_energy(self) -> int | float | None:
        """KWh that were added by the last report of DP 17, which counts from report to report.

        A query repeats the last report: only what a change brings is to be added up.
        """
        return self._measured("add_ele", None)

    async def refresh(self) -> None:
        """Ask the plug to measure: current, power and voltage."""
        points = self.points
        meter = [points.find(name) for name in ("cur_current", "cur_power", "cur_voltage")]
        phase_dp = points.find("phase_a")
        if meter[1] not in self.device.dps and isinstance(self.device.dps.get(phase_dp), str):
            meter = [phase_dp]
        await self.device.refresh([dp for dp in meter if dp is not None])

    # --- settings ---

    def settings(self) -> dict[str, object]:
        """Return what is known of {"power_on", "child_lock", "countdown", "faults"}, else None."""
        return {
            "power_on": self.power_on_state,
            "child_lock": self.child_lock,
            "countdown": self.countdown() if self.switches else None,
            "faults": self.faults,
        }

    async def apply(self, settings: "Mapping[str, object]") -> None:
        """Write {name: value} of settings(), one after the other; the faults are only read."""
        setters = {
            "power_on": self.set_power_on_state,
            "child_lock": self.set_child_lock,
            "countdown": self.set_countdown,
        }
        for name in settings:
            if name not in setters:
                raise ValueError("%s is not known here; known are %s" % (name, ", ".join(setters)))
        for name in settings:
            await setters[name](settings[name])

    @property
    def power_on_state(self) -> str | None:
        """What the plug does when power comes back: "off", "on" or "memory", as it was before."""
        text = self._get("relay_status")
        for texts in _POWER_ON:
            for state in texts:
                if texts[state] == text:
                    return state
        return text

    async def set_power_on_state(self, state: str) -> None:
        """Set what the plug does when power comes back: "off", "on" or "memory"."""
        dp = self.points.number("relay_status")
        known = self.points.choices(dp) or (self.device.dps.get(dp),)
        texts = _POWER_ON[0]
        for each in _POWER_ON:
            if any([text in each.values() for text in known]):
                texts = each
        if state not in texts:
            raise ValueError("DP %d takes off, on or memory, not %s" % (dp, repr(state)))
        await self.device.set({dp: self.points.raw(dp, texts[state])})

    @property
    def light_mode(self) -> str | None:
        """What the lamp of the plug shows: "relay", "pos" (where it is), "none" or "on"."""
        return self._get("light_mode")

    async def set_light_mode(self, mode: str) -> None:
        """Set what the lamp of the plug shows: "relay", "pos", "none" or "on"."""
        await self._set(mode, "light_mode")

    @property
    def child_lock(self) -> bool | None:
        """Whether the plug's own button is locked."""
        return self._get("child_lock")

    async def set_child_lock(self, locked: bool) -> None:
        """Lock (True) or unlock (False) the plug's own button."""
        await self._set(locked, "child_lock")

    @property
    def faults(self) -> list[str] | None:
        """The faults that there are, such as ["ov_cr"]: too much current, voltage, power."""
        return self._get("fault")

    # ---

    def _get(self, *names):
        points = self.points
        dp = points.find(*names)
        raw = self.device.dps.get(dp)
        return None if raw is None else points.value(dp, raw)

    async def _set(self, value, *names):
        points = self.points
        dp = points.find(*names)
        if dp is None:
            raise ValueError("the plug has no DP " + names[0])
        await self.device.set({dp: points.raw(dp, value)})

    def _measured(self, name, place):
        # In W, V, A or kWh; a mapping may have mA, kW or Wh.
        points = self.points
        dp = points.find(name)
        raw = self.device.dps.get(dp)
        if isinstance(raw, int) and not isinstance(raw, bool):
            return _in_base(points.value(dp, raw), points.unit(dp))
        text = self.device.dps.get(points.find("phase_a"))
        if place is not None and isinstance(text, str):
            try:
                return phase(text)[place]
            except ValueError:
                pass  # another form of phase, which nobody has told
        return None


def _in_base(value, unit):
    if unit in ("mA", "mV", "mW", "Wh", "W·h"):
        return value / 1000
    return value * 1000 if unit == "kW" else value

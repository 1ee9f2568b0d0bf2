"""Plugs, sockets and power strips: switches, timers, meter, power-on state, locks."""

from .datapoints import Datapoints, usual

# Switches of strips and USB ports, and the countdown that belongs to each.
_SWITCHES = {1: 9, 2: 10, 3: 11, 4: 12, 5: 13, 6: 14, 7: 15}
_COUNTDOWN_MAX_S = 86400


class Outlet:
    """Wraps a Device, or a child of a gateway, which stays its owner's to run.

    `mapping`: as Datapoints takes it. All that is read is what the device reported last, None
    where it reported nothing; what is written raises TuyaError as Device.set does.
    """

    def __init__(self, device, mapping=None):
        self.device = device
        self._mapping = Datapoints(mapping) if mapping else None

    @property
    def switches(self):
        """The DPs that are switches, in order: [1] for a plug, more for a strip."""
        dps = self.device.dps
        return [dp for dp in sorted(_SWITCHES) if isinstance(dps.get(dp), bool)]

    def is_on(self, switch=1):
        return self.device.dps.get(switch)

    async def turn(self, on, switch=1):
        """Switch one switch; return when the device has confirmed."""
        _check_switch(switch)
        await self.device.set({switch: bool(on)})

    async def turn_all(self, on):
        """Switch all switches there are."""
        await self.device.set({dp: bool(on) for dp in self.switches or (1,)})

    @property
    def watts(self):
        return self._read("cur_power")

    @property
    def volts(self):
        return self._read("cur_voltage")

    @property
    def amperes(self):
        milliamperes = self._read("cur_current")
        return None if milliamperes is None else milliamperes / 1000

    @property
    def energy_kwh(self):
        """What was used since the report before the last, in kWh; it begins at 0 with each.

        It stands in queries too: whoever adds it up counts the pushes only.
        """
        return self._read("add_ele")

    async def measure(self):
        """Ask the device to measure; the values come as pushes, soon after."""
        codes = self._known().by_code
        meter = [codes[code].dp for code in ("cur_current", "cur_power", "cur_voltage")]
        await self.device.refresh(sorted(meter))

    def countdown_s(self, switch=1):
        """Seconds until the switch turns over, 0 for none."""
        return self.device.dps.get(_SWITCHES[switch])

    async def count_down(self, seconds, switch=1):
        """Have the device turn the switch over after `seconds`, by itself; 0 calls it off."""
        _check_switch(switch)
        if not 0 <= seconds <= _COUNTDOWN_MAX_S:
            raise ValueError(
                "a countdown takes 0 to %d seconds, not %s" % (_COUNTDOWN_MAX_S, seconds)
            )
        # It counts while we wait: the device may already be a second further.
        await self.device.set({_SWITCHES[switch]: seconds}, confirm=False)

    @property
    def power_on(self):
        """What the switch does when the mains come back: "off", "on" or "memory"."""
        return self._read("relay_status")

    async def set_power_on(self, state):
        await self._write("relay_status", state, ("off", "on", "memory"))

    @property
    def light_mode(self):
        """When the light of the plug is lit: "none", "relay", "pos" and such."""
        return self._read("light_mode")

    async def set_light_mode(self, mode):
        await self._write("light_mode", mode)

    @property
    def child_lock(self):
        return self._read("child_lock")

    async def set_child_lock(self, locked):
        await self._write("child_lock", bool(locked))

    @property
    def faults(self):
        """The numbers of the fault bits that are set, [] for none."""
        bits = self._read("fault") or 0
        return [bit for bit in range(30) if bits >> bit & 1]

    def _known(self):
        return self._mapping or usual(self.device.dps)

    def _read(self, code):
        known = self._known().by_code.get(code)
        if known is None or known.dp not in self.device.dps:
            return None
        return known.value(self.device.dps[known.dp])

    async def _write(self, code, value, options=()):
        known = self._known().by_code.get(code)
        if known is None:
            raise ValueError("the device has no %s" % code)
        # What the mapping says of this device goes before what is usual.
        if options and not known.options and value not in options:
            raise ValueError("%s is one of %s, not %r" % (code, ", ".join(options), value))
        await self.device.set({known.dp: known.raw(value)})


def _check_switch(switch):
    if switch not in _SWITCHES:
        raise ValueError("switches are 1 to 7, not %r" % (switch,))

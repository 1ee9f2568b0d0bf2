"""What a plug itself can be told: what it does when power comes back, its lock, its countdown."""

from tuya.outlet import Outlet


class PlugSettings:
    """Of one Device. Loaded when somebody asks."""

    def __init__(self, device):
        self._outlet = Outlet(device)

    def describe(self):
        """Return what is known: {"power_on", "child_lock", "countdown", "faults"}, else null."""
        outlet = self._outlet
        return {
            "power_on": outlet.power_on_state,
            "child_lock": outlet.child_lock,
            "countdown": outlet.countdown() if outlet.switches else None,
            "faults": outlet.faults,
        }

    async def apply(self, wanted):
        """Write {name: value}, one after the other. Raises ValueError, TuyaError."""
        outlet = self._outlet
        setters = {
            "power_on": outlet.set_power_on_state,
            "child_lock": outlet.set_child_lock,
            "countdown": outlet.set_countdown,
        }
        for name in wanted:
            if name not in setters:
                raise ValueError("%s is not known here; known are %s" % (name, ", ".join(setters)))
        for name in wanted:
            await setters[name](wanted[name])

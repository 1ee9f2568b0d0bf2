"""Strips and wall switches with several gangs: on while one of them is.

Each of them can be a target of its own as well: see outlets.py.
"""

from hub.targets.kinds.kind import Kind
from tuya.dps import SWITCH, SWITCHES

_NAME = "switch_"


class Strip(Kind):
    """Takes "switch_1" and so on, by the DP of the outlet."""

    word = "strip"
    has_meter = True

    def __init__(self, device, settings):
        super().__init__(device)

    @property
    def switches(self):
        """The DPs of its outlets."""
        dps = self.device.dps
        return [dp for dp in SWITCHES if isinstance(dps.get(dp), bool)]

    @property
    def on(self):
        dps = self.device.dps
        switches = self.switches
        return any([dps[dp] for dp in switches]) if switches else None

    async def switch(self, on):
        await self.device.set({dp: on for dp in self.switches or (SWITCH,)})

    def values(self):
        return {_NAME + str(dp): self.device.dps[dp] for dp in self.switches}

    def fields(self):
        about = {"type": "switch", "settable": True}
        return {_NAME + str(dp): about for dp in self.switches}

    async def set(self, values):
        known = self.switches
        dps = {dp: values["on"] for dp in known} if "on" in values else {}
        for dp in known:
            if _NAME + str(dp) in values:
                dps[dp] = values[_NAME + str(dp)]
        await self.device.set(dps)

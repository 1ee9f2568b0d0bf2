"""Thermostats, heaters and air conditioners: temperatures in degrees as the device has them."""

import tuya.climate
from hub.targets.kinds.kind import Kind, choice, number

_CELSIUS = "°C"


class Climate(Kind):
    """Takes "target" and "mode"; "current" is what it measures."""

    word = "climate"

    def __init__(self, device, settings):
        super().__init__(device)
        self._climate = tuya.climate.Climate(device, settings.get("mapping"))

    @property
    def on(self):
        return self._climate.on

    async def switch(self, on):
        await self._climate.switch(on)

    def values(self):
        climate = self._climate
        found = {"target": climate.target, "current": climate.current, "mode": climate.mode}
        return {name: found[name] for name in found if found[name] is not None}

    def fields(self):
        climate = self._climate
        unit = _CELSIUS if climate.unit in ("", "℃", "c", "C") else climate.unit
        low, high, step = climate.limits
        fields = {
            "target": number(unit, low, high, step),
            "current": number(unit, None, None, step, False),
        }
        if climate.modes or climate.mode:
            fields["mode"] = choice(climate.modes or [climate.mode])
        return fields

    async def set(self, values):
        climate = self._climate
        if "on" in values:
            await climate.switch(values["on"])
        if "mode" in values:
            await climate.set_mode(values["mode"])
        if "target" in values:
            await climate.set_target(values["target"])

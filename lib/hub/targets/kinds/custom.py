"""Any other device, by the mapping of its DPs: a feeder, a sensor, a fan with its speeds."""

from hub.targets.kinds.kind import Kind, choice, number
from tuya.datapoints import from_mapping
from tuya.dps import POWER

_SWITCHES = ("switch", "switch_1", "switch_led", "Power", "power", "start")
# Codes of Tuya's standard instruction set for what is only reported begin and end like this.
_REPORTED = ("cur_", "va_", "temp_current", "humidity_", "battery", "fault", "add_ele", "bright_")
_REPORTED_ENDS = ("_current", "_state", "_status", "_value")
_TYPES = {"boolean": "switch", "integer": "number", "enum": "enum"}


class Custom(Kind):
    """Takes what its mapping names. Raises ValueError for a mapping in which nothing is right."""

    word = "custom"

    def __init__(self, device, settings):
        super().__init__(device)
        points = self._points = from_mapping(settings.get("mapping"))
        switch = points.find(*_SWITCHES)
        is_one = switch is not None and points.points[switch][1] == "boolean"
        self._switch = switch if is_one else None
        self.has_meter = points.find("cur_power") == POWER

    @property
    def on(self):
        return self.device.dps.get(self._switch)

    async def switch(self, on):
        if self._switch is None:
            raise ValueError("its mapping has no switch")
        await self.device.set({self._switch: on})

    def values(self):
        dps = self.device.dps
        points = self._points
        return {
            points.points[dp][0]: points.value(dp, dps[dp])
            for dp in sorted(points.points)
            if dp in dps and dp != self._switch
        }

    def fields(self):
        points = self._points.points
        return {
            points[dp][0]: self._about(*points[dp]) for dp in sorted(points) if dp != self._switch
        }

    def _about(self, name, kind, values):
        settable = kind != "bitmap" and not _is_reported(name)
        if kind == "enum":
            return choice(values.get("range", []), settable)
        if kind != "integer":
            return {"type": _TYPES.get(kind, "text"), "settable": settable}
        scale = 10 ** values.get("scale", 0)
        low, high, step = [
            None if raw is None else raw if scale == 1 else raw / scale
            for raw in (values.get("min"), values.get("max"), values.get("step", 1))
        ]
        return number(values.get("unit", ""), low, high, step, settable)

    async def set(self, values):
        dps = {}
        for name in values:
            if name != "on":
                dps[self._points.number(name)] = self._points.raw(name, values[name])
            elif self._switch is None:
                raise ValueError("its mapping has no switch")
            else:
                dps[self._switch] = values["on"]
        await self.device.set(dps)


def _is_reported(name):
    begins = any([name.startswith(part) for part in _REPORTED])
    return begins or any([name.endswith(part) for part in _REPORTED_ENDS])

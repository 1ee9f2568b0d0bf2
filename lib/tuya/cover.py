"""Curtains, blinds and shutters. The device is passed in; it keeps the connection."""

# What a device reports may be of any type, and is looked at where it is used.
# pyright: reportArgumentType=false, reportCallIssue=false, reportIndexIssue=false
# pyright: reportOperatorIssue=false, reportOptionalOperand=false, reportOptionalSubscript=false
# pyright: reportReturnType=false

from tuya.errors import Rejected
from tuya.port import const

if const(0):  # for an IDE: nothing is loaded here
    from tuya.changes import Observed

# What opens, closes and stops, in small letters; the more usual ones first. Sources: tinytuya's
# CoverDevice, localtuya, and for fz and zz Home Assistant's integration of Tuya.
_DIALECTS = (
    ("open", "close", "stop"),
    ("fz", "zz", "stop"),
    ("1", "2", "3"),
    ("1", "2", "0"),
    ("01", "02", "00"),
    ("fopen", "fclose", None),
    ("on", "off", "stop"),
    ("up", "down", "stop"),
)
_SWITCH = (True, False, None)


class Cover:
    """A cover. What it has not reported is None; positions are percent, 100 is open.

    `mapping` is the device's own in devices.json. `commands` are the values that open, close and
    stop; None has them found in the mapping, else in what the cover reports, else they are the
    usual "open", "close", "stop". Models disagree about "FZ" and "ZZ" and about "0" to "2": give
    `commands` where a cover goes the wrong way. `inverted`: to the device 0 is open.
    """

    def __init__(
        self,
        device: "Observed",
        mapping: dict[str, object] | None = None,
        commands: tuple[str | bool | None, ...] | None = None,
        inverted: bool = False,
    ) -> None:
        self.device: "Observed" = device
        self.inverted: bool = inverted
        self._fixed = commands
        self._control, self._target, self._position = 1, 2, 3
        if mapping:
            from tuya.datapoints import from_mapping  # 1 kB of heap, for those who need it

            points = from_mapping(mapping)
            self._control = points.find("control", "mach_operate", "switch_1", "switch")
            self._target = points.find("percent_control", "position")
            self._position = points.find("percent_state", "position", "percent_control")
            if self._control is None:
                raise ValueError("the mapping has no DP control")
            if not commands:
                self._fixed = _commands_of(points.points[self._control])
        self._heard = _DIALECTS[0]

    @property
    def commands(self) -> tuple[str | bool | None, ...]:
        """The values that open, close and stop; a None is what the cover cannot do."""
        if self._fixed:
            return self._fixed
        # Kept, because what the cover reports next may belong to several.
        value = self.device.dps.get(self._control)
        if isinstance(value, bool):
            self._heard = _SWITCH
        elif isinstance(value, str) and value not in self._heard:
            for dialect in _DIALECTS:
                if value.lower() in dialect:
                    self._heard = _as_loud_as(value, dialect)
                    break
        return self._heard

    @property
    def last(self) -> str | None:
        """What the cover was last told by anybody: "open", "close" or "stop"."""
        value = self.device.dps.get(self._control)
        if value is None or value not in self.commands:
            return None
        return _DIALECTS[0][self.commands.index(value)]

    @property
    def position(self) -> int | None:
        """Percent, where it is, or where it goes when it does not report the way."""
        dps = self.device.dps
        raw = dps.get(self._position, dps.get(self._target))
        if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw <= 100:
            return None  # 123 says that it has not been calibrated
        return 100 - raw if self.inverted else raw

    async def open(self) -> None:
        """Open; returns when the cover has confirmed it, not when it is open."""
        await self._do(0)

    async def close(self) -> None:
        """Close; returns when the cover has confirmed it, not when it is closed."""
        await self._do(1)

    async def stop(self) -> None:
        """Stop. Raises Rejected when the cover has no such command."""
        await self._do(2)

    async def set_position(self, percent: float) -> None:
        """Go to a position, 0 closed to 100 open; returns as open() does."""
        number = isinstance(percent, (int, float)) and not isinstance(percent, bool)
        if not number or not 0 <= percent <= 100:
            raise ValueError("a position is 0 to 100, not %s" % repr(percent))
        if self._target is None:
            raise Rejected("this cover has no positions")
        raw = round(percent)
        # One DP for both shows where the cover is on the way, not where it was told to go.
        apart = self._position != self._target and self._position in self.device.dps
        await self.device.set({self._target: 100 - raw if self.inverted else raw}, confirm=apart)

    async def _do(self, place):
        command = self.commands[place]
        if command is None:
            raise Rejected("this cover cannot be stopped")
        await self.device.set({self._control: command})


def _commands_of(point):
    _, kind, values = point
    if kind == "boolean":
        return _SWITCH
    written = {choice.lower(): choice for choice in values.get("range", ())}
    found = None
    for dialect in _DIALECTS:
        words = tuple([written.get(word) for word in dialect])
        if words[0] and words[1] and (not found or (words[2] and not found[2])):
            found = words
    if written and not found:
        raise ValueError(
            "say which of %s opens, closes and stops: commands=(...)" % ", ".join(sorted(written))
        )
    return found


def _as_loud_as(value, dialect):
    if value != value.lower():
        return tuple([word and word.upper() for word in dialect])
    return dialect

"""What was seen, as text for people and as lines of JSON for programs."""

import json
from datetime import datetime

from rich.text import Text

from plughub.wire.commands import NAMES, NEGOTIATION
from tuya.datapoints import from_mapping
from tuya.dialect import parse_dps

_INDENT = " " * 14


class Printer:
    """Prints each conversation.Seen as soon as it comes.

    `console`: of rich. `is_json`: one object a line. `keyring`: for names of sub-devices.
    """

    def __init__(self, console, keyring, is_json=False, show_keys=False):
        self._console = console
        self._keyring = keyring
        self._is_json = is_json
        self._show_keys = show_keys
        self._day = None
        #: How many were printed.
        self.count = 0

    def show(self, seen):
        self.count += 1
        if self._is_json:
            text = json.dumps(self._object(seen))  # ASCII, which any pipe takes
            print(text, file=self._console.file, flush=True)
            return
        moment = _moment(seen.at)
        if moment and moment.date() != self._day:
            self._day = moment.date()
            self._console.print(f"{self._day}", style="bold")
        self._console.print(self._text(seen, moment), soft_wrap=True)

    def _object(self, seen):
        """Return what programs get: docs/capture.md lists the fields."""
        told = {
            "time": seen.at,
            "source": seen.source,
            "destination": seen.destination,
            "from": _side(seen),
            "device": seen.device.name if seen.device else None,
            "id": seen.device.id if seen.device else None,
            "version": seen.version,
            "sequence": seen.sequence,
            "command": seen.command,
            "name": NAMES.get(seen.command),
            "code": seen.code,
        }
        told.update(_payload(seen))
        if values := named_values(seen, self._keyring):
            told["values"] = values
        if seen.fault:
            told["fault"] = seen.fault
            told["raw"] = seen.raw.hex()
        if self._show_keys and seen.key:
            told["key"] = seen.key.secret.hex()
        return told

    def _text(self, seen, moment):
        line = Text()
        if moment:
            line.append(f"{moment:%H:%M:%S.%f}"[:-3] + "  ", "dim")
        line.append(_ends(seen), "cyan" if seen.from_device else "green")
        if seen.command is not None:
            name = NAMES.get(seen.command, "unknown command")
            line.append(f"  {seen.version or '3.?'} #{seen.sequence} ", "dim")
            line.append(f"0x{seen.command:02x} {name}", "bold")
        if seen.code is not None:
            line.append(f"  code {seen.code}", "" if seen.code == 0 else "yellow")
        if seen.payload:
            line.append("  " + _readable(seen))
        for value in named_values(seen, self._keyring):
            unit = f" {value['unit']}" if value["unit"] else ""
            text = f"{value['name']} = {json.dumps(value['value'], ensure_ascii=False)}{unit}"
            line.append(f"\n{_INDENT}{printable(text)}", "blue")
        if seen.fault:
            line.append(f"\n{_INDENT}{seen.fault}", "red")
            line.append(f"\n{_INDENT}{seen.raw.hex()}" if seen.raw else "", "dim")
        if self._show_keys and seen.key:
            line.append(f"\n{_INDENT}key {seen.key.secret.hex()}", "magenta")
        return line


def named_values(seen, keyring):
    """Return [{"dp", "name", "value", "unit"}] of the DPs in a frame that have names.

    Names, scales and units are those of the device's mapping in devices.json.
    """
    if not seen.payload or not seen.device:
        return []
    try:
        dps, cid = parse_dps(seen.payload)
        device = (keyring.device(cid) if cid else None) or seen.device
        points = from_mapping(device.mapping)
        return [
            {
                "dp": dp,
                "name": points.points[dp][0],
                "value": points.value(dp, value),
                "unit": points.unit(dp),
            }
            for dp, value in dps.items()
            if dp in points.points
        ]
    except (ValueError, TypeError, ArithmeticError, RecursionError):
        return []  # no DPs, no mapping, or one that makes no sense


def printable(text):
    """Return text that does nothing to a terminal: control characters are spelled out."""
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in text
    )


def _payload(seen):
    """Return {"json": value}, {"text": ...} or {"hex": ...} of a frame, {} where it has none."""
    if not seen.payload:
        return {}
    if seen.command in NEGOTIATION:
        return {"hex": seen.payload.hex()}
    try:
        text = seen.payload.decode()
    except UnicodeDecodeError:
        return {"hex": seen.payload.hex()}
    try:
        value = json.loads(text, parse_constant=_refuse)
        json.dumps(value)  # what is nested too deep to write is shown as it came
        return {"json": value}
    except (ValueError, RecursionError):
        return {"text": text}


def _refuse(constant):
    raise ValueError(f"{constant} is no JSON")


def _readable(seen):
    if seen.command in NEGOTIATION:
        return seen.payload.hex()
    try:
        return printable(seen.payload.decode())
    except UnicodeDecodeError:
        return seen.payload.hex()


def _moment(at):
    """Return Unix time as a datetime of this place, None for none or for one of no calendar."""
    try:
        return None if at is None else datetime.fromtimestamp(at)
    except (ValueError, OverflowError, OSError):
        return None


def _side(seen):
    return {True: "device", False: "client", None: None}[seen.from_device]


def _ends(seen):
    name = printable(seen.device.name) if seen.device else ""
    if seen.source is None:
        side = _side(seen) or "?"
        return f"{side} {name}".strip()
    device = f"{name} " if name else ""
    if seen.from_device:
        return f"{device}{seen.source} > {seen.destination}"
    return f"{seen.source} > {device}{seen.destination}"
